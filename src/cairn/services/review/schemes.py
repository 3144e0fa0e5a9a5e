"""The schemes as a keyboard has them: each code of a scheme has a digit, and says what other schemes lose."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from cairn.records.access import Act, require, visible_to
from cairn.records.categories import Category, Treatment
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock

if TYPE_CHECKING:
    from cairn.records.users import Actor

DIGITS = "1234567890"
"""In the order of a keyboard."""


@dataclass(frozen=True, slots=True)
class InOther:
    """What a code becomes in another scheme: ``None`` where nothing fits; and what is lost on the way."""

    scheme: str
    code: str | None
    lost: str


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a scheme.

    Attributes:
        typed: As people type it, ``scheme:code``.
        code: Within its scheme.
        digit: The key that says it; empty beyond ten.
        settles: Whether a check counts it as of no interest.
        others: What it becomes in the other schemes of the node; empty where its scheme does not say.
    """

    typed: str
    code: str
    digit: str
    settles: bool
    others: tuple[InOther, ...]


@dataclass(frozen=True, slots=True)
class SchemeKeys:
    """A scheme, its version and its codes in the order of its file."""

    scheme: str
    version: str
    codes: tuple[Code, ...]


@under_lock
def schemes_of(actor: Actor) -> tuple[SchemeKeys, ...]:
    """Answer the schemes of the node, each with its codes; a code that is a digit has that key.

    Raises:
        AccessError: The actor may not categorise.
    """
    with database_errors_in_words():
        require(actor, Act.CATEGORY_SAY)
        rows = visible_to(actor, Category).select_related("scheme").order_by("scheme", "pk")
        return tuple(
            SchemeKeys(scheme.code, scheme.version, _codes(list(found)))
            for scheme, found in groupby(rows, key=lambda row: row.scheme)
        )


def _codes(rows: list[Category]) -> tuple[Code, ...]:
    own = {row.code for row in rows if len(row.code) == 1 and row.code in DIGITS}
    free = iter([digit for digit in DIGITS if digit not in own])
    return tuple(
        Code(
            typed=str(row),
            code=row.code,
            digit=row.code if row.code in own else next(free, ""),
            settles=row.treatment == Treatment.IRRELEVANT,
            others=tuple(_others(row)),
        )
        for row in rows
    )


def _others(row: Category) -> list[InOther]:
    return [
        InOther(other, rows[row.code]["code"], rows[row.code]["lost"])
        for other, rows in sorted(row.scheme.mappings.items())
        if row.code in rows
    ]
