"""Opening a file of a seizure without leaving a trace in it.

Evidence is opened for reading only, and where the system lets the caller, without changing its access
time. Only regular files are read: opening a named pipe would wait for ever, and reading some devices
changes the world.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from cairn.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""``O_NONBLOCK`` so that opening a named pipe returns at once; it changes nothing for regular files."""

_KEEP_ACCESS_TIME = getattr(os, "O_NOATIME", 0)
"""Linux only, and only for the owner of the file or root."""


@contextmanager
def open_evidence(path: Path) -> Iterator[BinaryIO]:
    """Open a regular file for reading bytes, unbuffered, and close it afterwards.

    A symbolic link is followed: the caller named it, and folders are walked by ``intake``, which does not.

    Args:
        path: The file.

    Raises:
        InputError: It is missing, may not be read, is not a regular file, or failed while it was read.
    """
    try:
        descriptor = _open(path)
    except OSError as error:
        raise _refusal(path, error) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InputError(
            f"'{shown(path)}' is not a regular file, so it was not read.", code="input.not-a-file"
        )
    with os.fdopen(descriptor, "rb", buffering=0) as stream:
        try:
            yield stream
        except OSError as error:
            raise _refusal(path, error) from error


def shown(path: Path) -> str:
    r"""Answer a path as text that any terminal can take; bytes that are no UTF-8 become ``\xNN``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _open(path: Path) -> int:
    """Open without touching the access time where that is allowed, and as usual where it is not."""
    try:
        return os.open(path, _FLAGS | _KEEP_ACCESS_TIME)
    except PermissionError:
        return os.open(path, _FLAGS)


def _refusal(path: Path, error: OSError) -> InputError:
    """Put an error of the operating system into a sentence."""
    match error:
        case FileNotFoundError():
            return InputError(f"There is no file '{shown(path)}'.", code="input.missing")
        case PermissionError():
            return InputError(f"'{shown(path)}' may not be read by this user.", code="input.permission")
        case _:
            why = error.strerror or type(error).__name__
            return InputError(f"'{shown(path)}' could not be read: {why}.", code="input.unreadable")
