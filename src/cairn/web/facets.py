"""Filters that are links: each says how many there would be, and the address of the page is the choice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from cairn.records.access import missing
from cairn.web.words import word

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum

    from django.http import HttpRequest

E = TypeVar("E", bound="Enum")
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that a filter can have."""

    value: str
    title: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One filter.

    Attributes:
        name: Of the value in the address.
        title: What it filters by.
        choices: The values that there are.
        chosen: The one that is chosen; ``""`` for none.
    """

    name: str
    title: str
    choices: tuple[Choice, ...]
    chosen: str


def facet(name: str, title: str, counts: Mapping[E, int], chosen: E | None) -> Facet:
    """Answer the filter over the values of an enumeration; the chosen one is there even where it is empty."""
    all_counts = dict(counts) if chosen is None or chosen in counts else {**counts, chosen: 0}
    choices = tuple(
        Choice(str(each.value), word(each), number, each is chosen) for each, number in all_counts.items()
    )
    return Facet(name, title, choices, "" if chosen is None else str(chosen.value))


def text_facet(name: str, title: str, counts: Mapping[str, int], chosen: str | None) -> Facet:
    """Answer the filter over values that stand for themselves, such as the codes of countries."""
    all_counts = dict(counts) if chosen is None or chosen in counts else {**counts, chosen: 0}
    choices = tuple(Choice(each, each, number, each == chosen) for each, number in all_counts.items())
    return Facet(name, title, choices, chosen or "")


def chosen(request: HttpRequest, name: str, kind: type[E]) -> E | None:
    """Answer the value of the address, ``None`` where there is none.

    Raises:
        AccessError: It is no such value: an address that leads nowhere is told as any other.
    """
    typed = request.GET.get(name, "")
    try:
        return kind(typed) if typed else None
    except ValueError:
        raise missing() from None


def chosen_number(request: HttpRequest, name: str) -> int | None:
    """Answer the number of the address, such as where a page begins; ``None`` where there is none.

    Raises:
        AccessError: It is no number.
    """
    typed = request.GET.get(name, "")
    if typed and not (typed.isascii() and typed.isdecimal() and len(typed) <= _MOST_DIGITS):
        raise missing()
    return int(typed) if typed else None
