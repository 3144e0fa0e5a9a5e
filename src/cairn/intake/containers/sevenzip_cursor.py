"""The numbers, flags and checksums of a 7z's header, read one after the other from bytes that may lie.

Source: "7zFormat.txt" of the 7-Zip LZMA SDK.
"""

from __future__ import annotations

from cairn.intake.containers.reading import damaged

_MOST_THINGS = 8_000_000
"""Files, folders or streams: four times the members that the standard rules list, and 1 GiB of memory."""


class Cursor:
    """Reads the header's numbers; running out of bytes is damage, never a crash."""

    def __init__(self, data: bytes) -> None:
        """Start at the first byte."""
        self._data = memoryview(data)
        self._at = 0

    def take(self, length: int) -> bytes:
        """Answer the next bytes."""
        if length < 0 or length > len(self._data) - self._at:
            raise damaged("The 7z's header ends too early.")
        self._at += length
        return bytes(self._data[self._at - length : self._at])

    def rest(self) -> bytes:
        """Answer all bytes that are left."""
        return self.take(len(self._data) - self._at)

    def byte(self) -> int:
        """Answer the next byte."""
        return self.take(1)[0]

    def number(self) -> int:
        """Answer a number of one to nine bytes: leading ones in the first say how many follow."""
        first = self.byte()
        extra = 8 - (first ^ 0xFF).bit_length()
        low = int.from_bytes(self.take(extra), "little")
        high = first & (0x7F >> extra)
        return low | high << (8 * extra)

    def count(self) -> int:
        """Answer a number of things that follow; each takes at least a bit, so more than that is a lie."""
        number = self.number()
        if number > min(_MOST_THINGS, 8 * len(self._data)):
            raise damaged("The 7z's header states more than it can hold.")
        return number

    def bits(self, count: int) -> list[bool]:
        """Answer flags, highest bit first."""
        raw = self.take(-(-count // 8))
        return [bool(raw[place // 8] & (0x80 >> place % 8)) for place in range(count)]

    def optional_bits(self, count: int) -> list[bool]:
        """Answer flags that are left out where all are set."""
        return [True] * count if self.byte() else self.bits(count)

    def digests(self, count: int) -> list[int | None]:
        """Answer checksums, where they are stated."""
        flags = self.optional_bits(count)
        return [int.from_bytes(self.take(4), "little") if stated else None for stated in flags]

    def expect(self, *allowed: int) -> int:
        """Answer the next property number, which must be one of these."""
        number = self.byte()
        if number not in allowed:
            raise damaged("The 7z's header breaks its own rules.")
        return number
