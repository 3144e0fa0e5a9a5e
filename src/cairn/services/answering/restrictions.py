"""What a receiver may do with an answer: the handling of every series met, taken together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.sentences import Sentence, dotted
from cairn.types import TLP_STRICTEST_FIRST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.services.answering.facts import ListFacts, SeriesFacts

_NOTHING_FURTHER, _IN_WORDS = "H0", "H3"


@dataclass(frozen=True, slots=True)
class Restrictions:
    """The strictest that was met.

    Attributes:
        codes: Every handling code but H0, which restricts nothing further; H0 where there is no other. All of
            them, because H2 does not include H1: no one of them stands for both.
        words: The restrictions of code H3, each once.
        tlp: The strictest TLP.
    """

    codes: tuple[str, ...]
    words: tuple[str, ...]
    tlp: str


@dataclass(frozen=True, slots=True)
class Stated:
    """The handling of one record, or one that a person states; the default asks for least.

    Attributes:
        handling_code: One of H0 to H3.
        handling_words: What H3 means.
        tlp: With its prefix.
    """

    handling_code: str = "H0"
    handling_words: str = ""
    tlp: str = "TLP:CLEAR"


def restrictions_of(series: Iterable[SeriesFacts | ListFacts | Stated]) -> Restrictions | None:
    """Answer what holds for a text that tells of all these series and lists; ``None`` where there are none.

    >>> restrictions_of([]) is None
    True
    """
    rows = list(series)
    if not rows:
        return None
    codes = {row.handling_code for row in rows}
    return Restrictions(
        codes=tuple(sorted(codes - {_NOTHING_FURTHER})) or (_NOTHING_FURTHER,),
        words=tuple(dict.fromkeys(row.handling_words for row in rows if row.handling_words)),
        tlp=min((row.tlp for row in rows), key=TLP_STRICTEST_FIRST.index),
    )


def in_words(held: Restrictions) -> str:
    """Answer the restrictions as a line that stands on every copy.

    >>> in_words(Restrictions(("H1", "H3"), ("ask the owner first",), "TLP:AMBER"))
    'TLP:AMBER · H1: not in court without permission · H3: ask the owner first'
    """
    written = "; ".join(held.words)
    codes = [
        Sentence("%(code)s: %(meaning)s", code=code, meaning=written)
        if code == _IN_WORDS and written
        else _CODES[code]
        for code in held.codes
    ]
    return dotted([held.tlp, *codes])


_CODES = {
    "H0": Sentence("H0: for preventing and fighting crime"),
    "H1": Sentence("H1: not in court without permission"),
    "H2": Sentence("H2: not passed on without permission"),
    "H3": Sentence("H3: other restrictions, in words"),
}
