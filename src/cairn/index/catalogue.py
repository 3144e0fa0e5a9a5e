"""The writer's hold on the folder: the lock, the manifest, and the files that it names.

New files are complete and on the disk before a manifest names them, and old ones are removed only after a
manifest without them is on the disk. So at any instant the newest manifest describes a whole index, and what
an interrupted writer left behind is a file that no manifest names.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Generic

from cairn.errors import ConfigurationError, IntegrityError
from cairn.index import disk
from cairn.index.journal_file import create_journal
from cairn.index.lock import WriterLock
from cairn.index.manifest import (
    NEW_MANIFEST_NAME,
    Manifest,
    Part,
    prepare_manifest,
    publish_manifest,
    read_manifest,
)
from cairn.index.snapshot import SegmentT, Shape, Snapshot
from cairn.index.store import OpenParts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from cairn.index.journal_file import JournalFile
    from cairn.index.rows import Rows
    from cairn.index.tail import TailView

LOCK_NAME = "lock"
OUR_FILES = re.compile(r"(?:segment|journal)-(\d{8})\.cairn")


class Catalogue(Generic[SegmentT]):
    """The files of an index, open for writing. Not safe for threads: the writer's mutex is.

    Args:
        folder: The index's folder; created when absent.
        shape: How its segments are laid out.
        anew: Begin with an empty list of files even when the manifest cannot be read.

    Raises:
        ConfigurationError: When another process is writing, or the disk refuses.
        IntegrityError: When the manifest is damaged or of another kind.
    """

    def __init__(self, folder: Path, shape: Shape[SegmentT], *, anew: bool = False) -> None:
        """Take the lock, read what is there, and tidy up after a writer that died."""
        self._folder = folder
        self._shape = shape
        self._parts = OpenParts(folder, shape)
        self._is_certain = True
        with disk.explained("The index's folder"):
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = WriterLock(folder / LOCK_NAME)
        try:
            with disk.explained("The index"):
                self._begin(anew=anew)
        except BaseException:
            self.close()
            raise

    def _begin(self, *, anew: bool) -> None:
        """Read the manifest or write the first one; cut a torn record; remove what no manifest names."""
        try:
            found = read_manifest(self._folder, kind=self._shape.kind)
        except IntegrityError as error:
            if not anew or error.code == "index.kind":
                raise
            found = None
        self._manifest = found or Manifest(self._shape.kind, 0, ())
        used = [*self._file_names(), *(part.name for part in self._manifest.parts)]
        self._numbers = itertools.count(1 + max(map(_number, used), default=0))
        if found is None:
            self.swap((self.new_journal(),))
        else:
            disk.sync_folder(self._folder)
            self._parts.use(found, writable=True, complete=True)
            last = self.last_journal
            if last is not None:
                last.cut_torn_end()
        self.snapshot: Snapshot[SegmentT] = self._parts.snapshot()
        self._remove_orphans()

    @property
    def parts(self) -> tuple[Part, ...]:
        """Answer what the manifest names, oldest first."""
        return self._manifest.parts

    @property
    def last_journal(self) -> JournalFile | None:
        """Answer the journal that grows; ``None`` when its file is damaged or missing."""
        return self._parts.journal(self._manifest.parts[-1].name)

    def require_journal(self) -> JournalFile:
        """Answer the journal that grows.

        Raises:
            ConfigurationError: When its file vanished under the writer's hands.
        """
        journal = self.last_journal
        if journal is None:
            raise ConfigurationError("The index's journal is missing.", code="index.unwritable")
        return journal

    def look_again(self) -> None:
        """Let the snapshot show what was appended to the last journal."""
        self.snapshot = self._parts.snapshot()

    def swap(self, parts: tuple[Part, ...]) -> None:
        """Make ``parts`` the index: write the manifest, open what is new, remove what is gone.

        Raises:
            ConfigurationError: When an earlier swap failed half-way; only opening anew tells what holds.
            OSError: When the disk refuses; the index is as it was.
        """
        self.require_certainty()
        manifest = Manifest(self._shape.kind, self._manifest.generation + 1, parts)
        prepare_manifest(self._folder, manifest)
        self._is_certain = False
        publish_manifest(self._folder)
        self._is_certain = True
        gone = {part.name for part in self._manifest.parts} - {part.name for part in parts}
        self._manifest = manifest
        self._parts.use(manifest, writable=True, complete=True)
        self.look_again()
        for name in gone:
            disk.remove(self._folder / name)

    def require_certainty(self) -> None:
        """Refuse further entries when nobody knows which list of files is on the disk.

        Raises:
            ConfigurationError: With code ``index.unwritable``.
        """
        if not self._is_certain:
            sentence = "The index's list of files could not be written earlier. Open the index again."
            raise ConfigurationError(sentence, code="index.unwritable")

    def new_journal(self) -> Part:
        """Write an empty journal that the manifest does not name yet."""
        name = self._new_name("journal")
        create_journal(self._folder / name, width=self._shape.width)
        return Part(name, None)

    def new_segment(self, rows: Rows, removed: NDArray[np.uint64]) -> Part:
        """Write a segment that the manifest does not name yet; safe beside changes on other threads."""
        return self._new_segment(lambda path: self._shape.write(path, rows, removed))

    def new_merged(self, parts: Sequence[SegmentT | TailView], removed: NDArray[np.uint64]) -> Part:
        """Write what lives in consecutive parts as a segment, as ``new_segment`` does."""
        return self._new_segment(lambda path: self._shape.merge(path, parts, removed))

    def _new_segment(self, write: Callable[[Path], int]) -> Part:
        path = self._folder / self._new_name("segment")
        try:
            length = write(path)
        except OSError:
            disk.remove(path)
            raise
        return Part(path.name, length)

    def closed_last(self) -> tuple[Part, ...]:
        """Answer the parts with the last journal closed at the length that was acknowledged."""
        last = self._manifest.parts[-1]
        journal = self.last_journal
        length = last.length if journal is None else journal.length
        return (*self._manifest.parts[:-1], replace(last, length=length))

    def mark_damaged(self, names: set[str]) -> None:
        """Have every process refuse these files from now on."""
        self._parts.forget(names)
        self.swap(tuple(replace(part, damaged=part.damaged or part.name in names) for part in self.parts))

    def close(self) -> None:
        """Release every file and let the next writer in."""
        self._parts.close()
        self._lock.release()

    def _new_name(self, kind: str) -> str:
        """Answer a name that was never used before."""
        return f"{kind}-{next(self._numbers):08d}.cairn"

    def _file_names(self) -> list[str]:
        """Answer the names of our files in the folder, whether or not they belong to the index."""
        return [path.name for path in self._folder.iterdir() if OUR_FILES.fullmatch(path.name)]

    def _remove_orphans(self) -> None:
        """Remove what an interrupted writer left behind."""
        named = {part.name for part in self._manifest.parts}
        for name in self._file_names():
            if name not in named:
                disk.remove(self._folder / name)
        disk.remove(self._folder / NEW_MANIFEST_NAME)


def _number(name: str) -> int:
    """Answer the number in one of our file names."""
    found = OUR_FILES.fullmatch(name)
    return int(found.group(1)) if found else 0
