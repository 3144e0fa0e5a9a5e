"""What a walk yields: items that can be opened for reading, and entries that cannot, with the reason."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.errors import InputError


@dataclass(frozen=True, slots=True)
class Item:
    """One file of the evidence, or of a container in it; not opened yet.

    Attributes:
        address: Where it lies, in words that can be printed and stored; unique within a walk.
        size_bytes: As listed; the truth is what is read later.
        modified_ns: When the file says that it was last changed, in nanoseconds since 1970, or ``None``.
        signature: Changes when the file does; equal signatures let a resumed check skip a file.
        open: Opens the file for reading only and answers the descriptor, which the caller closes.
            Raises ``InputError`` with a sentence where that cannot be done.
    """

    address: str
    size_bytes: int
    modified_ns: int | None
    signature: str
    open: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry of the evidence that cannot be read, and why."""

    address: str
    error: InputError


def printable(path: str | os.PathLike[str]) -> str:
    r"""Answer the path as text that every screen, file and database can hold.

    A name that is valid UTF-8 stays as it is. In any other name the bytes that are not UTF-8 are shown as
    ``\xff``, and a backslash that was there before is doubled, so that two names never become one.

    >>> printable("DCIM/1.jpg")
    'DCIM/1.jpg'
    """
    return as_text(os.fsencode(path))


def as_text(raw: bytes) -> str:
    """Answer a name's bytes as text, in the way of ``printable``."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
