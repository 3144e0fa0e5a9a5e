"""Cursors: where a page ended, as a word that callers send back and never read."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated

from pydantic import StringConstraints

from cairn.errors import InputError

Cursor = Annotated[str, StringConstraints(max_length=1_000)] | None
"""As a call takes it; ``None`` begins at the beginning."""


def cursor_to(place: str | int) -> str:
    """Answer the cursor that leads on from a place."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def number_of(cursor: str | None) -> int | None:
    """Answer the number that a cursor was made of, or ``None`` at the beginning.

    Raises:
        InputError: It is no cursor of such a list (``call.cursor``).
    """
    place = _read(cursor)
    if place is not None and (not isinstance(place, int) or isinstance(place, bool)):
        raise _wrong()
    return place


def text_of(cursor: str | None) -> str | None:
    """Answer the text that a cursor was made of, or ``None`` at the beginning.

    Raises:
        InputError: It is no cursor of such a list (``call.cursor``).
    """
    place = _read(cursor)
    if place is not None and not isinstance(place, str):
        raise _wrong()
    return place


def _read(cursor: str | None) -> object:
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        place = json.loads(raw)
    except (binascii.Error, ValueError, RecursionError):
        raise _wrong() from None
    if place is None:
        raise _wrong()
    return place


def _wrong() -> InputError:
    return InputError("Send the cursor as the page before gave it.", code="call.cursor")
