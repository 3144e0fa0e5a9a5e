"""One file packed alone: gzip, bzip2, xz, LZMA, Zstandard; and a TAR packed in this way.

Such a stream says neither how long it is nor what it holds, so it is unpacked as a whole. A packed TAR is
one container: its members stand directly below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.evidence import as_text
from cairn.intake.containers import decoders, tar
from cairn.intake.containers.members import Member, Refused
from cairn.intake.containers.reading import PartSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cairn.intake.containers.reading import Reader, Source
    from cairn.intake.containers.scratch import BlockSource, Shelf

UNNAMED = "content"
"""The name of the one member, where the stream does not state one."""

_MTIME_AT, _NAME_FLAG, _EXTRA_FLAG = 4, 0x08, 0x04
_GZIP_HEADER_BYTES = 10
_LONGEST_NAME = 4096


def gzip_members(reader: Reader, source: Source, shelf: Shelf) -> Iterator[Member | Refused]:
    """Yield the file in a gzip stream, or the members of the TAR in it.

    Args:
        reader: The packed file.
        source: Opens it again.
        shelf: Keeps it unpacked.

    Raises:
        InputError: The stream, or the TAR, is damaged; raised after all that could be read.
    """
    name, modified_s = _gzip_header(reader.read_at(0, _LONGEST_NAME))
    yield from _members(
        decoders.gunzip_all, reader, source, shelf, name=name, modified_ns=modified_s * 10**9 or None
    )


def bzip2_members(reader: Reader, source: Source, shelf: Shelf) -> Iterator[Member | Refused]:
    """Yield the file in a bzip2 stream, or the members of the TAR in it."""
    yield from _members(decoders.bunzip_all, reader, source, shelf)


def xz_members(reader: Reader, source: Source, shelf: Shelf) -> Iterator[Member | Refused]:
    """Yield the file in an xz or LZMA stream, or the members of the TAR in it."""
    most = shelf.rules.dictionary_bytes
    yield from _members(
        lambda chunks: decoders.unxz_all(chunks, dictionary_bytes=most), reader, source, shelf
    )


def zstd_members(reader: Reader, source: Source, shelf: Shelf) -> Iterator[Member | Refused]:
    """Yield the file in a Zstandard stream, or the members of the TAR in it."""
    yield from _members(decoders.unzstd_all, reader, source, shelf)


def _gzip_header(head: bytes) -> tuple[str, int]:
    """Answer the original name and time that gzip keeps, where it keeps them."""
    modified_s = int.from_bytes(head[_MTIME_AT : _MTIME_AT + 4], "little")
    flags = head[3] if len(head) > _GZIP_HEADER_BYTES else 0
    offset = _GZIP_HEADER_BYTES
    if flags & _EXTRA_FLAG:
        offset += 2 + int.from_bytes(head[offset : offset + 2], "little")
    name, end, _ = head[offset:].partition(b"\0")
    return (as_text(name) if flags & _NAME_FLAG and name and end else UNNAMED), modified_s


def _members(
    decode: Callable[[Iterable[bytes]], Iterator[bytes]],
    reader: Reader,
    source: Source,
    shelf: Shelf,
    *,
    name: str = UNNAMED,
    modified_ns: int | None = None,
) -> Iterator[Member | Refused]:
    packed = PartSource(source, 0, reader.size_bytes)
    block = shelf.place(lambda: decode(packed.chunks()), stored_bytes=reader.size_bytes)
    with block.reader() as unpacked:
        if tar.is_header(unpacked.read_at(0, tar.BLOCK)):
            yield from tar.block_members(unpacked, block)
        else:
            yield _only_member(unpacked, block, name=name, modified_ns=modified_ns)


def _only_member(
    unpacked: Reader, block: BlockSource, *, name: str, modified_ns: int | None
) -> Member | Refused:
    problem = block.problem()
    if problem is not None:
        return Refused(name, problem)
    part = PartSource(block, 0, unpacked.size_bytes)
    return Member(
        name=name,
        size_bytes=unpacked.size_bytes,
        modified_ns=modified_ns,
        mark=f"0/{unpacked.size_bytes}",
        chunks=part.chunks,
        part=part,
    )
