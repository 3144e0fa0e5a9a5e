"""A journal on the disk: followed by readers, appended to by the writer.

Readers and the writer read the same bytes with the same code; only the writer cuts a torn record off.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cairn.errors import ConfigurationError
from cairn.index import disk
from cairn.index.journal import (
    FILE_HEADER_BYTES,
    Ending,
    Stop,
    check_header,
    decode,
    encode_add,
    encode_header,
    encode_remove,
)
from cairn.index.tail import Tail, TailView

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from cairn.index.rows import Rows


class JournalFile:
    """One journal, with the tail that it describes.

    Args:
        path: The file, which must exist.
        width: Bytes of one value.
        limit: Its length in bytes once it is closed; what stands behind was never acknowledged.

    Raises:
        IntegrityError: When its header is damaged.
        FileNotFoundError: When there is none.
    """

    def __init__(self, path: Path, *, width: int, limit: int | None, writable: bool = False) -> None:
        """Open it and read what is there."""
        self.name = path.name
        self._width = width
        self._limit = limit
        self._fd = os.open(path, (os.O_RDWR if writable else os.O_RDONLY) | os.O_CLOEXEC)
        self._tail = Tail(width)
        self._position = FILE_HEADER_BYTES
        self._seen = 0
        self._ending = Ending.WHOLE
        self._damage: str | None = None
        self._view = self._tail.view(self.name)
        self._broken = False
        try:
            check_header(os.pread(self._fd, FILE_HEADER_BYTES, 0), name=self.name, width=width)
            self.catch_up()
        except BaseException:
            self.close()
            raise

    @property
    def position(self) -> int:
        """Answer where the next record goes, in bytes."""
        return self._position

    @property
    def length(self) -> int:
        """Answer the bytes that count once the journal is closed; damage is kept, so that it stays known."""
        return self._position if self._view.damage is None else self._seen

    @property
    def is_fresh(self) -> bool:
        """Tell whether nothing was ever appended."""
        return self._position == FILE_HEADER_BYTES and self._ending is Ending.WHOLE

    @property
    def is_appendable(self) -> bool:
        """Tell whether records may follow: not behind damage, and not after a failed write."""
        return self._damage is None and not self._broken and self._limit is None

    @property
    def view(self) -> TailView:
        """Answer what was read so far."""
        return self._view

    def catch_up(self) -> TailView:
        """Read what was appended since the last time; answer the new state."""
        size = os.fstat(self._fd).st_size if self._limit is None else self._limit
        if size == self._seen and self._ending is Ending.WHOLE:
            return self._view
        data = os.pread(self._fd, max(0, size - self._position), self._position)
        self._seen = size
        self._ending = Ending.WHOLE
        damage = self._damage
        for item in decode(data, self._position, width=self._width):
            if isinstance(item, Stop):
                self._ending = item.ending
                if item.ending is Ending.DAMAGED:
                    damage = f"{self.name} is damaged at byte {item.position}"
                continue
            self._apply(item.added, item.removed)
            self._position = item.end
            self._damage = damage
            self._ending = Ending.WHOLE
        if self._limit is not None and self._position != self._limit and damage is None:
            damage = f"{self.name} should be {self._limit} bytes long and ends at byte {self._position}"
        self._view = self._tail.view(self.name, damage)
        return self._view

    def cut_torn_end(self) -> None:
        """Let the writer start behind the last whole record."""
        if self._ending is Ending.DAMAGED:
            self._damage = self._view.damage
        elif os.fstat(self._fd).st_size != self._position:
            disk.truncate(self._fd, self._position)
            disk.sync(self._fd)
            self._seen, self._ending = self._position, Ending.WHOLE

    def add(self, rows: Rows) -> None:
        """Append rows; they are durable when this returns."""
        self._append(encode_add(rows))
        self._apply(rows, None)
        self._view = self._tail.view(self.name)

    def remove(self, ids: NDArray[np.uint64]) -> None:
        """Append a removal; it is durable when this returns."""
        self._append(encode_remove(ids))
        self._apply(None, ids)
        self._view = self._tail.view(self.name)

    def close(self) -> None:
        """Release the descriptor."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _apply(self, added: Rows | None, removed: NDArray[np.uint64] | None) -> None:
        """Bring one record into the tail."""
        if added is not None:
            self._tail.add(added)
        if removed is not None:
            self._tail.remove(removed)

    def _append(self, record: bytes) -> None:
        """Write one record durably, or leave the journal as it was.

        After a failed write nobody knows what the disk holds, so the record is cut off and the journal takes
        no more: the writer begins a new one.

        Raises:
            ConfigurationError: When the disk refused, or had refused before.
        """
        if not self.is_appendable:
            raise ConfigurationError("This journal takes no more entries.", code="index.unwritable")
        with disk.explained("The index's journal"):
            try:
                disk.write(self._fd, record, self._position)
                disk.sync(self._fd)
            except BaseException:
                self._broken = True
                disk.truncate(self._fd, self._position)
                raise
        self._position += len(record)
        self._seen = self._position


def create_journal(path: Path, *, width: int) -> None:
    """Write an empty journal, durably; it belongs to the index once the manifest names it."""
    fd = disk.create(path)
    try:
        disk.write(fd, encode_header(width), 0)
        disk.sync(fd)
    finally:
        os.close(fd)
