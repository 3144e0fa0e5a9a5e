"""Forensic and disk images: the walk through their file systems, by what a confined reader says of them.

The parsers of file systems are C libraries that no hostile byte should meet in this process. So this module
knows no format: it asks an ``ImageReader`` for the folders of an image, one page at a time, and for stretches
of files, and believes nothing. The order of folders, the way back out of circles and every limit are here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cairn.errors import InputError
from cairn.evidence import as_text
from cairn.intake.containers.members import Member, Refused
from cairn.intake.containers.reading import CHUNK_BYTES, damaged
from cairn.intake.containers.scratch import over_limit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.intake.containers.reading import Source

FOLDER_DEPTH = 256
"""NTFS and ext allow deeper folders, people do not make them; a damaged file system does."""

FOLDERS = 2_000_000
"""As many folders as members: each is remembered with its number, so that none is entered twice."""

DELETED = " (deleted)"
"""Stands behind the name of a file that was deleted and whose record is still there."""


@dataclass(frozen=True, slots=True)
class Node:
    """One entry of a folder in an image.

    Attributes:
        name: As the file system has it.
        number: Of its record: inode, MFT entry.
        is_folder: True for a folder.
        is_deleted: True where it was deleted and its record not used again.
        is_lost: True where the folder names a record that is not there.
        size_bytes: As its record says.
        modified_ns: In nanoseconds since 1970, where the file system keeps it in UTC.
    """

    name: bytes
    number: int
    is_folder: bool
    is_deleted: bool
    is_lost: bool
    size_bytes: int
    modified_ns: int | None


class Image(Protocol):
    """An open image. Every call may raise ``InputError``, and the next one may work all the same."""

    @property
    def stored_bytes(self) -> int:
        """Size of the files that the image is kept in."""
        ...

    @property
    def mark(self) -> str:
        """Changes when one of these files does."""
        ...

    def partitions(self) -> Sequence[int]:
        """Answer where the partitions begin, in bytes; none where there is no table."""
        ...

    def folder(self, start: int, number: int | None) -> Iterator[Node]:
        """Yield the entries of a folder of the file system at ``start``; ``None`` is its root."""
        ...

    def read(self, start: int, number: int, offset: int, length: int) -> bytes:
        """Answer exactly ``length`` bytes of a file."""
        ...


class ImageReader(Protocol):
    """Opens images; reads hostile bytes in a confined process only."""

    def open(self, segments: Sequence[Source], *, is_ewf: bool) -> Image:
        """Answer the image that these files are, in their order; nothing is read yet."""
        ...


def members(image: Image) -> Iterator[Member | Refused]:
    """Yield the files of every file system in the image; in one with partitions below ``p1/``, ``p2/`` ….

    A file system that fills the image although there are partitions (older, or hidden) is ``p0``.

    Raises:
        InputError: Nothing of the image can be read.
    """
    starts = image.partitions()
    if not starts:
        yield from _Walk(image, 0, "").members()
        return
    yield from _hidden(image)
    for at, start in enumerate(starts, start=1):
        try:
            yield from _Walk(image, start, f"p{at}/").members()
        except InputError as error:
            yield Refused(f"p{at}/", error)


def _hidden(image: Image) -> Iterator[Member | Refused]:
    """Yield the files of a file system that fills the image beside its partitions; there mostly is none."""
    is_there = False
    try:
        for entry in _Walk(image, 0, "p0/").members():
            is_there = True
            yield entry
    except InputError as error:
        if is_there:
            yield Refused("p0/", error)


class _Walk:
    """The walk through one file system, folder by folder, each record number once."""

    def __init__(self, image: Image, start: int, prefix: str) -> None:
        self._image = image
        self._start = start
        self._prefix = prefix
        self._entered: set[int] = set()
        self._waiting: list[tuple[int, str, int]] = []

    def members(self) -> Iterator[Member | Refused]:
        """Yield all files.

        Raises:
            InputError: The root cannot be read: there is no file system here that the reader knows; or it
                broke off, raised after all that could be read.
        """
        broken: InputError | None = None
        try:
            yield from self._folder(None, self._prefix, 1)
        except InputError as error:
            broken = error
        while self._waiting:
            number, path, depth = self._waiting.pop()
            try:
                yield from self._folder(number, path, depth)
            except InputError as error:
                yield Refused(path, error)
        if broken is not None:
            raise broken

    def _folder(self, number: int | None, path: str, depth: int) -> Iterator[Member | Refused]:
        below: list[tuple[int, str, int]] = []
        try:
            yield from self._entries(number, path, depth, below)
        finally:  # Where the folder breaks off, those found before are entered all the same.
            self._waiting.extend(reversed(below))

    def _entries(
        self, number: int | None, path: str, depth: int, below: list[tuple[int, str, int]]
    ) -> Iterator[Member | Refused]:
        for node in self._image.folder(self._start, number):
            name = path + as_text(node.name) + (DELETED if node.is_deleted else "")
            if node.is_folder and not node.is_lost:
                refused = self._enter(node, f"{name}/", depth + 1, below)
                if refused is not None:
                    yield refused
            elif node.is_lost:
                yield Refused(
                    name, damaged("The folder names it, but its record in the file system is gone.")
                )
            else:
                yield self._member(node, name)

    def _enter(self, node: Node, path: str, depth: int, below: list[tuple[int, str, int]]) -> Refused | None:
        """Note a folder for later, or answer why not."""
        if node.number in self._entered:
            return Refused(path, damaged("It is a folder that was listed before: the folders form a circle."))
        if depth > FOLDER_DEPTH:
            return Refused(
                path, over_limit(f"It is a folder below {FOLDER_DEPTH} others, which is the limit.")
            )
        if len(self._entered) >= FOLDERS:
            return Refused(path, over_limit(f"There are more than {FOLDERS:,} folders, which is the limit."))
        self._entered.add(node.number)
        below.append((node.number, path, depth))
        return None

    def _member(self, node: Node, name: str) -> Member:
        def chunks() -> Iterator[bytes]:
            for offset in range(0, node.size_bytes, CHUNK_BYTES):
                length = min(CHUNK_BYTES, node.size_bytes - offset)
                yield self._image.read(self._start, node.number, offset, length)

        return Member(
            name=name,
            size_bytes=node.size_bytes,
            modified_ns=node.modified_ns,
            mark=f"{self._image.mark}/{self._start}/{node.number}/{node.size_bytes}/{node.modified_ns}",
            chunks=chunks,
            stored_bytes=self._image.stored_bytes,
        )
