"""A file that is there as a whole or not at all: written beside its place, then moved into it."""

from __future__ import annotations

import errno
import io
import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from cairn.errors import CairnError, ConfigurationError, InputError
from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def written_whole(path: Path) -> Iterator[IO[str]]:
    r"""Open a text file for writing that appears at ``path`` only once it is complete and on the disk.

    The new file is readable by the person who wrote it and by nobody else, because it says what is in a
    seizure. What stood at ``path`` before stays untouched until then, and for good where writing fails.

    Args:
        path: A file that exists or not, in a folder that exists. A link is followed.

    Yields:
        The stream: UTF-8, ``\\n`` line ends.

    Raises:
        InputError: The place cannot hold a file (``output.missing``, ``output.not-a-file``,
            ``output.forbidden``).
        ConfigurationError: The disk is full or reports an error (``output.disk``).
    """
    with bytes_written_whole(path) as raw:
        stream = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", newline="\n")
        yield stream
        stream.flush()
        stream.detach()


@contextmanager
def bytes_written_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file of bytes for writing, in the same way.

    Args:
        path: As for ``written_whole``.

    Yields:
        The stream.

    Raises:
        InputError: As ``written_whole``.
        ConfigurationError: As ``written_whole``.
    """
    place = _place(path)
    part: Path | None = None
    try:
        with NamedTemporaryFile(
            "wb", dir=place.parent, prefix=".cairn-", suffix=".part", delete=False
        ) as stream:
            part = Path(stream.name)
            yield cast("BinaryIO", stream)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(place)
    except OSError as error:
        raise _unwritable(path, error) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def digest_place(path: Path) -> Path:
    """Answer where the digest of a file is written: beside it, as ``sha256sum -c`` expects."""
    return path.with_name(path.name + ".sha256")


def _place(path: Path) -> Path:
    """Follow links, and refuse a folder or a device: moving a file over ``/dev/null`` would replace it."""
    try:
        place = path.resolve()
        is_other = place.exists() and not place.is_file()
    except (OSError, RuntimeError) as error:  # Python 3.11 calls a circle of links a RuntimeError.
        raise InputError(f"{visible(str(path))} leads nowhere.", code="output.not-a-file") from error
    if is_other:
        raise InputError(f"{visible(str(place))} is no file to write to.", code="output.not-a-file")
    return place


def _unwritable(path: Path, error: OSError) -> CairnError:
    where = visible(str(path))
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return InputError(f"There is no folder to write {where} into.", code="output.missing")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return InputError(f"{where} may not be written by this user.", code="output.forbidden")
        case errno.ENOSPC | errno.EDQUOT:
            return ConfigurationError(
                f"The disk is full, so {where} was not written; nothing else was changed.", code="output.disk"
            )
        case _:
            reason = error.strerror or "unknown reason"
            return ConfigurationError(f"{where} could not be written: {reason}.", code="output.disk")
