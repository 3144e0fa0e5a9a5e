"""Sentences for people that keep their values apart: whoever shows one can say it in another language.

A sentence is a ``str``, and reads in English as it always did. Beside that it holds what it was made of: the
words with named places, and the values. The desk asks its catalogue for the words, and puts the values in.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


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


def as_text(sentence: str) -> str:
    """Answer a sentence as a column of text keeps it; ``sentence_in`` reads it back."""
    return json.dumps(sentence.as_json()) if isinstance(sentence, Sentence) else sentence


def sentence_in(kept: str) -> str:
    """Answer the sentence that ``as_text`` has written; any other text is itself."""
    return sentence_of(json.loads(kept)) if kept.startswith('{"words"') else kept


def sentence_of(kept: Mapping[str, Any]) -> Sentence:
    """Answer the sentence that ``as_json`` has written."""
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
