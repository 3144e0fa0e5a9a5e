"""Inside the confined process: E01 and Ex01 through libewf, which must not pass damage off as zeroes.

Where the checksum of a piece does not hold, libewf answers zeroes and only counts: its Python module neither
raises nor shows the count. A file of zeroes would get digests of a file that never was. So the count is asked
of the C library itself, which lies in the same module, and a read that touches a damaged piece fails.
"""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import pyewf

if TYPE_CHECKING:
    from cairn.readers.pieces import Pieces

_HANDLE_AT = object.__basicsize__
"""The library's own handle stands first in the Python object: pyewf_handle.h, struct pyewf_handle."""


class Ewf:
    """An image that is open."""

    def __init__(self, files: list[Pieces]) -> None:
        """Open it.

        Args:
            files: Its pieces, in their order.

        Raises:
            OSError: It is damaged, or incomplete.
        """
        self._object = pyewf.handle()
        self._object.open_file_objects(files, "rb")
        self.size_bytes: int = self._object.get_media_size()
        self._library = ctypes.CDLL(pyewf.__file__)
        self._handle = ctypes.c_void_p.from_address(id(self._object) + _HANDLE_AT)
        self._sector_bytes: int = self._object.get_bytes_per_sector()
        self._damaged: list[range] = []
        size = ctypes.c_uint64()
        if not self._asked("media_size", ctypes.byref(size)) or size.value != self.size_bytes:
            raise OSError("The library is another one than this module knows.")

    def read(self, offset: int, length: int) -> bytes:
        """Answer up to ``length`` bytes of the disk.

        Raises:
            OSError: A checksum of them does not hold.
        """
        data: bytes = self._object.read_buffer_at_offset(length, offset)
        self._note_damage()
        for damaged in self._damaged:
            if offset < damaged.stop and damaged.start < offset + length:
                raise OSError("A piece of the image is damaged.")
        return data

    def _note_damage(self) -> None:
        """Learn of the damaged stretches that libewf has met since the last time."""
        count = ctypes.c_uint32()
        if not self._asked("number_of_checksum_errors", ctypes.byref(count)):
            raise OSError("The library does not say what is damaged.")
        for number in range(len(self._damaged), count.value):
            first, sectors = ctypes.c_uint64(), ctypes.c_uint64()
            self._asked("checksum_error", ctypes.c_uint32(number), ctypes.byref(first), ctypes.byref(sectors))
            start = first.value * self._sector_bytes
            self._damaged.append(range(start, start + sectors.value * self._sector_bytes))

    def _asked(self, what: str, *places: object) -> bool:
        """Call one of the library's questions; true where it answered."""
        return int(getattr(self._library, f"libewf_handle_get_{what}")(self._handle, *places, None)) == 1
