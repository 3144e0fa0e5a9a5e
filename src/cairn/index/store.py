"""Reading an index's folder: the files of the newest manifest, opened once and followed as they grow.

A reader asks the operating system two questions before each query: was the manifest replaced, and did the
newest journal grow? Both answers cost microseconds, so a reader never misses what a writer acknowledged, and
no process has to be told.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic

from cairn.errors import IntegrityError
from cairn.index.journal_file import JournalFile
from cairn.index.manifest import MANIFEST_NAME, Part, read_manifest, signature
from cairn.index.snapshot import SegmentT, Shape, Snapshot, make_snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.index.manifest import Manifest, Signature
    from cairn.index.tail import TailView


class OpenParts(Generic[SegmentT]):
    """The open files behind a manifest, kept from one manifest to the next.

    Args:
        folder: The index's folder.
        shape: How its segments are laid out.
    """

    def __init__(self, folder: Path, shape: Shape[SegmentT]) -> None:
        """Open nothing yet."""
        self._folder = folder
        self._shape = shape
        self._segments: dict[str, SegmentT] = {}
        self._journals: dict[str, JournalFile] = {}
        self._damaged: dict[str, str] = {}
        self._manifest: Manifest | None = None

    def journal(self, name: str) -> JournalFile | None:
        """Answer an open journal."""
        return self._journals.get(name)

    def use(self, manifest: Manifest | None, *, writable: bool = False, complete: bool = False) -> None:
        """Open what the manifest names and is not open yet, and let go of the rest.

        Args:
            manifest: The state to show.
            writable: Open journals for appending too.
            complete: The manifest is the newest, so a missing file is damage.

        Raises:
            FileNotFoundError: When a file is missing, and a newer manifest may have replaced this one.
        """
        parts = manifest.parts if manifest else ()
        names = {part.name for part in parts}
        self._damaged = {}
        for part in parts:
            try:
                self._open(part, writable=writable)
            except IntegrityError as error:
                self._damaged[part.name] = error.sentence
            except FileNotFoundError:
                if not complete:
                    raise
                self._damaged[part.name] = f"The index file {part.name} is missing."
        for gone in self._segments.keys() - names:
            del self._segments[gone]
        for gone in self._journals.keys() - names:
            self._journals.pop(gone).close()
        self._manifest = manifest

    def snapshot(self) -> Snapshot[SegmentT]:
        """Answer the parts as they are now, without looking at the disk."""
        if self._manifest is None:
            return make_snapshot(0, (), ())
        parts: list[SegmentT | TailView] = []
        damaged = []
        for part in self._manifest.parts:
            if part.name in self._damaged:
                damaged.append(part.name)
            elif part.is_journal:
                view = self._journals[part.name].view
                parts.append(view)
                if view.damage:
                    damaged.append(part.name)
            else:
                parts.append(self._segments[part.name])
        return make_snapshot(self._manifest.generation, parts, damaged)

    def grew(self) -> bool:
        """Read what was appended to the last journal; tell whether there was anything."""
        if self._manifest is None or not self._manifest.parts:
            return False
        journal = self._journals.get(self._manifest.parts[-1].name)
        if journal is None:
            return False
        before = journal.view
        return journal.catch_up() is not before

    def forget(self, names: set[str]) -> None:
        """Let go of files, so that they are looked at anew."""
        for name in names:
            self._segments.pop(name, None)
            journal = self._journals.pop(name, None)
            if journal is not None:
                journal.close()

    def close(self) -> None:
        """Release every file."""
        self.use(None)

    def _open(self, part: Part, *, writable: bool) -> None:
        """Open one part unless it is open as the manifest describes it."""
        if part.damaged:
            raise IntegrityError(f"The index file {part.name} was found to be damaged.", code="index.damaged")
        path = self._folder / part.name
        if not part.is_journal:
            if part.name not in self._segments:
                segment = self._shape.open(path)
                if segment.length != part.length:
                    raise IntegrityError(
                        f"{part.name} is not the file that was written.", code="index.damaged"
                    )
                self._segments[part.name] = segment
            return
        journal = self._journals.get(part.name)
        if journal is not None and part.length in {None, journal.position}:
            return
        opened = JournalFile(path, width=self._shape.width, limit=part.length, writable=writable)
        if journal is not None:
            journal.close()
        self._journals[part.name] = opened


class Reader(Generic[SegmentT]):
    """Follows an index that another process may be writing.

    Args:
        folder: The index's folder; it may be empty or absent, and may come to life later.
        shape: How its segments are laid out.
    """

    def __init__(self, folder: Path, shape: Shape[SegmentT]) -> None:
        """Open what is there."""
        self._folder = folder
        self._shape = shape
        self._parts = OpenParts(folder, shape)
        self._manifest_path = str(folder / MANIFEST_NAME)
        self._signature: Signature | None = None
        self._mutex = threading.Lock()
        self._snapshot = self._parts.snapshot()
        self.snapshot()

    def snapshot(self) -> Snapshot[SegmentT]:
        """Answer the newest state: everything that was acknowledged before this call.

        Raises:
            IntegrityError: When the manifest is damaged or of another kind.
        """
        with self._mutex:
            found = signature(self._manifest_path)
            if found != self._signature:
                self._reload()
            elif self._parts.grew():
                self._snapshot = self._parts.snapshot()
            return self._snapshot

    def close(self) -> None:
        """Release every file."""
        with self._mutex:
            self._parts.close()

    def _reload(self) -> None:
        """Open the newest manifest's files; begin again when they were replaced while we looked."""
        complete = False
        while True:
            found = signature(self._manifest_path)
            try:
                self._parts.use(read_manifest(self._folder, kind=self._shape.kind), complete=complete)
            except FileNotFoundError:
                complete = signature(self._manifest_path) == found
                continue
            break
        self._signature = found
        self._parts.grew()
        self._snapshot = self._parts.snapshot()
