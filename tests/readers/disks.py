"""Small disk images made by hand: FAT16 with folders and deleted files, a partition table, E01.

Source: Microsoft FAT specification, 2005; the E01 layout as documented by the libewf project (EWF-E01).
"""

from __future__ import annotations

import hashlib
import math
import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

SECTOR = 512
_RESERVED, _TABLES, _ROOT_ENTRIES = 1, 2, 64
_FAT_SECTORS = 32
_ENTRY = struct.Struct("<11sBBBHHHHHHHL")
_FOLDER, _PLAIN = 0x10, 0x20
_IN_THE_YEAR_2020 = (40 << 9) | (6 << 5) | 15
_END = 0xFFFF

Tree = Mapping[str, "bytes | Deleted | Tree"]
"""Names in 8.3 form; a folder is a tree of its own."""


@dataclass(frozen=True)
class Deleted:
    """A file whose entry is struck out and whose clusters are free again, as an ordinary deletion does it."""

    content: bytes


@dataclass
class _Fat16:
    clusters: int
    table: list[int] = field(default_factory=lambda: [0xFFF8, _END])
    data: bytearray = field(default_factory=bytearray)

    def put(self, content: bytes, *, is_deleted: bool = False) -> int:
        """Store the content in the next clusters, and answer the first; 0 for none."""
        count = math.ceil(len(content) / SECTOR)
        first = len(self.table)
        links = [first + number + 1 for number in range(count - 1)] + [_END] * (count > 0)
        self.table += [0] * count if is_deleted else links
        self.data += content.ljust(count * SECTOR, b"\0")
        return first if count else 0

    def folder(self, tree: Tree, *, parent: int) -> bytes:
        """Answer the entries of a folder, its files stored."""
        entries = b""
        for name, what in tree.items():
            if isinstance(what, bytes):
                entries += _entry(name, _PLAIN, self.put(what), len(what))
            elif isinstance(what, Deleted):
                first = self.put(what.content, is_deleted=True)
                entries += b"\xe5" + _entry(name, _PLAIN, first, len(what.content))[1:]
            else:
                entries += _entry(name, _FOLDER, self._below(what, parent), 0)
        return entries

    def _below(self, tree: Tree, parent: int) -> int:
        """Store a folder; its own cluster comes before those of its files."""
        first = self.put(b"\0" * SECTOR)
        dots = _raw(b".", _FOLDER, first, 0) + _raw(b"..", _FOLDER, parent, 0)
        entries = dots + self.folder(tree, parent=first)
        at = (first - 2) * SECTOR
        self.data[at : at + len(entries)] = entries
        assert len(entries) <= SECTOR, "one cluster a folder"
        return first


def fat16(tree: Tree, *, clusters: int = 4200) -> bytes:
    """Answer a FAT16 file system; fewer than 4085 clusters would be FAT12 by its definition."""
    system = _Fat16(clusters)
    root = system.folder(tree, parent=0).ljust(_ROOT_ENTRIES * 32, b"\0")
    sectors = _RESERVED + _TABLES * _FAT_SECTORS + len(root) // SECTOR + clusters
    table = struct.pack(f"<{len(system.table)}H", *system.table).ljust(_FAT_SECTORS * SECTOR, b"\0")
    data = bytes(system.data).ljust(clusters * SECTOR, b"\0")
    return _boot_sector(sectors) + table * _TABLES + root + data


def _boot_sector(sectors: int) -> bytes:
    fields = struct.pack(
        "<3s8sHBHBHHBHHHLLBBBL11s8s",
        b"\xeb\x3c\x90", b"CAIRN   ", SECTOR, 1, _RESERVED, _TABLES, _ROOT_ENTRIES, sectors, 0xF8,
        _FAT_SECTORS, 32, 2, 0, 0, 0x80, 0, 0x29, 0x1234, b"SYNTHETIC  ", b"FAT16   ",
    )  # fmt: skip
    return fields.ljust(510, b"\0") + b"\x55\xaa"


def _entry(name: str, attributes: int, cluster: int, size: int) -> bytes:
    stem, _, ending = name.partition(".")
    return _raw(f"{stem:<8}{ending:<3}".encode("ascii"), attributes, cluster, size)


def _raw(name: bytes, attributes: int, cluster: int, size: int) -> bytes:
    day = _IN_THE_YEAR_2020
    return _ENTRY.pack(name.ljust(11), attributes, 0, 0, 0, day, day, 0, 0, day, cluster, size)


def partitioned(*systems: bytes) -> bytes:
    """Answer a disk with a partition table of the old kind and these file systems, at sector 64 and after."""
    entries, body, start = b"", b"", 64
    for system in systems:
        count = len(system) // SECTOR
        entries += struct.pack("<B3sB3sLL", 0, b"\0" * 3, 0x06, b"\0" * 3, start, count)
        body += system
        start += count
    return (
        entries.rjust(446 + len(entries), b"\0").ljust(510, b"\0") + b"\x55\xaa" + bytes(63 * SECTOR) + body
    )


def ewf(disk: bytes, *, pieces: int = 1, compress: bool = True) -> list[bytes]:
    """Answer an E01 image of the disk as the bytes of its files."""
    chunks = [disk[at : at + _CHUNK] for at in range(0, len(disk), _CHUNK)]
    each = math.ceil(len(chunks) / pieces)
    volume = _volume(len(chunks), len(disk) // SECTOR)
    files = []
    for number in range(pieces):
        head = b"EVF\x09\x0d\x0a\xff\0" + struct.pack("<BHH", 1, number + 1, 0)
        sections = (
            [("header", zlib.compress(_HEADER)), ("volume", volume)] if number == 0 else [("data", volume)]
        )
        stored, table = _stored(chunks[number * each : (number + 1) * each], compress=compress)
        sections.append(("sectors", stored))
        at = len(head) + sum(len(content) + _DESCRIPTOR for _, content in sections[:-1]) + _DESCRIPTOR
        offsets = _table(table, base=at)
        sections += [("table", offsets), ("table2", offsets)]
        if number == pieces - 1:
            digest = hashlib.md5(disk, usedforsecurity=False).digest() + bytes(16)
            sections += [("hash", digest + struct.pack("<L", zlib.adler32(digest))), ("done", b"")]
        else:
            sections.append(("next", b""))
        files.append(_file(head, sections))
    return files


_CHUNK, _DESCRIPTOR = 64 * SECTOR, 76
_HEADER = b"1\nmain\nc\tn\ta\te\tt\tm\tu\tp\tr\n1\t1\tx\tx\tx\t2020 6 15 0 0 0\t2020 6 15 0 0 0\t0\tf\n\n"


def _volume(chunks: int, sectors: int) -> bytes:
    fields = struct.pack("<B3xLLLQ", 1, chunks, 64, SECTOR, sectors) + bytes(12) + struct.pack("<B3x", 1)
    fields = (fields + bytes(12) + struct.pack("<B3xL", 1, 64)).ljust(1048, b"\0")
    return fields + struct.pack("<L", zlib.adler32(fields))


def _stored(chunks: list[bytes], *, compress: bool) -> tuple[bytes, list[tuple[int, bool]]]:
    """Store what shrinks packed, and the rest with its checksum, as imaging programs do."""
    stored, table, at = [], [], 0
    for chunk in chunks:
        packed = zlib.compress(chunk)
        is_packed = compress and len(packed) < len(chunk)
        stored.append(packed if is_packed else chunk + struct.pack("<L", zlib.adler32(chunk)))
        table.append((at, is_packed))
        at += len(stored[-1])
    return b"".join(stored), table


def _table(table: list[tuple[int, bool]], *, base: int) -> bytes:
    head = struct.pack("<L4xQ4x", len(table), base)
    offsets = b"".join(struct.pack("<L", at | (0x80000000 if packed else 0)) for at, packed in table)
    return head + struct.pack("<L", zlib.adler32(head)) + offsets + struct.pack("<L", zlib.adler32(offsets))


def _file(head: bytes, sections: list[tuple[str, bytes]]) -> bytes:
    made = head
    for kind, content in sections:
        size = _DESCRIPTOR + len(content)
        is_last = kind in {"next", "done"}
        following = len(made) if is_last else len(made) + size
        fields = struct.pack("<16sQQ40x", kind.encode(), following, 0 if is_last else size)
        made += fields + struct.pack("<L", zlib.adler32(fields)) + content
    return made
