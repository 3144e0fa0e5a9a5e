"""What was typed into a form, as values; what is none is told in a sentence."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext as _

from cairn.errors import InputError
from cairn.services.typed_text import is_recordable

if TYPE_CHECKING:
    from enum import Enum

    from django.http import QueryDict

E = TypeVar("E", bound="Enum")
_MOST_DIGITS = 18


def text(typed: QueryDict, name: str) -> str:
    """Answer a text without the blanks around it; ``""`` where there is none.

    Raises:
        InputError: No database can be asked for it (``desk.text``).
    """
    found = typed.get(name, "").strip()
    if not is_recordable(found):
        raise InputError(_("A text has no control characters in it."), code="desk.text")
    return found


def words(typed: QueryDict, name: str) -> tuple[str, ...]:
    """Answer a text's words, as they are parted by blanks, commas or line ends.

    Raises:
        InputError: No database can be asked for one of them (``desk.text``).
    """
    found = tuple(typed.get(name, "").replace(",", " ").split())
    if not all(map(is_recordable, found)):
        raise InputError(_("A text has no control characters in it."), code="desk.text")
    return found


def is_ticked(typed: QueryDict, name: str) -> bool:
    """Answer whether a box is ticked."""
    return typed.get(name) == "yes"


def choice(typed: QueryDict, name: str, kind: type[E]) -> E:
    """Answer the chosen value.

    Raises:
        InputError: It is none of them (``desk.choice``).
    """
    try:
        return kind(typed.get(name, ""))
    except ValueError:
        raise InputError(_("Choose one of the values that the form offers."), code="desk.choice") from None


def day(typed: QueryDict, name: str) -> date | None:
    """Answer a day; ``None`` where none was typed.

    Raises:
        InputError: It is none (``desk.day``).
    """
    raw = text(typed, name)
    try:
        return date.fromisoformat(raw) if raw else None
    except ValueError:
        raise InputError(_("A day is typed as 2026-03-31."), code="desk.day") from None


def number(typed: QueryDict, name: str) -> int:
    """Answer a whole number.

    Raises:
        InputError: It is none (``desk.number``).
    """
    raw = text(typed, name)
    if not (raw.isascii() and raw.isdecimal() and len(raw) <= _MOST_DIGITS):
        raise InputError(_("A number is typed in digits."), code="desk.number")
    return int(raw)
