"""The objects of a PDF, found by their text: ``12 0 obj << … >> stream … endstream``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from cairn.intake.containers.reading import CHUNK_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.intake.containers.reading import Reader

OBJECT_BYTES = 16 * 1024
"""How much of an object is looked at: a picture's dictionary has some hundred bytes, a colour table 3 KiB."""

_MOST_OBJECTS = 500_000
"""Objects whose place is remembered, to follow a reference; books of a thousand pages have 50,000."""

_OBJECT = re.compile(rb"(?<![0-9])(\d{1,9})[ \t\r\n]{1,9}\d{1,5}[ \t\r\n]{1,9}obj\b")
_STREAM = re.compile(rb">>\s{0,9}stream(\r\n|\n|\r)")
_END, _END_OBJECT = b"endstream", b"endobj"
_ENCRYPTED = re.compile(rb"/Encrypt\s{0,9}(\d+\s+\d+\s+R|<<)")
_NAME = re.compile(rb"/[^\s/<>\[\]()]*#[^\s/<>\[\]()]*")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_LENGTH = re.compile(rb"/Length\s{0,9}(\d{1,12})(?!\d|\s{1,9}\d+\s{1,9}R)")
_FILTER = re.compile(rb"/(?:Filter|F)\s{0,9}(\[[^\]]{0,200}\]|/[A-Za-z0-9]+)")
_IMAGE = re.compile(rb"/Subtype\s{0,9}/Image\b")
_ATTACHED = re.compile(rb"/Type\s{0,9}/EmbeddedFile\b")
_SLACK_BYTES = 32


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream object that is a picture or an attached file.

    Attributes:
        number: Of the object.
        words: Its dictionary, with escaped letters in names undone.
        offset: Of its first byte.
        length: ``None`` where its end was not found.
    """

    number: int
    words: bytes
    offset: int
    length: int | None

    @property
    def is_image(self) -> bool:
        """True for a picture, false for an attached file."""
        return _IMAGE.search(self.words) is not None

    @property
    def filters(self) -> list[str]:
        """The names of the filters, the outermost first."""
        found = _FILTER.search(self.words)
        return [name.decode("ascii") for name in re.findall(rb"/([A-Za-z0-9]+)", found[1])] if found else []

    def integer(self, *names: str) -> int | None:
        """Answer a number of the dictionary; ``None`` where it is missing or stands elsewhere."""
        for name in names:
            found = re.search(
                rb"/" + name.encode() + rb"\s{0,9}(-?\d{1,9})(?!\d|\s{1,9}\d+\s{1,9}R)", self.words
            )
            if found:
                return int(found[1])
        return None


def _windows(reader: Reader) -> Iterator[tuple[int, bytes]]:
    """Yield the file in pieces, each with the beginning of the next one, so that nothing is cut in two."""
    offset = 0
    while data := reader.read_at(offset, CHUNK_BYTES + _SLACK_BYTES * 2):
        yield offset, data
        offset += CHUNK_BYTES


class Objects:
    """Where each object of the PDF stands; the last one of a number counts."""

    def __init__(self, reader: Reader) -> None:
        """Look through the whole file once."""
        self._reader = reader
        self._offsets: dict[int, int] = {}
        self.is_encrypted = False
        for base, data in _windows(reader):
            self.is_encrypted = self.is_encrypted or _ENCRYPTED.search(data) is not None
            for found in _OBJECT.finditer(data):
                if len(self._offsets) < _MOST_OBJECTS:
                    self._offsets[int(found[1])] = base + found.end()

    def text(self, number: int) -> bytes | None:
        """Answer what stands in an object; ``None`` where it is missing or packed with others."""
        offset = self._offsets.get(number)
        if offset is None:
            return None
        return self._reader.read_at(offset, OBJECT_BYTES).partition(_END_OBJECT)[0]

    def stream(self, number: int) -> bytes | None:
        """Answer the bytes of a small stream object; ``None`` where it is none."""
        text = self.text(number)
        found = _STREAM.search(text) if text else None
        if text is None or found is None:
            return None
        return text[found.end() :].rpartition(_END)[0]


class _Ends:
    """Finds where streams end, and remembers the last find, so that no part is searched twice."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._from, self._at = 0, -1

    def after(self, offset: int) -> int | None:
        """Answer where the next ``endstream`` stands, or ``None``."""
        if not self._from <= offset <= self._at:
            self._from, self._at = offset, self._find(offset)
        return self._at if self._at < self._reader.size_bytes else None

    def _find(self, offset: int) -> int:
        while data := self._reader.read_at(offset, CHUNK_BYTES):
            at = data.find(_END)
            if at >= 0:
                return offset + at
            offset += max(1, len(data) - len(_END) + 1)
        return self._reader.size_bytes


def streams(reader: Reader) -> Iterator[Stream]:
    """Yield every picture and attached file, in the order of the file."""
    ends, done = _Ends(reader), 0
    for base, data in _windows(reader):
        every = list(_OBJECT.finditer(data))
        for found, following in zip_longest(every, every[1:]):
            if base + found.start() < done:
                continue
            done = base + found.end()
            # A dictionary ends before the next object, so that a file full of beginnings is read once.
            length = following.start() - found.end() if following else OBJECT_BYTES
            text = reader.read_at(done, min(length, OBJECT_BYTES))
            stream = _stream(reader, ends, (done, text), int(found[1]))
            if stream is not None:
                yield stream
                done = stream.offset + (stream.length or 0)


def _stream(reader: Reader, ends: _Ends, placed: tuple[int, bytes], number: int) -> Stream | None:
    offset, text = placed
    found = _STREAM.search(text)
    if found is None or 0 <= text.find(_END_OBJECT) < found.start():
        return None
    words = _NAME.sub(_plain_name, text[: found.start()])
    if not (_IMAGE.search(words) or _ATTACHED.search(words)):
        return None
    start = offset + found.end()
    return Stream(number, words, start, _length(reader, ends, start, words))


def _plain_name(name: re.Match[bytes]) -> bytes:
    """Undo the escaped letters of a name, behind which ``/Image`` can hide."""
    return _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), name[0])


def _length(reader: Reader, ends: _Ends, start: int, words: bytes) -> int | None:
    """Believe the stated length if the stream ends there; else look for its end."""
    stated = _LENGTH.search(words)
    if stated and _END in reader.read_at(start + int(stated[1]), _SLACK_BYTES):
        return int(stated[1])
    end = ends.after(start)
    if end is None:
        return None
    before = reader.read_at(max(start, end - 2), end - max(start, end - 2))
    return end - start - (len(before) - len(before.rstrip(b"\r\n")))
