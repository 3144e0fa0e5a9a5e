"""The files of the vault: written whole or not at all, and read back into memory alone."""

from __future__ import annotations

import hashlib
import os
import sys
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.errors import ConfigurationError, InputError
from cairn.records.vault.sealed import damaged, new_key, seal, unseal, unwrap, wrap

if sys.platform == "linux":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PART = ".part"


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file that lies in the vault, and its key as the records keep it."""

    name: str
    wrapped: bytes


def put(folder: Path, descriptor: int, *, sha256: bytes, under: bytes) -> Sealed:
    """Seal what a descriptor reads into the vault; on disk when this returns, and never there in the clear.

    Args:
        folder: The vault.
        descriptor: Open for reading, at its beginning.
        sha256: Of the content as it was measured.
        under: The node's key.

    Raises:
        InputError: The content is not what was measured (``vault.changed``); nothing is kept.
        OSError: The disk is full or cannot be written.
    """
    digester = hashlib.sha256()

    def read(size: int) -> bytes:
        block = os.read(descriptor, size)
        digester.update(block)
        return block

    name, key = uuid.uuid4().hex, new_key()
    file = place_of(folder, name)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = file.with_name(name + _PART)
    try:
        _write(part, seal(read, key, bound_to=sha256))
        if digester.digest() != sha256:
            raise InputError("The file has changed since it was measured.", code="vault.changed")
        part.replace(file)
        _flush_folder(file.parent)
    finally:
        part.unlink(missing_ok=True)
    return Sealed(name, wrap(key, under, bound_to=sha256))


def opened(folder: Path, sealed: Sealed, *, sha256: bytes, under: bytes) -> int:
    """Answer a descriptor that reads the content of a kept file from memory; the caller closes it.

    Every chunk has proven itself, and the whole its SHA-256, before the descriptor is answered.

    Raises:
        IntegrityError: The file or its key was changed (``vault.damaged``).
        InputError: The file is not there (``vault.missing``).
        ConfigurationError: This system has no files in memory (``configuration.platform``).
    """
    if sys.platform != "linux":
        raise ConfigurationError("Kept pictures are shown on Linux only.", code="configuration.platform")
    target = os.memfd_create("cairn", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        for chunk in content(folder, sealed, sha256=sha256, under=under):
            _write_all(target, chunk)
        fcntl.fcntl(target, fcntl.F_ADD_SEALS, fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK)
        return os.open(f"/proc/self/fd/{target}", os.O_RDONLY | os.O_CLOEXEC)
    finally:
        os.close(target)


def content(folder: Path, sealed: Sealed, *, sha256: bytes, under: bytes) -> Iterator[bytes]:
    """Yield the content of a kept file; the end comes only where the whole has its SHA-256.

    Raises:
        IntegrityError: The file or its key was changed (``vault.damaged``).
        InputError: The file is not there (``vault.missing``).
    """
    key, digester = unwrap(sealed.wrapped, under, bound_to=sha256), hashlib.sha256()
    try:
        with place_of(folder, sealed.name).open("rb") as stream:
            for chunk in unseal(stream.read, key, bound_to=sha256):
                digester.update(chunk)
                yield chunk
    except FileNotFoundError:
        raise InputError("The picture's file is no longer in the vault.", code="vault.missing") from None
    if digester.digest() != sha256:
        raise damaged()


def place_of(folder: Path, name: str) -> Path:
    """Answer where a file of that name lies: in one of 256 folders, so that none grows too large."""
    return folder / name[:2] / name


def files_in(folder: Path) -> Iterator[Path]:
    """Yield every file of the vault, half-written ones too."""
    yield from (file for file in folder.glob("*/*") if file.is_file())


def _write(part: Path, chunks: Iterator[bytes]) -> None:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        for chunk in chunks:
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _flush_folder(folder: Path) -> None:
    """Let the disk keep a new name, too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
