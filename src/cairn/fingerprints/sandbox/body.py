"""Reading the body of a message from a process that may lie: in bounds, in range, in the agreed alphabet."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, TypeVar

from cairn.errors import IntegrityError

if TYPE_CHECKING:
    import re

MAXIMUM_TEXT_BYTES = 600
"""A sentence for a person; the longest that the decoders write is under 200."""

Choice = TypeVar("Choice")


class MessageError(IntegrityError):
    """An answer is not of the agreed form, so its sender is not trusted any further."""

    default_code = "integrity.message"


class Body:
    """Reads a body from its start to its end, and refuses to read beyond or to stop before."""

    def __init__(self, data: bytes) -> None:
        """Start before the first byte."""
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        """Answer the next ``count`` bytes."""
        part = self._data[self._at : self._at + count]
        if len(part) != count:
            raise MessageError("An answer ends too early.")
        self._at += count
        return part

    def number(self) -> int:
        """Answer the next byte as a number."""
        return self.take(1)[0]

    def choice(self, table: tuple[Choice, ...]) -> Choice:
        """Answer the entry of a table that the next byte names."""
        index = self.number()
        if index >= len(table):
            raise MessageError(f"An answer names entry {index} of a table of {len(table)}.")
        return table[index]

    def name(self, form: re.Pattern[str], what: str, *, may_lack: bool = False) -> str:
        """Answer the next short text, which must match a form as a whole."""
        data = self.take(self.number())
        if not data and may_lack:
            return ""
        try:
            text = data.decode("ascii")
        except UnicodeDecodeError:
            raise MessageError(f"An answer's {what} is not plain ASCII.") from None
        if not form.fullmatch(text):
            raise MessageError(f"An answer's {what} is not of the agreed form.")
        return text

    def sentence(self) -> str:
        """Answer the next sentence: printable, so that it cannot steer a terminal or turn text around."""
        (count,) = struct.unpack(">H", self.take(2))
        if count > MAXIMUM_TEXT_BYTES:
            raise MessageError(f"An answer's sentence of {count} bytes is longer than agreed.")
        try:
            text = self.take(count).decode("utf-8")
        except UnicodeDecodeError:
            raise MessageError("An answer's sentence is not UTF-8.") from None
        if not text.isprintable():
            raise MessageError("An answer's sentence has signs that cannot be printed.")
        return text

    def finish(self) -> None:
        """Make sure that nothing is left."""
        if self._at != len(self._data):
            raise MessageError("An answer has bytes left over.")
