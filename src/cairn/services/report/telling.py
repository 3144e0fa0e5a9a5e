"""How a report says something: in the language of who asked for it, with everything that hides shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.sentences import ENGLISH, Amount, Sentence, Tongue
from cairn.services.visible import visible

if TYPE_CHECKING:
    from enum import Enum


@dataclass(frozen=True, slots=True)
class Teller:
    """Says sentences, numbers and words in one language; texts of people stay as they are.

    Attributes:
        tongue: The language.
    """

    tongue: Tongue = ENGLISH

    def __call__(self, said: str) -> str:
        """Answer a sentence, or a text of somebody, as it is safe to be seen."""
        if not isinstance(said, Sentence) or self.tongue.code == ENGLISH.code:
            return visible(said)
        return self.tongue.say(said)

    def day(self, written: str) -> str:
        """Answer a day or a moment as it is written, also in a line that runs the other way."""
        return f"\u2066{written}\u2069" if self.tongue.is_from_right else written

    def number(self, number: int) -> str:
        """Answer a count, in groups of digits."""
        return self(Sentence("%(number)s", number=number))

    def word(self, value: Enum) -> str:
        """Answer the word for a status or a verdict."""
        return self.tongue.word(value)

    def files(self, number: int) -> str:
        """Answer how many files."""
        return self(Amount("%(n)s file", "%(n)s files", number))

    def contents(self, number: int) -> str:
        """Answer how many contents."""
        return self(Amount("%(n)s content", "%(n)s contents", number))

    def sightings(self, number: int) -> str:
        """Answer how many sightings."""
        return self(Amount("%(n)s sighting", "%(n)s sightings", number))
