"""Inside the confined process: images and file systems through The Sleuth Kit and libewf.

Nothing here is trusted by the check. It runs with every door closed and open, read-only descriptors.
"""

from __future__ import annotations

from collections import OrderedDict
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytsk3

from cairn.intake.containers.images import Node
from cairn.readers.disk_words import (
    LONGEST_NAME,
    MOST_PARTITIONS,
    PAGE_ENTRIES,
    ROOT,
    Answer,
    Ask,
    Page,
    Question,
    Refusal,
)
from cairn.readers.ewf import Ewf
from cairn.readers.pieces import Pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cairn.readers.pieces import Piece

_KEPT = 16
"""File systems and files that stay open."""

_TABLES_AS_FILES = {pytsk3.TSK_FS_TYPE_NTFS, pytsk3.TSK_FS_TYPE_HFS}
_IN_UTC = _TABLES_AS_FILES | {
    pytsk3.TSK_FS_TYPE_EXT2,
    pytsk3.TSK_FS_TYPE_EXT3,
    pytsk3.TSK_FS_TYPE_EXT4,
    pytsk3.TSK_FS_TYPE_FFS1,
    pytsk3.TSK_FS_TYPE_FFS2,
}
"""What keeps times in UTC. FAT keeps those of the wall clock, wherever that hung."""

_SYSTEM_RECORDS = 24
"""NTFS and HFS+ keep their own tables in files with record numbers below this."""


class _Disk(pytsk3.Img_Info):  # type: ignore[misc]  # the library has no types
    """The image's content, as The Sleuth Kit asks for it."""

    def __init__(self, content: Callable[[int, int], bytes], size_bytes: int) -> None:
        self._content = content
        self._size_bytes = size_bytes
        super().__init__(url="", type=pytsk3.TSK_IMG_TYPE_EXTERNAL)

    def close(self) -> None:
        """Keep it open; the process ends soon enough."""

    def read(self, offset: int, length: int) -> bytes:
        return self._content(offset, length)

    def get_size(self) -> int:
        return self._size_bytes


class Image:
    """An image that is open, and answers questions about its content."""

    def __init__(self, pieces: list[Piece], *, is_ewf: bool) -> None:
        """Note the files; nothing is read yet."""
        self._pieces = pieces
        self._is_ewf = is_ewf
        self._files: list[Pieces] = []
        self._disk: _Disk | None = None
        self._guessing: _Disk | None = None
        self._systems: dict[int, Any] = {}
        self._opened: OrderedDict[tuple[int, int], Any] = OrderedDict()
        self._listing: tuple[tuple[int, int, int], Iterator[Node]] | None = None

    def answer(self, question: Question) -> Answer:
        """Answer one question; whatever the libraries raise is a refusal."""
        acts: dict[Ask, tuple[Refusal, Callable[[Question], Answer]]] = {
            Ask.PARTITIONS: (Refusal.IMAGE, self._partitions),
            Ask.FOLDER: (Refusal.FOLDER, self._folder),
            Ask.STRETCH: (Refusal.FILE, self._stretch),
        }
        refusal, act = acts[question.ask]
        try:
            self._open()
        except MemoryError:
            return Refusal.MEMORY
        except Exception:  # noqa: BLE001 - the libraries raise what they like
            return self._disk_or(Refusal.IMAGE)
        try:
            return act(question)
        except _NoFileSystemError:
            return self._disk_or(Refusal.FILE_SYSTEM)
        except MemoryError:
            return Refusal.MEMORY
        except Exception:  # noqa: BLE001 - as above
            return self._disk_or(refusal)

    def _disk_or(self, refusal: Refusal) -> Refusal:
        return Refusal.DISK if any(file.disk_failed for file in self._files) else refusal

    def _open(self) -> _Disk:
        if self._disk is None:
            if self._is_ewf:
                self._files = [Pieces([piece]) for piece in self._pieces]
                image = Ewf(self._files)
                read, size_bytes = image.read, image.size_bytes
            else:
                self._files = [Pieces(self._pieces)]
                read, size_bytes = self._files[0].read_at, self._files[0].size_bytes
            # To find out of which kind a file system is, all kinds are tried, and look at places that may be
            # damaged and are none of theirs. What is read for this is kept apart from what is believed.
            self._guessing = _Disk(_zeroes_for_damage(read), size_bytes)
            self._disk = _Disk(read, size_bytes)
        return self._disk

    def _partitions(self, _: Question) -> tuple[int, ...]:
        try:
            table = pytsk3.Volume_Info(self._disk)
        except OSError:
            return ()
        block = int(table.info.block_size)
        used = (part.start * block for part in table if int(part.flags) & int(pytsk3.TSK_VS_PART_FLAG_ALLOC))
        return tuple(islice(dict.fromkeys(used), MOST_PARTITIONS))

    def _system(self, start: int) -> Any:
        if start not in self._systems:
            if len(self._systems) >= _KEPT:  # What was opened in one may not outlive it.
                self._opened.clear()
                self._listing = None
                self._systems.clear()
            try:
                kind = pytsk3.FS_Info(self._guessing, offset=start).info.ftype
            except OSError as error:
                raise _NoFileSystemError from error
            self._systems[start] = pytsk3.FS_Info(self._disk, offset=start, type=kind)
        return self._systems[start]

    def _folder(self, question: Question) -> Page:
        key = (question.start, question.number, question.offset)
        if self._listing is not None and self._listing[0] == key:
            nodes = self._listing[1]
        else:
            system = self._system(question.start)
            nodes = islice(_entries(system, question.number), question.offset, None)
        self._listing = None
        count = max(1, min(question.length, PAGE_ENTRIES))
        page = tuple(islice(nodes, count))
        self._listing = ((*key[:2], question.offset + len(page)), nodes)
        return Page(page, has_more=len(page) == count)

    def _stretch(self, question: Question) -> bytes:
        system = self._system(question.start)
        key = (question.start, question.number)
        if key not in self._opened:
            self._opened[key] = system.open_meta(inode=question.number)
            if len(self._opened) > _KEPT:
                self._opened.popitem(last=False)
        data: bytes = self._opened[key].read_random(question.offset, question.length)
        if len(data) != question.length:
            raise EOFError
        return data


class _NoFileSystemError(Exception):
    """There is none at this place that The Sleuth Kit knows."""


def _zeroes_for_damage(read: Callable[[int, int], bytes]) -> Callable[[int, int], bytes]:
    def read_or_guess(offset: int, length: int) -> bytes:
        try:
            return read(offset, length)
        except OSError:
            return bytes(length)

    return read_or_guess


def _entries(system: Any, number: int) -> Iterator[Node]:
    """Yield the entries of a folder that an investigator would call files and folders."""
    has_tables = system.info.ftype in _TABLES_AS_FILES
    in_utc = system.info.ftype in _IN_UTC
    folder = system.open_dir(path="/") if number == ROOT else system.open_dir(inode=number)
    for entry in folder:
        node = _node(entry.info, in_utc=in_utc)
        is_table = has_tables and node and node.number < _SYSTEM_RECORDS and node.name.startswith(b"$")
        if node is not None and not is_table:
            yield node


def _node(info: Any, *, in_utc: bool) -> Node | None:
    """Answer an entry; ``None`` for links, devices, the folder itself, and what left no trace."""
    name, meta = info.name, info.meta
    if name is None or name.name in {b".", b".."} or not _is_file_or_folder(name, meta):
        return None
    is_deleted = _has(name.flags, pytsk3.TSK_FS_NAME_FLAG_UNALLOC)
    if is_deleted and (meta is None or _has(meta.flags, pytsk3.TSK_FS_META_FLAG_ALLOC) or _is_bare(meta)):
        return None  # Its record was used again, or nothing is left of it: that is no file of this name.
    return Node(
        name=name.name[:LONGEST_NAME],
        number=int(name.meta_addr),
        is_folder=meta is not None and meta.type == pytsk3.TSK_FS_META_TYPE_DIR,
        is_deleted=is_deleted,
        is_lost=meta is None,
        size_bytes=0 if meta is None else max(0, int(meta.size)),
        modified_ns=int(meta.mtime) * 10**9 + int(meta.mtime_nano) if in_utc and meta is not None else None,
    )


def _is_file_or_folder(name: Any, meta: Any) -> bool:
    if meta is None:
        return bool(name.type in {pytsk3.TSK_FS_NAME_TYPE_REG, pytsk3.TSK_FS_NAME_TYPE_DIR})
    return bool(meta.type in {pytsk3.TSK_FS_META_TYPE_REG, pytsk3.TSK_FS_META_TYPE_DIR})


def _is_bare(meta: Any) -> bool:
    return bool(meta.type == pytsk3.TSK_FS_META_TYPE_REG and not meta.size)


def _has(flags: Any, flag: Any) -> bool:
    return bool(int(flags) & int(flag))
