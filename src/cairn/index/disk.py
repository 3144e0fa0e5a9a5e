"""Every change that an index makes to a disk passes through these few functions.

Each is one step that either happened or did not, as far as the index is concerned. Keeping them in one place
lets the tests cut the power before, inside and after every one of them, and check that nothing that was
acknowledged is ever lost.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from cairn.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


FILE_MODE = 0o640
"""The owner writes, the group reads: fingerprints are nobody else's business."""


def create(path: Path) -> int:
    """Answer a descriptor of a new, empty file; what an interrupted run left under the name is emptied."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, FILE_MODE)


def write(fd: int, data: bytes | memoryview, position: int) -> None:
    """Write all of ``data`` at ``position`` in bytes; it is durable only after ``sync``."""
    view = memoryview(data).cast("B")
    while len(view):
        written = os.pwrite(fd, view, position)
        view = view[written:]
        position += written


def sync(fd: int) -> None:
    """Force what was written to the file, and its length, onto the disk."""
    os.fsync(fd)


def sync_folder(folder: Path) -> None:
    """Force the names of new, renamed and removed files onto the disk."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def replace(source: Path, target: Path) -> None:
    """Give ``source`` the name ``target`` in one step: every reader sees the old file or the new one."""
    source.replace(target)


def truncate(fd: int, length: int) -> None:
    """Cut the file to ``length`` bytes."""
    os.ftruncate(fd, length)


def remove(path: Path) -> None:
    """Remove a file that nothing refers to; processes that have it open keep reading it."""
    path.unlink(missing_ok=True)


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn an error of the disk into a sentence that says what failed and that nothing was changed.

    Raises:
        ConfigurationError: With code ``index.unwritable``.
    """
    try:
        yield
    except OSError as error:
        sentence = f"{what} could not be written ({error.strerror}). What was there before is unchanged."
        raise ConfigurationError(sentence, code="index.unwritable", errno=error.errno or 0) from error
