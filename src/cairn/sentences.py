"""Sentences for people that keep their values apart: whoever shows one can say it in another language.

A sentence is a ``str``, and reads in English as it always did. Beside that it holds what it was made of: the
words with named places, and the values. The desk asks its catalogue for the words, and puts the values in.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from enum import Enum


class Sentence(str):
    """An English sentence; ``words`` and ``values`` are what it was made of.

    Args:
        words: The sentence with places such as ``%(files)s``; ``%%`` stands for a percent sign.
        values: What goes there. Whole numbers are counts, and are written with separators; a number that is a
            name, such as that of a report, is given as text.

    Raises:
        KeyError: A place has no value: a mistake of ours, which the first test that meets it shows.
    """

    __slots__ = ("values", "words")
    words: str
    values: Mapping[str, object]

    def __new__(cls, words: str, **values: object) -> Self:
        """Put the values into the words."""
        made = super().__new__(cls, words % {name: _in_english(each) for name, each in values.items()})
        made.words, made.values = words, values
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how it is made again, for copies."""
        return (_made_again, (self.words, dict(self.values)))

    def as_json(self) -> dict[str, Any]:
        """Answer it as records keep it: the values are texts, numbers, and sentences of their own."""
        return {"words": self.words, "values": {name: _kept(each) for name, each in self.values.items()}}


class Amount(Sentence):
    """A number with its noun: languages have a form for one, for two, for few, for many.

    Args:
        one: The English words for one, such as ``%(n)s file``.
        more: Those for any other number.
        number: Which.

    >>> Amount("%(n)s file", "%(n)s files", 12_000)
    '12,000 files'
    """

    __slots__ = ("one",)
    one: str

    def __new__(cls, one: str, more: str, number: int) -> Self:
        """Choose the English form; ``words`` are those for many."""
        made = super().__new__(cls, one if number == 1 else more, n=number)
        made.one, made.words = one, more
        return made

    @property
    def number(self) -> int:
        """How many."""
        return int(str(self.values["n"]))

    def __reduce__(self) -> tuple[Any, ...]:
        """Say how it is made again, for copies."""
        return (Amount, (self.one, self.words, self.number))

    def as_json(self) -> dict[str, Any]:
        """Answer it as records keep it."""
        return {"words": self.words, "one": self.one, "values": {"n": self.number}}


def _spoken(value: Enum) -> str:
    return str(value.value).replace("-", " ")


@dataclass(frozen=True, slots=True)
class Tongue:
    """The language that a text for somebody is written in.

    Attributes:
        code: As HTML names it.
        is_from_right: It is written from right to left.
        say: Answers a sentence in it; any other text as it is.
        word: Answers the word for a value of an enumeration, such as a status.
    """

    code: str = "en"
    is_from_right: bool = False
    say: Callable[[str], str] = str
    word: Callable[[Enum], str] = _spoken

    @property
    def direction(self) -> str:
        """Its direction, as HTML names it."""
        return "rtl" if self.is_from_right else "ltr"


ENGLISH = Tongue()


TongueOf = Callable[[str], Tongue]
"""Answers a language by its code; for a code of no catalogue, and for none, English."""


def in_english(_: str) -> Tongue:
    """Answer English, whatever language is asked for: where there are no catalogues."""
    return ENGLISH


def one_after_another(parts: Sequence[str]) -> str:
    """Answer sentences that follow each other; each brings its own beginning, such as a space."""
    return _folded(parts, lambda first, rest: Sentence("%(first)s%(rest)s", first=first, rest=rest))


def listed(parts: Sequence[str]) -> str:
    """Answer parts with commas between.

    >>> listed(["one", "two", "three"])
    'one, two, three'
    """
    return _folded(parts, lambda first, rest: Sentence("%(first)s, %(rest)s", first=first, rest=rest))


def dotted(parts: Sequence[str]) -> str:
    """Answer parts that stand beside each other, with dots between."""
    return _folded(parts, lambda first, rest: Sentence("%(first)s · %(rest)s", first=first, rest=rest))


def listed_apart(parts: Sequence[str]) -> str:
    """Answer parts that hold commas themselves, with semicolons between."""
    return _folded(parts, lambda first, rest: Sentence("%(first)s; %(rest)s", first=first, rest=rest))


def both(parts: Sequence[str]) -> str:
    """Answer parts with "and" between."""
    return _folded(parts, lambda first, rest: Sentence("%(first)s and %(rest)s", first=first, rest=rest))


def _folded(parts: Sequence[str], joined: Callable[[str, str], str]) -> str:
    """Join the halves of the parts, and theirs: of thousands each lies a dozen sentences deep."""
    if not parts:
        return ""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return joined(_folded(parts[:middle], joined), _folded(parts[middle:], joined))


def as_text(sentence: str) -> str:
    """Answer a sentence as a column of text keeps it; ``sentence_in`` reads it back."""
    return json.dumps(sentence.as_json()) if isinstance(sentence, Sentence) else sentence


def sentence_in(kept: str) -> str:
    """Answer the sentence that ``as_text`` has written; any other text is itself."""
    return sentence_of(json.loads(kept)) if kept.startswith('{"words"') else kept


def sentence_of(kept: Mapping[str, Any]) -> Sentence:
    """Answer the sentence that ``as_json`` has written."""
    if "one" in kept:
        return Amount(kept["one"], kept["words"], kept["values"]["n"])
    values = kept["values"].items()
    return Sentence(
        kept["words"],
        **{name: sentence_of(each) if isinstance(each, dict) else each for name, each in values},
    )


def _kept(value: object) -> Any:
    if isinstance(value, Sentence):
        return value.as_json()
    return value if isinstance(value, int) else str(value)


def _made_again(words: str, values: Mapping[str, object]) -> Sentence:
    return Sentence(words, **values)


def _in_english(value: object) -> str:
    is_count = isinstance(value, int) and not isinstance(value, bool)
    return f"{value:,}" if is_count else str(value)
