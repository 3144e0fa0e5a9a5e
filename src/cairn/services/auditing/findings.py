"""What is wrong with a log, in words, with the positions and row numbers of what is meant."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_NAMED = 1_000
"""So many rows are named one by one, and the rest counted: nobody reads more, and memory stays small."""


class Wrong(StrEnum):
    """What can be wrong."""

    CHANGED = "changed"
    MOVED = "moved"
    REMOVED = "removed"
    ADDED = "added"
    HASH = "hash"
    REWRITTEN = "rewritten"
    SHORTENED = "shortened"
    STATE = "state"
    HEAD = "head"
    COUNTERFOIL = "counterfoil"
    UNLISTED = "unlisted"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        wrong: What kind of thing.
        sentence: The same in words, with everything that is known.
        first: The first position that it is about; ``None`` where it is about none.
        last: The last position.
        rows: The database's numbers of the rows that are meant.
    """

    wrong: Wrong
    sentence: str
    first: int | None = None
    last: int | None = None
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """What was verified, and what was found.

    Attributes:
        entries: How many entries the log says it has.
        root: The root over them as recomputed; ``None`` where entries are missing whose hash is nowhere.
        heads: How many signed heads were compared.
        covered: Up to which length the log is covered by a head that holds; 0 where none does.
        by_counterfoil: Up to which length the counterfoil vouches for every single hash.
        witnesses: The names of the witnesses whose signatures hold, each with the longest head it signed.
        findings: What is wrong; none where the log is whole.
        unnamed: How many more rows are wrong than are named.
    """

    entries: int
    root: bytes | None
    heads: int
    covered: int
    by_counterfoil: int
    witnesses: Sequence[tuple[str, int]]
    findings: Sequence[Finding]
    unnamed: int


def positions(first: int, last: int) -> str:
    """Answer one position or a stretch of them in words."""
    return f"position {first}" if first == last else f"positions {first} to {last}"
