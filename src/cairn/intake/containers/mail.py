"""E-mail messages and mailboxes: attachments, found by reading line after line.

A message is a tree of parts between boundary lines. It is read without recursion, in one pass, and only the
places of the parts are kept. Text that a person wrote is not an attachment; a text part with a file name, or
one that holds bytes no text holds, is. Source: RFC 5322 and RFC 2045 to 2047; mailboxes as RFC 4155.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.intake.containers.mail_header import PartHeader, read_part_header
from cairn.intake.containers.members import Member
from cairn.intake.containers.reading import CHUNK_BYTES, PartSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.intake.containers.reading import Reader, Source

_HEADER_BYTES = 256 * 1024
"""More header than this before one part is not read; mail servers refuse more than 64 KiB."""

_OPEN_BOUNDARIES = 100
"""Parts inside parts; mail programs write three or four."""

_LONGEST_LINE = 64 * 1024
_HEAD_BYTES = 512
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)
_FIELD = re.compile(rb"([!-9;-~]{1,64}):[ \t]*\S?")
_USUAL_FIELDS = {
    *(b"from", b"to", b"cc", b"subject", b"date", b"received", b"message-id", b"mime-version", b"sender"),
    *(b"return-path", b"delivered-to", b"content-type", b"reply-to", b"x-mozilla-status", b"x-gm-thrid"),
}
_ENOUGH_FIELDS = 3


def is_message(head: bytes) -> bool:
    """Answer whether a file begins as a message does: only header fields, three of them of mail."""
    found: set[bytes] = set()
    lines = head.removeprefix(b"\xef\xbb\xbf").splitlines()
    for line in lines[: max(1, len(lines) - 1)]:
        if not line:
            break
        if line[:1] in b" \t" and found:
            continue
        field = _FIELD.match(line)
        if field is None:
            return False
        found.add(field[1].lower())
    return len(found & _USUAL_FIELDS) >= _ENOUGH_FIELDS


def is_mailbox(head: bytes) -> bool:
    """Answer whether a file begins as a mailbox does: a ``From`` line, then a message."""
    first, _, rest = head.partition(b"\n")
    return first.startswith(b"From ") and is_message(rest)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with its line end, and where it begins; very long lines come in pieces."""

    offset: int
    text: bytes


def _lines(reader: Reader) -> Iterator[_Line]:
    """Cut at line feeds only: a lone carriage return ends no line, and a picture sent bare holds many."""
    offset, rest = 0, b""
    while data := reader.read_at(offset + len(rest), CHUNK_BYTES):
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            yield _Line(offset, line + b"\n")
            offset += len(line) + 1
        if len(rest) >= _LONGEST_LINE:
            yield _Line(offset, rest)
            offset, rest = offset + len(rest), b""
    if rest:
        yield _Line(offset, rest)


def message_members(reader: Reader, source: Source) -> Iterator[Member]:
    """Yield the attachments of a message in the order in which they stand in it.

    Args:
        reader: The whole message.
        source: Opens the same message again, when an attachment is unpacked.

    Yields:
        Members called as the message calls them; ``part-3`` where it does not.
    """
    walk = _Message(source)
    for line in _lines(reader):
        yield from walk.take(line)
    yield from walk.finish(reader.size_bytes)


def mailbox_members(reader: Reader, source: Source) -> Iterator[Member]:
    """Yield the attachments of all messages, in folders called after the number of the message."""
    number, after_blank = 0, True
    walk: _Message | None = None
    for line in _lines(reader):
        if after_blank and line.text.startswith(b"From "):
            if walk is not None:
                yield from walk.finish(line.offset)
            number += 1
            walk = _Message(source, prefix=f"message-{number:06}/")
        elif walk is not None:
            yield from walk.take(line)
        after_blank = not line.text.strip(b"\r\n")
    if walk is not None:
        yield from walk.finish(reader.size_bytes)


class _Message:
    """The state of reading one message: which boundaries are open, and where the current part began."""

    def __init__(self, source: Source, *, prefix: str = "") -> None:
        self._source, self._prefix = source, prefix
        self._boundaries: dict[bytes, int] = {}
        self._header: list[bytes] | None = []
        self._header_bytes = 0
        self._part: PartHeader | None = None
        self._begin = 0
        self._number = 0

    def take(self, line: _Line) -> Iterator[Member]:
        """Move on by one line; yield the part that it ends."""
        level = self._level(line.text)
        if level is not None:
            yield from self.finish(line.offset)
            self._open(line.text, level)
        elif self._header is not None:
            self._take_header(self._header, line)

    def finish(self, end: int) -> Iterator[Member]:
        """Yield the current part, if it is an attachment, and leave it."""
        part, self._part = self._part, None
        if part is not None:
            self._number += 1
            member = self._member(part, end)
            if member is not None:
                yield member

    def _level(self, text: bytes) -> int | None:
        """Answer how many boundaries are open around the one that the line is; ``None`` for another line."""
        if not text.startswith(b"--"):
            return None
        name = text[2:].rstrip()
        for candidate in (name, name.removesuffix(b"--")):
            if candidate in self._boundaries:
                return self._boundaries[candidate]
        return None

    def _open(self, text: bytes, level: int) -> None:
        is_last = text[2:].rstrip() not in self._boundaries
        kept = level if is_last else level + 1
        while len(self._boundaries) > kept:
            self._boundaries.popitem()
        self._header = None if is_last else []
        self._header_bytes = 0

    def _take_header(self, header: list[bytes], line: _Line) -> None:
        if line.text.strip(b"\r\n"):
            self._header_bytes += len(line.text)
            if self._header_bytes <= _HEADER_BYTES:
                header.append(line.text)
            return
        self._header = None
        part = read_part_header(b"".join(header))
        if part.kind.startswith("multipart/") and part.boundary:
            if len(self._boundaries) < _OPEN_BOUNDARIES:
                self._boundaries.setdefault(part.boundary.rstrip(), len(self._boundaries))
            return
        self._part, self._begin = part, line.offset + len(line.text)

    def _member(self, part: PartHeader, end: int) -> Member | None:
        begin = min(self._begin, end)
        content = _Content(PartSource(self._source, begin, end - begin), part.encoding)
        if part.name is None and part.kind.startswith("text/") and _is_text(content):
            return None
        size = sum(len(chunk) for chunk in content.chunks())
        return Member(
            name=self._prefix + (part.name or f"part-{self._number}"),
            size_bytes=size,
            modified_ns=None,
            mark=f"{begin}/{end - begin}/{size}",
            chunks=content.chunks,
        )


def _is_text(content: _Content) -> bool:
    """Answer whether a part begins as text does: no text holds a zero byte, and most pictures do."""
    chunks = content.chunks()
    return b"\0" not in next(chunks, b"")[:_HEAD_BYTES]


@dataclass(frozen=True, slots=True)
class _Content:
    """A part's place and the way in which it is encoded."""

    part: PartSource
    encoding: str

    def chunks(self) -> Iterator[bytes]:
        """Yield the decoded bytes. What is no Base64 in Base64 is passed over, as mail programs do."""
        if self.encoding == "base64":
            yield from _from_base64(self.part.chunks())
        elif self.encoding == "quoted-printable":
            yield from _from_quoted(self.part.chunks())
        else:
            yield from self.part.chunks()


def _from_base64(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        text, padding, _ = chunk.partition(b"=")
        rest += text.translate(None, _NOT_BASE64)
        whole = len(rest) // 4 * 4
        yield binascii.a2b_base64(rest[:whole])
        rest = rest[whole:]
        if padding:
            break
    if len(rest) > 1:  # Two or three digits are one or two bytes; one digit is none.
        yield base64.b64decode(rest + b"=" * (4 - len(rest)))


def _from_quoted(chunks: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        text, newline, rest = (rest + chunk).rpartition(b"\n")
        yield binascii.a2b_qp(text + newline)
        if len(rest) > _LONGEST_LINE:
            # Only an attack has no line ends; held as a whole it would fill the memory.
            escape = rest.rfind(b"=", len(rest) - 2)
            cut = escape if escape >= 0 else len(rest)
            yield binascii.a2b_qp(rest[:cut])
            rest = rest[cut:]
    yield binascii.a2b_qp(rest)
