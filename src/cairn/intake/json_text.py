"""A JSON text of any length, read value by value, and passed on as it was written.

The walk over objects and lists is done here, sign by sign; every value that is wanted whole is decoded by the
standard library's scanner on a buffer that is filled as needed. What was read can be passed on to a sink,
sign for sign, with single values replaced: that is how a case file gets answers without another change.
Source: RFC 8259.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING, BinaryIO, Final, TypeAlias

from cairn.errors import InputError
from cairn.intake.encoding import encoding_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
"""Any JSON value."""

MAX_VALUE_CHARS: Final = 16 * 1024 * 1024
"""A record of a real case has some kilobytes, with a thumbnail some hundred; one of 16 MiB of
brackets takes about 400 MB of memory."""

_CHUNK_BYTES: Final = 1024 * 1024
_NEAR_THE_END: Final = 16
"""An error this near to the end of the buffer may be a value that is cut there: ``-Infinity`` has 9 signs."""

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


class JsonText:
    """A cursor in a JSON text."""

    def __init__(self, source: BinaryIO, sink: Callable[[str], object] | None = None) -> None:
        """Start before the first value.

        Args:
            source: UTF-8 or UTF-16, with a byte-order mark or (UTF-8) without. Bytes that are no UTF-8 become
                half characters, which ``encoding`` with ``surrogateescape`` turns back into the same bytes.
            sink: Is given the text in order, with what ``substitute`` replaced.
        """
        self._source, self._sink = source, sink
        head = _first_bytes(source)
        self.mark, self.encoding = encoding_of(head)
        self._incremental = codecs.getincrementaldecoder(self.encoding)("surrogateescape")
        self._buffer = ""
        self._at = self._last = self._flushed = self._before = 0
        self._is_at_end = False
        self._append(head[len(self.mark) :], is_last=not head)

    @property
    def position(self) -> int:
        """How many characters lie before the cursor."""
        return self._before + self._at

    def peek(self) -> str:
        """Answer the next sign that is no space, without taking it; ``""`` at the end."""
        while True:
            self._at = self._end_of_space(self._at)
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._fill(_CHUNK_BYTES):
                return ""

    def ahead(self, count: int) -> str:
        """Answer the next ``count`` signs without taking them; fewer at the end."""
        while len(self._buffer) - self._at < count and self._fill(_CHUNK_BYTES):
            pass
        return self._buffer[self._at : self._at + count]

    def take(self, sign: str) -> bool:
        """Take the next sign that is no space if it is this one, and answer whether it was."""
        if self.peek() != sign:
            return False
        self._at += 1
        return True

    def require(self, sign: str) -> None:
        """Take this sign.

        Raises:
            InputError: Another one stands there, or the text ends (``input.damaged``).
        """
        if not self.take(sign):
            raise self._damaged(f"'{sign}' was expected")

    @property
    def last(self) -> str:
        """How the value that was taken last is written; to be asked before anything else is taken."""
        return self._buffer[self._last : self._at]

    def elements(self) -> Iterator[None]:
        """Take a list, stopping before each element, which the caller takes."""
        self.require("[")
        if self.take("]"):
            return
        while True:
            yield
            if self.take("]"):
                return
            self.require(",")

    def members(self) -> Iterator[str]:
        """Take an object, stopping before each value with its key; the caller takes the value."""
        self.require("{")
        if self.take("}"):
            return
        while True:
            if self.peek() != '"':
                raise self._damaged("a name in quotation marks was expected")
            key = self.value()
            self.require(":")
            yield str(key)
            if self.take("}"):
                return
            self.require(",")

    def value(self) -> Json:
        """Take the next value whole.

        Raises:
            InputError: It is no JSON (``input.damaged``), or too long or too deep (``input.limit``).
        """
        self.peek()
        wanted = _CHUNK_BYTES
        while True:
            try:
                value: Json
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except RecursionError:
                raise self._error("is nested too deep to be read", "input.limit") from None
            except ValueError as error:
                self._fill_or_refuse(error, wanted)
            else:
                # A number may go on behind the end of the buffer; nothing else can.
                if end < len(self._buffer) or not self._fill(wanted):
                    self._last, self._at = self._at, end
                    return value
            wanted *= 2

    def substitute(self, text: str) -> None:
        """Pass on another text for the value that was taken last, before anything else is taken."""
        self._flush(self._last)
        if self._sink:
            self._sink(text)
        self._flushed = self._at

    def finish(self) -> None:
        """Pass on what is left, and make sure that nothing follows.

        Raises:
            InputError: Something follows the outermost value (``input.damaged``).
        """
        if self.peek():
            raise self._damaged("the text goes on behind its end")
        self._flush(self._at)

    def _end_of_space(self, at: int) -> int:
        found = _SPACE.match(self._buffer, at)
        assert found is not None  # noqa: S101 - the pattern matches nothing too
        return found.end()

    def _fill(self, wanted: int) -> bool:
        """Read on, and answer whether anything came; what was taken leaves the buffer."""
        while not self._is_at_end:
            data = self._source.read(wanted)
            if self._append(data, is_last=not data):
                return True
        return False

    def _append(self, data: bytes, *, is_last: bool) -> bool:
        try:
            text = self._incremental.decode(data, is_last)
        except UnicodeDecodeError:
            raise self._damaged(f"this is no text in {self.encoding.upper()}") from None
        self._is_at_end = is_last
        if text:
            self._flush(self._at)
            self._before += self._at
            self._buffer = self._buffer[self._at :] + text
            self._at = self._flushed = 0
        return bool(text)

    def _flush(self, end: int) -> None:
        if self._sink and end > self._flushed:
            self._sink(self._buffer[self._flushed : end])
        self._flushed = end

    def _fill_or_refuse(self, error: ValueError, wanted: int) -> None:
        """Read on where the value may only be cut by the end of the buffer."""
        if isinstance(error, json.JSONDecodeError):
            is_cut = error.msg.startswith("Unterminated") or error.pos + _NEAR_THE_END >= len(self._buffer)
            if is_cut and len(self._buffer) - self._at > MAX_VALUE_CHARS:
                raise self._error(f"is longer than {MAX_VALUE_CHARS:,} signs", "input.limit")
            if is_cut and self._fill(wanted):
                return
            if is_cut:
                raise self._damaged("the file ends in the middle of it")
        raise self._damaged("it is no JSON")

    def _damaged(self, why: str) -> InputError:
        if self._is_at_end and self._at == len(self._buffer):
            why = "the file ends there"
        return self._error(f"cannot be read: {why}", "input.damaged")

    def _error(self, what: str, code: str) -> InputError:
        return InputError(f"What begins at sign {self.position:,} {what}.", code=code, position=self.position)


def _first_bytes(source: BinaryIO) -> bytes:
    """Read on until a byte-order mark would be whole."""
    head = source.read(_CHUNK_BYTES)
    while 0 < len(head) < len(codecs.BOM_UTF8):
        more = source.read(_CHUNK_BYTES)
        if not more:
            break
        head += more
    return head
