"""Files that arrive in parts, each as often as a bad line needs.

A file grows beside its place and is moved there once it is whole, so that half of one is never taken as if
it were all. It is known by its path and its size. What is here already is not asked for again.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from cairn.errors import ConfigurationError, InputError
from cairn.records.node import GIB
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK_BYTES = 8 * 1024 * 1024
"""Of a file at once: what a broken line costs to send again, and what a worker holds in memory."""
LEFT_FREE_BYTES = 2 * GIB
"""On the node's disk: the records beside what is sent must go on growing."""
_LONGEST_NAME_BYTES, _MOST_FOLDERS = 255, 64
_FORBIDDEN = {"", ".", ".."}
_FULL_DISK = "The node's disk is nearly full, so nothing more can be sent to it. Tell your administrator."


class Readable(Protocol):
    """Where bytes come from: a file, or a request."""

    def read(self, size: int, /) -> bytes:
        """Answer so many bytes, or fewer where there are no more."""
        ...


class Reserve(Protocol):
    """Takes room for bytes that are about to be kept, or refuses; ``is_new`` where a file begins."""

    def __call__(self, size_bytes: int, *, is_new: bool) -> None:
        """Take it."""
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """Some bytes of a file that is sent.

    Attributes:
        path: Where the file lay for whoever sends it, below what was chosen, with strokes.
        size_bytes: Of the whole file.
        offset: Where in the file these bytes begin.
        modified_ms: When the file says that it was changed, in milliseconds since 1970; ``None`` for unknown.
    """

    path: str
    size_bytes: int
    offset: int
    modified_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """Where the files of one sender lie: ``files`` those that are whole, ``parts`` those that are not."""

    folder: Path

    @property
    def files(self) -> Path:
        """The folder of what is here as a whole."""
        return self.folder / "files"

    @property
    def parts(self) -> Path:
        """The folder of what is here only in part."""
        return self.folder / "parts"

    def received(self, path: str, size_bytes: int) -> int:
        """Answer how many bytes of a file are here.

        Raises:
            InputError: The path is none (``upload.name``).
        """
        whole = self._whole(path)
        if whole.is_file() and whole.stat().st_size == size_bytes:
            return size_bytes
        growing = self._growing(path, size_bytes)
        return growing.stat().st_size if growing.is_file() else 0

    def receive(self, part: Part, stream: Readable, *, reserve: Reserve) -> int:
        """Keep some bytes of a file, and answer how many of it are here now; what is here already stays.

        Bytes that do not begin where what is here ends are not read: whoever sends goes on from the answer.

        Raises:
            InputError: The path is none, another file has it, or it is more than was announced
                (``upload.name``, ``upload.size``); or as ``reserve`` refuses.
            ConfigurationError: The node's disk is full (``upload.disk``).
        """
        here = self.received(part.path, part.size_bytes)
        whole = self._whole(part.path)
        if part.offset != here or (whole.is_file() and here == part.size_bytes):
            return here
        if whole.exists():
            raise InputError(Sentence("Another file of that name was sent before."), code="upload.name")
        growing = self._growing(part.path, part.size_bytes)
        content = stream.read(CHUNK_BYTES + 1)
        if len(content) > CHUNK_BYTES or part.offset + len(content) > part.size_bytes:
            raise InputError(Sentence("That is more than was announced."), code="upload.size")
        reserve(len(content), is_new=part.offset == 0)
        try:
            _write(growing, part.offset, content)
            if part.offset + len(content) == part.size_bytes:
                _complete(growing, whole, part)
        except OSError as error:
            raise _refused(error) from error
        return part.offset + len(content)

    def listed(self) -> dict[str, int]:
        """Answer the size of every file that is here as a whole, by its path."""
        found = ((path.relative_to(self.files).as_posix(), path) for path in files_below(self.files))
        return {name: path.lstat().st_size for name, path in found}

    def half_sent(self) -> int:
        """Answer how many files are here only in part."""
        return sum(1 for _ in files_below(self.parts))

    def leave_out_half_sent(self) -> None:
        """Delete what is here only in part."""
        shutil.rmtree(self.parts, ignore_errors=True)

    def _whole(self, path: str) -> Path:
        """Answer the place of a whole file; a path that could lead elsewhere is none."""
        names = PurePosixPath(path).parts
        # The last: on Windows a backslash or a colon leads elsewhere; elsewhere they are letters like others.
        is_plain = path == "/".join(names) and not any(
            name in _FORBIDDEN or "\0" in name or PurePath(name).name != name for name in names
        )
        if not names or not is_plain or len(names) > _MOST_FOLDERS or any(map(_is_too_long, names)):
            raise InputError(Sentence("A file has a name that the node cannot keep."), code="upload.name")
        return self.files.joinpath(*names)

    def _growing(self, path: str, size_bytes: int) -> Path:
        return self.parts / hashlib.sha256(f"{size_bytes} {path}".encode()).hexdigest()


def files_below(folder: Path) -> Iterator[Path]:
    """Yield every file below a folder; nothing where there is no such folder."""
    for root, _, names in os.walk(folder):
        yield from (Path(root, name) for name in names)


def require_free(folder: Path, size_bytes: int) -> None:
    """Make sure that the disk of a folder has so much room, and some for the records beside.

    Raises:
        ConfigurationError: It has not (``upload.disk``).
    """
    if shutil.disk_usage(folder).free < size_bytes + LEFT_FREE_BYTES:
        raise ConfigurationError(_FULL_DISK, code="upload.disk")


def _is_too_long(name: str) -> bool:
    try:
        return len(name.encode()) > _LONGEST_NAME_BYTES
    except UnicodeEncodeError:
        return True


def _write(growing: Path, offset: int, content: bytes) -> None:
    growing.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(growing, os.O_WRONLY | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.seek(offset)
        file.write(content)


def _complete(growing: Path, whole: Path, part: Part) -> None:
    """Give the file the time that it had for whoever sent it, and move it to its place."""
    if part.modified_ms is not None:
        os.utime(growing, ns=(part.modified_ms * 1_000_000,) * 2)
    try:
        whole.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        growing.replace(whole)
    except OSError:
        growing.unlink(missing_ok=True)  # It has no place: whoever sends it again is told so again.
        raise


def _refused(error: OSError) -> InputError | ConfigurationError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ConfigurationError(_FULL_DISK, code="upload.disk")
    return InputError(Sentence("A file has a name that the node cannot keep."), code="upload.name")
