"""The words between the check and the process that reads an image: fixed forms, length-checked.

The reading process may have been taken over by the image, so nothing that it says is believed: every answer
belongs to the question before it, has a bounded length, and is read to its last byte. It is asked for one
page of a folder or one stretch of a file at a time, so that it can neither flood nor run ahead.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum

from cairn.fingerprints.sandbox.body import Body, MessageError
from cairn.intake.containers.images import Node

QUESTION = struct.Struct(">4sBQQQI")
"""Magic, what, where the file system begins, record number, offset or first entry, bytes or entries."""

ROOT = 2**64 - 1
"""Stands for the root's record number, which only the file system knows."""

PAGE_ENTRIES = 500
MOST_PARTITIONS = 128
"""What a GPT holds by its standard."""

LONGEST_NAME = 1024
"""255 characters of four bytes, as exFAT and HFS+ have them; no file system here has more."""

MOST_ANSWER_BYTES = 1024 * 1024
"""A full page of the longest names is half of it, a stretch of a file a quarter."""

_MAGIC = b"CRNI"
_ANSWER = struct.Struct(">4sBI")
ANSWER_BYTES = _ANSWER.size
_ENTRY = struct.Struct(">QBQqH")
_FOLDER, _DELETED, _LOST, _HAS_TIME = 1, 2, 4, 8
_ALL_FLAGS = 15
_MOST_NS = 2**62


class Ask(IntEnum):
    """What the check can ask for."""

    PARTITIONS = 1
    FOLDER = 2
    STRETCH = 3


class Kind(IntEnum):
    """What an answer is."""

    PARTITIONS = 1
    FOLDER = 2
    STRETCH = 3
    REFUSED = 4


class Refusal(IntEnum):
    """Why the reading process could not answer."""

    IMAGE = 1
    FILE_SYSTEM = 2
    FOLDER = 3
    FILE = 4
    DISK = 5
    MEMORY = 6
    QUESTION = 7


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked; see ``QUESTION``."""

    ask: Ask
    start: int = 0
    number: int = ROOT
    offset: int = 0
    length: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries of a folder, and whether there are more behind them."""

    nodes: tuple[Node, ...]
    has_more: bool


Answer = tuple[int, ...] | Page | bytes | Refusal
"""Where partitions begin, a page of a folder, a stretch of a file, or why not."""


def pack_question(question: Question) -> bytes:
    """Answer a question as bytes."""
    return QUESTION.pack(
        _MAGIC, question.ask, question.start, question.number, question.offset, question.length
    )


def parse_question(data: bytes) -> Question:
    """Read a question.

    Raises:
        MessageError: It is not of the agreed form.
    """
    if len(data) != QUESTION.size:
        raise MessageError("A question is not of the agreed length.")
    magic, ask, *rest = QUESTION.unpack(data)
    if magic != _MAGIC or ask not in set(Ask):
        raise MessageError("A question is not of the agreed form.")
    return Question(Ask(ask), *rest)


def pack_answer(answer: Answer) -> bytes:
    """Answer an answer as bytes."""
    match answer:
        case Refusal():
            kind, body = Kind.REFUSED, bytes([answer])
        case bytes():
            kind, body = Kind.STRETCH, answer
        case Page(nodes, has_more):
            kind, body = Kind.FOLDER, bytes([has_more]) + b"".join(map(_pack_node, nodes))
        case _:
            kind, body = Kind.PARTITIONS, struct.pack(f">{len(answer)}Q", *answer)
    return _ANSWER.pack(_MAGIC, kind, len(body)) + body


def _pack_node(node: Node) -> bytes:
    flags = _FOLDER * node.is_folder | _DELETED * node.is_deleted | _LOST * node.is_lost
    flags |= _HAS_TIME * (node.modified_ns is not None)
    fields = _ENTRY.pack(node.number, flags, node.size_bytes, node.modified_ns or 0, len(node.name))
    return fields + node.name


def parse_header(data: bytes) -> tuple[int, int]:
    """Read the first ``ANSWER_BYTES`` of an answer: its kind, and how many bytes follow.

    Raises:
        MessageError: They are not of the agreed form.
    """
    if len(data) != ANSWER_BYTES:
        raise MessageError("An answer ends too early.")
    magic, kind, length = _ANSWER.unpack(data)
    if magic != _MAGIC or length > MOST_ANSWER_BYTES:
        raise MessageError("An answer is not of the agreed form.")
    return kind, length


def parse_answer(kind: int, data: bytes, question: Question) -> Answer:
    """Read what follows the header of an answer.

    Args:
        kind: From the header.
        data: As many bytes as the header says.
        question: What was asked.

    Raises:
        MessageError: It is not of the agreed form, or no answer to this question.
    """
    body = Body(data)
    if kind == Kind.REFUSED:
        answer: Answer = body.choice((None, *Refusal)) or Refusal.QUESTION
    elif kind != question.ask:
        raise MessageError("An answer is not to the question that was asked.")
    elif kind == Kind.STRETCH:
        if len(data) != question.length:
            raise MessageError("A stretch of a file is not as long as was asked.")
        return data
    elif kind == Kind.FOLDER:
        has_more = body.choice((False, True))
        answer = Page(tuple(_nodes(body, len(data) - 1, most=question.length)), has_more=has_more)
    else:
        answer = _starts(body, len(data))
    body.finish()
    return answer


def _starts(body: Body, length: int) -> tuple[int, ...]:
    count, rest = divmod(length, 8)
    if rest or count > MOST_PARTITIONS:
        raise MessageError("A list of partitions is not of the agreed form.")
    return struct.unpack(f">{count}Q", body.take(length))


def _nodes(body: Body, length: int, *, most: int) -> list[Node]:
    nodes: list[Node] = []
    while length > 0:
        node = _node(body)
        nodes.append(node)
        length -= _ENTRY.size + len(node.name)
        if len(nodes) > most:
            raise MessageError("A page of a folder is longer than agreed.")
    return nodes


def _node(body: Body) -> Node:
    number, flags, size_bytes, modified_ns, name_bytes = _ENTRY.unpack(body.take(_ENTRY.size))
    if flags > _ALL_FLAGS or name_bytes > LONGEST_NAME or size_bytes >= 2**63 or abs(modified_ns) > _MOST_NS:
        raise MessageError("An entry of a folder is not of the agreed form.")
    return Node(
        name=body.take(name_bytes),
        number=number,
        is_folder=bool(flags & _FOLDER),
        is_deleted=bool(flags & _DELETED),
        is_lost=bool(flags & _LOST),
        size_bytes=size_bytes,
        modified_ns=modified_ns if flags & _HAS_TIME else None,
    )
