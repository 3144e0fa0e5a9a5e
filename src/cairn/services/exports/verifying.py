"""Whether an export is what was signed: needs the folder, a public key, and nothing else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.services.exports.manifest import (
    MANIFEST,
    MOST_BYTES,
    SIGNATURE,
    parse_manifest,
    signature_of,
)
from cairn.services.visible import visible
from cairn.transparency import VerifierKey

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from cairn.services.exports.manifest import FileLine, Manifest
    from cairn.transparency import Signature

_PIECE_BYTES = 1 << 20


class Wrong(StrEnum):
    """What is wrong with a file."""

    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Finding:
    """One file that is not as it was signed."""

    wrong: Wrong
    name: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found.

    Attributes:
        manifest: What the export says it is.
        findings: What is not as it was signed; of a changed manifest, nothing else is said.
        key: By which key it is signed; ``None`` where the signature holds for none of those asked about.
        signed_at: When, as the signer says.
        is_trusted: Whether that key is one of those that were given.
    """

    manifest: Manifest
    findings: tuple[Finding, ...]
    key: VerifierKey | None
    signed_at: datetime | None
    is_trusted: bool

    @property
    def holds(self) -> bool:
        """Whether everything is as it was signed by the key, whoever has it."""
        return self.key is not None and not self.findings


def verify_export(folder: Path, *, keys: Sequence[VerifierKey] = ()) -> Verified:
    """Compare an export with its manifest, and the manifest with its signature.

    Args:
        folder: Where it lies.
        keys: Whose signature is believed. Without any, the one that the manifest itself names is asked: then
            nobody knows who has made it.

    Raises:
        InputError: There is no export (``export.none``), or what should be one is none (``export.invalid``).
    """
    raw = _small(folder / MANIFEST)
    manifest = parse_manifest(raw)
    note = _note(folder / SIGNATURE)
    if note is None:
        return Verified(manifest, (Finding(Wrong.MISSING, SIGNATURE),), None, None, is_trusted=False)
    key, signature = _signed(raw, note, keys or [VerifierKey.parse(manifest.key)])
    if signature is None:
        return Verified(manifest, (Finding(Wrong.CHANGED, MANIFEST),), None, None, is_trusted=False)
    at = datetime.fromtimestamp(signature.at_s, tz=UTC)
    return Verified(manifest, tuple(_findings(folder, manifest.files)), key, at, is_trusted=bool(keys))


def _signed(
    raw: bytes, note: bytes, keys: Sequence[VerifierKey]
) -> tuple[VerifierKey | None, Signature | None]:
    for key in keys:
        signature = signature_of(raw, note, key)
        if signature is not None:
            return key, signature
    return None, None


def _findings(folder: Path, files: Sequence[FileLine]) -> Iterator[Finding]:
    try:
        there = {each.name: each for each in os.scandir(folder)}
    except OSError as error:
        raise _unreadable(folder, error) from error
    for line in files:
        found = there.pop(line.name, None)
        if found is None:
            yield Finding(Wrong.MISSING, line.name)
        elif not found.is_file(follow_symlinks=False) or not _is_same(folder / line.name, line):
            yield Finding(Wrong.CHANGED, line.name)
    for name in sorted(there.keys() - {MANIFEST, SIGNATURE}):
        yield Finding(Wrong.ADDED, name)


def _is_same(path: Path, line: FileLine) -> bool:
    digest, size_bytes = sha256(), 0
    try:
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE_BYTES):
                digest.update(piece)
                size_bytes += len(piece)
    except OSError as error:
        raise _unreadable(path, error) from error
    return (size_bytes, digest.hexdigest()) == (line.size_bytes, line.sha256)


def _note(path: Path) -> bytes | None:
    return _small(path) if path.exists() else None


def _small(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise InputError(
            f"{visible(str(path.parent))} is no export: it has no {path.name}. One that broke off has none.",
            code="export.none",
        ) from None
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(raw) > MOST_BYTES:
        raise InputError(f"{path.name} is no manifest of an export.", code="export.invalid")
    return raw


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(f"{visible(str(path))} cannot be read: {error.strerror}.", code="export.unreadable")
