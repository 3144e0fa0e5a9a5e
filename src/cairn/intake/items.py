"""What a walk yields: items that can be opened for reading, and entries that cannot, with the reason."""

from __future__ import annotations

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
