"""The folder of an export: empty at first, and no export until its manifest is there, the last file."""

from __future__ import annotations

import io
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, cast

from cairn.errors import ConfigurationError, InputError
from cairn.services.checking.whole_file import bytes_written_whole, written_whole
from cairn.services.exports.manifest import MANIFEST, SIGNATURE, FileLine, signed_note
from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cairn.services.exports.manifest import Manifest
    from cairn.transparency import Signer


class _Digesting(io.RawIOBase):
    """Hands bytes on, and digests what goes by."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self.digest = sha256()
        self.size_bytes = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # of what a buffer can be, writers give bytes
        self.digest.update(data)
        self.size_bytes += len(data)
        self._target.write(data)
        return len(data)


@dataclass(slots=True)
class ExportFolder:
    """Where an export is written; ``files`` are those that lie there whole."""

    path: Path
    files: list[FileLine] = field(default_factory=list)

    def write(self, name: str, writer: Callable[[BinaryIO], int]) -> None:
        """Write one file by a function that answers how many entries it wrote.

        Raises:
            InputError: The place cannot hold a file.
            ConfigurationError: The disk is full or reports an error.
        """
        with self._digested(name) as stream:
            entries = writer(cast("BinaryIO", stream))
        self.files.append(FileLine(name, stream.size_bytes, stream.digest.hexdigest(), entries))

    def seal(self, manifest: Manifest, signer: Signer) -> None:
        """Write the signature, and then the manifest, which makes it an export.

        Raises:
            InputError: As ``write``.
            ConfigurationError: As ``write``.
        """
        text = manifest.text
        for name, content in (
            (SIGNATURE, signed_note(text, signer=signer, at_s=int(time.time()))),
            (MANIFEST, text),
        ):
            with written_whole(self.path / name) as stream:
                stream.write(content)

    @contextmanager
    def _digested(self, name: str) -> Iterator[_Digesting]:
        with bytes_written_whole(self.path / name) as raw:
            yield _Digesting(raw)


def require_place(path: Path) -> None:
    """Make sure that an export can be put there: a folder that is empty, or a new one in one that exists.

    Raises:
        InputError: It is not (``export.folder``).
    """
    where = visible(str(path))
    try:
        if path.is_dir():
            if any(path.iterdir()):
                raise InputError(
                    f"{where} is not empty: an export takes a folder of its own.", code="export.folder"
                )
            return
        is_possible = not path.exists() and not path.is_symlink() and path.absolute().parent.is_dir()
    except OSError as error:
        raise InputError(f"{where} cannot be read: {error.strerror}.", code="export.folder") from error
    if not is_possible:
        raise InputError(f"{where} is no place for a folder.", code="export.folder")


def open_folder(path: Path) -> ExportFolder:
    """Answer the folder, made where there was none; only who makes it may look into it.

    Raises:
        InputError: As ``require_place``.
        ConfigurationError: It cannot be made (``output.disk``).
    """
    require_place(path)
    try:
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"{visible(str(path))} cannot be made: {error.strerror}.", code="output.disk"
        ) from error
    return ExportFolder(path)
