r"""Opening a file of a seizure without leaving a trace in it, and naming it so that it stays itself.

Evidence is opened for reading only, and where the system lets the caller, without changing its access time.
Only regular files are read: opening a named pipe would wait for ever, and reading some devices changes the
world. A name is bytes that an attacker chose; it becomes text that every screen, file and database can hold,
and two names never become one, because a file whose name equals another's would be skipped as done.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from cairn.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""``O_NONBLOCK`` so that a named pipe that took a file's place returns at once; regular files ignore it."""

_FOLLOW_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_KEEP_ACCESS_TIME = getattr(os, "O_NOATIME", 0)
"""Linux only, and only for the owner of the file or root."""

_LOOKS_ESCAPED = re.compile(rb"\\x[0-9a-f]{2}")


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a regular file that the caller named for reading bytes, unbuffered, and close it afterwards.

    Args:
        path: The file; a symbolic link is followed.

    Raises:
        InputError: As ``open_for_reading``, or it failed while it was read.
    """
    with os.fdopen(open_for_reading(path, is_named=True), "rb", buffering=0) as stream:
        try:
            yield stream
        except OSError as error:
            raise refusal(path, error, is_named=True) from error


def open_for_reading(path: Path, *, is_named: bool = False) -> int:
    """Open a regular file for reading only, leaving its access time alone where the system allows.

    Args:
        path: The file.
        is_named: True for a path that a person named: a symbolic link is followed. False for one that a walk
            listed: it was no link then, and one that took its place is refused.

    Returns:
        A descriptor, which the caller closes.

    Raises:
        InputError: It is not there (``input.missing``), may not be read (``input.permission``), is a link
            (``input.loop``) or another thing than a regular file (``input.not-a-file``), or the disk or the
            system refuses it (``input.disk``, ``input.unreadable``).
    """
    flags = _FLAGS if is_named else _FLAGS | _FOLLOW_NO_LINK
    try:
        descriptor = _open_quietly(path, flags)
    except OSError as error:
        raise refusal(path, error, is_named=is_named) from error
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise InputError(
            f"{printable(path)} is {kind_in_words(mode)}, not a file that can be read.",
            code="input.not-a-file",
        )
    return descriptor


def refusal(path: Path, error: OSError | RuntimeError, *, is_named: bool = False) -> InputError:
    """Answer an error of the operating system as a sentence; Python 3.11 tells a circle by a RuntimeError."""
    number = error.errno if isinstance(error, OSError) else errno.ELOOP
    match number:
        case errno.ENOENT if is_named:
            return InputError(f"There is no file {printable(path)}.", code="input.missing")
        case errno.ENOENT:
            code, why = "missing", "was there and has vanished"
        case errno.EACCES | errno.EPERM:
            code, why = "permission", "may not be read by this user"
        case errno.ELOOP if is_named:
            code, why = "loop", "is a link that leads in a circle"
        case errno.ELOOP:
            code, why = "loop", "has become a link since it was listed"
        case errno.EIO | errno.ESTALE | errno.ENODEV | errno.ENXIO:
            code, why = "disk", "could not be read: the disk reports an error"
        case _:
            code, why = (
                "unreadable",
                f"could not be read: {os.strerror(number) if number else 'unknown reason'}",
            )
    return InputError(f"{printable(path)} {why}.", code=f"input.{code}")


def kind_in_words(mode: int) -> str:
    """Answer what an entry is that is no regular file, from its ``st_mode``."""
    names = (
        (stat.S_ISLNK, "a symbolic link"),
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a named pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISCHR, "a device"),
    )
    return next((name for test, name in names if test(mode)), "no regular file")


def printable(path: str | os.PathLike[str]) -> str:
    r"""Answer the path as text that every screen, file and database can hold.

    A name that is valid UTF-8 stays as it is. In any other name the bytes that are not UTF-8 are shown as
    ``\xff``, and a backslash that was there before is doubled, so that two names never become one. For the
    same reason a valid name that looks so already has its backslashes doubled too.

    >>> printable("DCIM/1.jpg")
    'DCIM/1.jpg'
    """
    return as_text(os.fsencode(path))


def as_text(raw: bytes) -> str:
    """Answer a name's bytes as text, in the way of ``printable``."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    return text.replace("\\", "\\\\") if _LOOKS_ESCAPED.search(raw) else text


def _open_quietly(path: Path, flags: int) -> int:
    try:
        return os.open(path, flags | _KEEP_ACCESS_TIME)
    except PermissionError:
        # Only the file's owner may ask for the access time to stay; read it all the same.
        return os.open(path, flags)
