"""Which files make up the index, in which order: one small file, replaced whole.

The manifest is the only thing that decides what belongs to the index. A new one is written beside it, forced
onto the disk, and renamed over it; so every reader, and every restart, sees the old list or the new one. The
first line carries the version, the length and the checksum of the JSON that follows.
"""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.errors import IntegrityError
from cairn.index import disk

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST_NAME = "manifest"
NEW_MANIFEST_NAME = "manifest.new"
FIRST_LINE = "cairn-index-manifest 1"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the index.

    Attributes:
        name: ``segment-…`` or ``journal-…``, inside the index folder.
        length: Its bytes; ``None`` for the last journal, which still grows.
        damaged: True once a full check found that its content does not match its checksums.
    """

    name: str
    length: int | None
    damaged: bool = False

    @property
    def is_journal(self) -> bool:
        """Tell a journal from a segment by its name."""
        return self.name.startswith("journal-")


@dataclass(frozen=True, slots=True)
class Manifest:
    """The state of the index between two changes of its list of files.

    Attributes:
        kind: What the index holds, such as ``pdq``.
        generation: Grows by one with each new manifest; 0 means that there is none yet.
        parts: Oldest first. A removal noted in a part acts on the parts before it.
    """

    kind: str
    generation: int
    parts: tuple[Part, ...]


Signature = tuple[int, int, int]
"""Inode, time of change in ns and length: differs whenever the manifest was replaced."""


def signature(manifest: str) -> Signature | None:
    """Answer what tells one manifest from the next without reading it; ``None`` where there is none."""
    try:
        state = os.stat(manifest)  # noqa: PTH116 - half the time of Path.stat, on every query
    except (FileNotFoundError, NotADirectoryError):
        return None
    return state.st_ino, state.st_mtime_ns, state.st_size


def prepare_manifest(folder: Path, manifest: Manifest) -> None:
    """Write ``manifest`` beside the one that counts, durably; nothing has changed yet."""
    parts = [[part.name, part.length, part.damaged] for part in manifest.parts]
    table = {"kind": manifest.kind, "generation": manifest.generation, "parts": parts}
    body = json.dumps(table, indent=1).encode()
    first = f"{FIRST_LINE} {len(body)} {zlib.crc32(body):08x}\n".encode()
    fd = disk.create(folder / NEW_MANIFEST_NAME)
    try:
        disk.write(fd, first + body, 0)
        disk.sync(fd)
    finally:
        os.close(fd)
    disk.sync_folder(folder)


def publish_manifest(folder: Path) -> None:
    """Let the prepared manifest count, durably and in one step."""
    disk.replace(folder / NEW_MANIFEST_NAME, folder / MANIFEST_NAME)
    disk.sync_folder(folder)


def read_manifest(folder: Path, *, kind: str) -> Manifest | None:
    """Answer the manifest of the folder; ``None`` where there is none.

    Raises:
        IntegrityError: When it is damaged, of another version, or of an index of another kind.
    """
    try:
        content = (folder / MANIFEST_NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    first, _, body = content.partition(b"\n")
    if first != f"{FIRST_LINE} {len(body)} {zlib.crc32(body):08x}".encode():
        raise IntegrityError(
            "The index's manifest is damaged or of another version. Rebuild the index from the records.",
            code="index.damaged",
        )
    table = json.loads(body)
    if table["kind"] != kind:
        sentence = f"This folder holds an index of {table['kind']} where one of {kind} is expected."
        raise IntegrityError(sentence, code="index.kind")
    parts = tuple(Part(name, length, damaged) for name, length, damaged in table["parts"])
    return Manifest(table["kind"], table["generation"], parts)
