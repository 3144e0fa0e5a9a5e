"""What a 7z says it holds: the header at its end, read with limits before anything is believed.

The header is a tree of numbered properties. It states packed streams, folders (chains of coders that turn
packed streams into one unpacked stream), how each folder's stream is cut into files, and the files' names.
Source: "7zFormat.txt" of the 7-Zip LZMA SDK.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cairn.intake.containers.reading import damaged
from cairn.intake.containers.sevenzip_cursor import Cursor

HEADER, ENCODED_HEADER = 0x01, 0x17
_END, _ARCHIVE_PROPERTIES, _ADDITIONAL, _MAIN, _FILES = 0x00, 0x02, 0x03, 0x04, 0x05
_PACK_INFO, _UNPACK_INFO, _SUBSTREAMS = 0x06, 0x07, 0x08
_SIZE, _CRC, _FOLDER, _UNPACK_SIZE, _COUNT = 0x09, 0x0A, 0x0B, 0x0C, 0x0D
_EMPTY_STREAM, _EMPTY_FILE, _NAMES, _MODIFIED = 0x0E, 0x0F, 0x11, 0x14
_MOST_CODERS = 8

_FILETIME_EPOCH_NS = 11_644_473_600 * 10**9


@dataclass(frozen=True, slots=True)
class Coder:
    """One step of unpacking: its method number as bytes, its settings, and its streams."""

    method: bytes
    settings: bytes
    inputs: int
    outputs: int


@dataclass(slots=True)
class Folder:
    """A chain of coders, and what comes out of it.

    Attributes:
        coders: As listed.
        bonds: Which input takes which output.
        packed: The inputs that take packed streams.
        sizes: Unpacked size of each coder's output.
        crc: Of the whole output, where stated.
        parts: Size and checksum of each file in the output.
    """

    coders: list[Coder]
    bonds: dict[int, int]
    packed: list[int]
    sizes: list[int] = field(default_factory=list)
    crc: int | None = None
    parts: list[tuple[int, int | None]] = field(default_factory=list)

    @property
    def size_bytes(self) -> int:
        """The unpacked size: that of the output which no other coder takes."""
        taken = set(self.bonds.values())
        return next((size for number, size in enumerate(self.sizes) if number not in taken), 0)


@dataclass(slots=True)
class Streams:
    """Packed streams and the folders made of them; offsets count from the end of the first header."""

    offset: int = 0
    packed_sizes: list[int] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the archive: its name and time, and whether it has bytes or is a folder."""

    name: str
    modified_ns: int | None
    has_stream: bool
    is_folder: bool


def read_streams(cursor: Cursor) -> Streams:
    """Read packed streams, folders, and how folders are cut into files.

    Raises:
        InputError: The header is damaged (``input.damaged``); so for all functions here.
    """
    streams = Streams()
    number = cursor.expect(_END, _PACK_INFO, _UNPACK_INFO, _SUBSTREAMS)
    if number == _PACK_INFO:
        _read_pack_info(cursor, streams)
        number = cursor.expect(_END, _UNPACK_INFO, _SUBSTREAMS)
    if number == _UNPACK_INFO:
        _read_folders(cursor, streams)
        number = cursor.expect(_END, _SUBSTREAMS)
    if number == _SUBSTREAMS:
        _read_substreams(cursor, streams.folders)
        cursor.expect(_END)
    else:
        for folder in streams.folders:
            folder.parts = [(folder.size_bytes, folder.crc)]
    return streams


def _read_pack_info(cursor: Cursor, streams: Streams) -> None:
    streams.offset, count = cursor.number(), cursor.count()
    while (number := cursor.expect(_END, _SIZE, _CRC)) != _END:
        if number == _SIZE:
            streams.packed_sizes = [cursor.number() for _ in range(count)]
        else:
            cursor.digests(count)


def _read_folders(cursor: Cursor, streams: Streams) -> None:
    cursor.expect(_FOLDER)
    count = cursor.count()
    _refuse_external(cursor)
    streams.folders = [_read_folder(cursor) for _ in range(count)]
    cursor.expect(_UNPACK_SIZE)
    for folder in streams.folders:
        folder.sizes = [cursor.number() for _ in range(sum(coder.outputs for coder in folder.coders))]
    if cursor.expect(_END, _CRC) == _CRC:
        for folder, crc in zip(streams.folders, cursor.digests(count), strict=True):
            folder.crc = crc
        cursor.expect(_END)


def _refuse_external(cursor: Cursor) -> None:
    if cursor.byte():
        raise damaged("The 7z keeps parts of its header elsewhere, which no known program writes.")


def _read_folder(cursor: Cursor) -> Folder:
    coders = [_read_coder(cursor) for _ in range(_few(cursor.number()))]
    inputs, outputs = sum(coder.inputs for coder in coders), sum(coder.outputs for coder in coders)
    bonds = {cursor.number(): cursor.number() for _ in range(outputs - 1)}
    free = [place for place in range(inputs) if place not in bonds]
    if len(free) != inputs - (outputs - 1):
        raise damaged("The 7z's coders are tied in a way that makes no sense.")
    packed = [cursor.number() for _ in free] if len(free) > 1 else free
    return Folder(coders, bonds, packed)


def _few(count: int) -> int:
    if not 0 < count <= _MOST_CODERS:
        raise damaged("The 7z's header names no coders, or more than make sense.")
    return count


def _read_coder(cursor: Cursor) -> Coder:
    flags = cursor.byte()
    method = cursor.take(flags & 0x0F)
    inputs = outputs = 1
    if flags & 0x10:
        inputs, outputs = _few(cursor.number()), _few(cursor.number())
    settings = cursor.take(cursor.number()) if flags & 0x20 else b""
    return Coder(method, settings, inputs, outputs)


def _read_substreams(cursor: Cursor, folders: list[Folder]) -> None:
    counts = [1] * len(folders)
    number = cursor.expect(_END, _COUNT, _SIZE, _CRC)
    if number == _COUNT:
        counts = [cursor.count() for _ in folders]
        number = cursor.expect(_END, _SIZE, _CRC)
    sizes = _part_sizes(cursor, folders, counts, are_stated=number == _SIZE)
    if number == _SIZE:
        number = cursor.expect(_END, _CRC)
    unknown = sum(c for c, f in zip(counts, folders, strict=True) if c != 1 or f.crc is None)
    digests: list[int | None] = [None] * unknown
    if number == _CRC:
        digests = cursor.digests(unknown)
        cursor.expect(_END)
    remaining = iter(digests)
    for folder, parts in zip(folders, sizes, strict=True):
        is_known = len(parts) == 1 and folder.crc is not None
        folder.parts = [(size, folder.crc if is_known else next(remaining)) for size in parts]


def _part_sizes(
    cursor: Cursor, folders: list[Folder], counts: list[int], *, are_stated: bool
) -> list[list[int]]:
    """Answer the sizes of each folder's files; the last is what the others leave."""
    result = []
    for folder, count in zip(folders, counts, strict=True):
        sizes = [cursor.number() for _ in range(count - 1)] if are_stated else []
        last = folder.size_bytes - sum(sizes)
        if last < 0 or (count > 1 and not are_stated):
            raise damaged("The 7z's files are larger than what they are packed in.")
        result.append([*sizes, last] if count else [])
    return result


def read_header(cursor: Cursor) -> tuple[Streams, list[Entry]]:
    """Read the whole header after its first number: the streams, and the files."""
    streams, files = Streams(), list[Entry]()
    while number := cursor.expect(_END, _ARCHIVE_PROPERTIES, _ADDITIONAL, _MAIN, _FILES):
        if number == _ARCHIVE_PROPERTIES:
            while cursor.number():
                cursor.take(cursor.number())
        elif number == _ADDITIONAL:
            read_streams(cursor)
        elif number == _MAIN:
            streams = read_streams(cursor)
        else:
            files = _read_files(cursor)
    return streams, files


def _read_files(cursor: Cursor) -> list[Entry]:
    count = cursor.count()
    properties: dict[int, Cursor] = {}
    while number := cursor.number():
        properties[number] = Cursor(cursor.take(cursor.number()))
    names = _names(properties.get(_NAMES), count)
    is_empty = _flags(properties.get(_EMPTY_STREAM), count)
    is_file = iter(_flags(properties.get(_EMPTY_FILE), sum(is_empty)))
    times = _times(properties.get(_MODIFIED), count)
    return [
        Entry(names[place], times[place], not empty, empty and not next(is_file))
        for place, empty in enumerate(is_empty)
    ]


def _flags(cursor: Cursor | None, count: int) -> list[bool]:
    return cursor.bits(count) if cursor else [False] * count


def _names(cursor: Cursor | None, count: int) -> list[str]:
    """Cut the names at their zeroes. A name that is no valid UTF-16 keeps its bad units, escaped."""
    if cursor is None:
        return [""] * count
    _refuse_external(cursor)
    raw = cursor.rest()
    text = raw[: len(raw) & ~1].decode("utf-16-le", "surrogatepass")
    names = [name.encode("utf-8", "backslashreplace").decode() for name in text.split("\0")]
    if len(names) < count:
        raise damaged("The 7z's header holds fewer names than files.")
    return names


def _times(cursor: Cursor | None, count: int) -> list[int | None]:
    if cursor is None:
        return [None] * count
    flags = cursor.optional_bits(count)
    _refuse_external(cursor)
    return [
        int.from_bytes(cursor.take(8), "little") * 100 - _FILETIME_EPOCH_NS if stated else None
        for stated in flags
    ]
