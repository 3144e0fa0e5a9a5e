"""One writer at a time, by a lock that the operating system drops with the process that holds it.

``flock`` belongs to the open file, so it vanishes when the process dies, however it dies. A forked child
shares the open file, so children close their copy at once: a child never keeps a dead parent's lock.
"""

from __future__ import annotations

import fcntl
import os
import weakref
from typing import TYPE_CHECKING

from cairn.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


class WriterLock:
    """Held from construction until ``release`` or the end of the process.

    Args:
        path: The lock file; it is created once and never removed, because removing it would race.

    Raises:
        ConfigurationError: With code ``index.locked`` when another writer holds it.
    """

    def __init__(self, path: Path) -> None:
        """Take the lock or say who has it."""
        self._fd: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._fd, 20, 0).decode("ascii", "replace").strip() or "unknown"
            self.release()
            sentence = f"Another process (number {holder}) is writing to this index. Wait until it is done."
            raise ConfigurationError(sentence, code="index.locked", holder=holder) from error
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()}\n".encode(), 0)
        _HELD.add(self)

    def release(self) -> None:
        """Let the next writer in; harmless when done twice."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


_HELD: weakref.WeakSet[WriterLock] = weakref.WeakSet()


def _forget_in_child() -> None:
    """Close a forked child's copies, so that only the parent's life keeps the lock."""
    for lock in list(_HELD):
        lock.release()


os.register_at_fork(after_in_child=_forget_in_child)
