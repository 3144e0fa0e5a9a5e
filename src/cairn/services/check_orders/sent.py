"""Files that people send to the node: in parts, each as often as a bad line needs, into a bounded area.

A file grows beside its place and is moved there once it is whole, so that half of one is never checked as if
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

from django.db import transaction
from django.db.models import F, Sum

from cairn.errors import ConfigurationError, InputError
from cairn.records.check_orders import CheckOrder, OrderState
from cairn.records.lock import node_work
from cairn.records.node import GIB
from cairn.sentences import Sentence
from cairn.services.check_orders.places import sent_folder, upload_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.records.node import NodeConfig

CHUNK_BYTES = 8 * 1024 * 1024
"""Of a file at once: what a broken line costs to send again, and what a worker holds in memory."""
MOST_FILES = 1_000_000
LEFT_FREE_BYTES = 2 * GIB
"""On the node's disk: the records beside what is sent must go on growing."""
_LONGEST_NAME_BYTES, _MOST_FOLDERS = 255, 64
_FORBIDDEN = {"", ".", ".."}


class Readable(Protocol):
    """Where bytes come from: a file, or a request."""

    def read(self, size: int, /) -> bytes:
        """Answer so many bytes, or fewer where there are no more."""
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


def received(config: NodeConfig, order: CheckOrder, path: str, size_bytes: int) -> int:
    """Answer how many bytes of a file are here.

    Raises:
        InputError: The path is none (``upload.name``).
    """
    whole = _whole(config, order, path)
    if whole.is_file() and whole.stat().st_size == size_bytes:
        return size_bytes
    growing = _growing(config, order, path, size_bytes)
    return growing.stat().st_size if growing.is_file() else 0


def receive(config: NodeConfig, order: CheckOrder, part: Part, stream: Readable) -> int:
    """Keep some bytes of a file, and answer how many of it are here now; what is here already stays.

    Bytes that do not begin where what is here ends are not read: whoever sends goes on from the answer.

    Raises:
        InputError: The path is none, another file has it, or there is too much (``upload.name``,
            ``upload.size``, ``upload.full``).
        ConfigurationError: The node's disk is full (``upload.disk``).
    """
    here = received(config, order, part.path, part.size_bytes)
    whole = _whole(config, order, part.path)
    if part.offset != here or (whole.is_file() and here == part.size_bytes):
        return here
    if whole.exists():
        raise InputError(Sentence("Another file of that name was sent before."), code="upload.name")
    growing = _growing(config, order, part.path, part.size_bytes)
    content = stream.read(CHUNK_BYTES + 1)
    if len(content) > CHUNK_BYTES or part.offset + len(content) > part.size_bytes:
        raise InputError(Sentence("That is more than was announced."), code="upload.size")
    _reserve(config, order, len(content), is_new=part.offset == 0)
    try:
        _write(growing, part.offset, content)
        if part.offset + len(content) == part.size_bytes:
            _complete(growing, whole, part)
    except OSError as error:
        raise _refused(error) from error
    return part.offset + len(content)


def listed(config: NodeConfig, order: CheckOrder) -> dict[str, int]:
    """Answer the size of every file that is here as a whole, by its path."""
    folder = sent_folder(config, order)
    return {path.relative_to(folder).as_posix(): path.lstat().st_size for path in _files(folder)}


def counted(config: NodeConfig, order: CheckOrder) -> tuple[int, int]:
    """Answer how many files are here as a whole, and their bytes."""
    sizes = [path.lstat().st_size for path in _files(sent_folder(config, order))]
    return len(sizes), sum(sizes)


def half_sent(config: NodeConfig, order: CheckOrder) -> int:
    """Answer how many files are here only in part."""
    return sum(1 for _ in _files(_parts(config, order)))


def leave_out_half_sent(config: NodeConfig, order: CheckOrder) -> None:
    """Delete what is here only in part."""
    shutil.rmtree(_parts(config, order), ignore_errors=True)


def delete_sent(config: NodeConfig, order: CheckOrder) -> None:
    """Delete everything that was sent for an order; its room is others' again."""
    shutil.rmtree(upload_folder(config, order), ignore_errors=True)
    CheckOrder.objects.filter(pk=order.pk).update(received_bytes=0)


def _parts(config: NodeConfig, order: CheckOrder) -> Path:
    return upload_folder(config, order) / "parts"


def _whole(config: NodeConfig, order: CheckOrder, path: str) -> Path:
    """Answer the place of a whole file; a path that could lead elsewhere is none."""
    names = PurePosixPath(path).parts
    # The last: on Windows a backslash or a colon leads elsewhere; elsewhere they are letters like others.
    is_plain = path == "/".join(names) and not any(
        name in _FORBIDDEN or "\0" in name or PurePath(name).name != name for name in names
    )
    if not names or not is_plain or len(names) > _MOST_FOLDERS or any(map(_is_too_long, names)):
        raise InputError(Sentence("A file has a name that the node cannot keep."), code="upload.name")
    return sent_folder(config, order).joinpath(*names)


def _is_too_long(name: str) -> bool:
    try:
        return len(name.encode()) > _LONGEST_NAME_BYTES
    except UnicodeEncodeError:
        return True


def _growing(config: NodeConfig, order: CheckOrder, path: str, size_bytes: int) -> Path:
    name = hashlib.sha256(f"{size_bytes} {path}".encode()).hexdigest()
    return _parts(config, order) / name


def _files(folder: Path) -> Iterator[Path]:
    for root, _, names in os.walk(folder):
        yield from (Path(root, name) for name in names)


@node_work("the area for what is sent is one for everybody")
def _reserve(config: NodeConfig, order: CheckOrder, size_bytes: int, *, is_new: bool) -> None:
    """Take room for some bytes, or say that there is none."""
    config.uploads_folder.mkdir(mode=0o700, exist_ok=True)
    if shutil.disk_usage(config.uploads_folder).free < size_bytes + LEFT_FREE_BYTES:
        raise ConfigurationError(_FULL_DISK, code="upload.disk")
    with transaction.atomic():
        row = CheckOrder.objects.select_for_update().get(pk=order.pk)
        if row.state != OrderState.GATHERING:
            raise InputError(
                Sentence("This check has begun: nothing more can be sent for it."), code="upload.begun"
            )
        taken = CheckOrder.objects.aggregate(all=Sum("received_bytes"))["all"]
        if taken + size_bytes > config.upload_bytes or row.received_files + is_new > MOST_FILES:
            raise InputError(
                Sentence(
                    "People may send %(value)s GiB and %(most_files)s files to this node at once, and "
                    "that is reached. Wait until other checks have ended, or let your administrator put "
                    "the files where the server can read them.",
                    value=config.upload_bytes // GIB,
                    most_files=MOST_FILES,
                ),
                code="upload.full",
            )
        CheckOrder.objects.filter(pk=order.pk).update(
            received_bytes=F("received_bytes") + size_bytes,
            received_files=F("received_files") + int(is_new),
        )


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
    whole.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    growing.replace(whole)


_FULL_DISK = "The node's disk is nearly full, so nothing more can be sent to it. Tell your administrator."


def _refused(error: OSError) -> InputError | ConfigurationError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ConfigurationError(_FULL_DISK, code="upload.disk")
    return InputError(Sentence("A file has a name that the node cannot keep."), code="upload.name")
