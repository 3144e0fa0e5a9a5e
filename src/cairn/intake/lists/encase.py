"""EnCase hash sets: a header of 1152 bytes, then records of 18 bytes that begin with an MD5.

Source: the format as described by the forensics wiki and read by The Sleuth Kit: magic, at 16 the count, at
1032 the name (40 UTF-16 units), at 1112 the category (20 units).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

import numpy as np

from cairn.errors import InputError
from cairn.intake.lists.entry import Batch, Hash, HashColumn, Remark, Said
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

MAGIC: Final = b"HASH\r\n\xff\x00"
HEADER_BYTES: Final = 1152
RECORD_BYTES: Final = 18
_COUNT_AT, _NAME_AT, _CATEGORY_AT, _CATEGORY_END = 16, 1032, 1112, 1150
_BATCH_RECORDS = 50_000


@dataclass(frozen=True, slots=True)
class EncaseHeader:
    """What a set says of itself: its name, its category, and how many hashes it claims to have."""

    name: str
    category: str
    stated_count: int


def read_header(head: bytes) -> EncaseHeader:
    """Parse the first 1152 bytes.

    Raises:
        InputError: They are not the header of an EnCase hash set (``list.unknown``).
    """
    if len(head) < HEADER_BYTES or not head.startswith(MAGIC):
        raise InputError(
            Sentence("This is no EnCase hash set: its header is missing or cut off."), code="list.unknown"
        )
    return EncaseHeader(
        name=_text(head[_NAME_AT:_CATEGORY_AT]),
        category=_text(head[_CATEGORY_AT:_CATEGORY_END]),
        stated_count=int.from_bytes(head[_COUNT_AT : _COUNT_AT + 4], "little"),
    )


def read_encase(source: BinaryIO) -> Iterator[Batch]:
    """Yield the batches of an EnCase hash set. Its stated count decides nothing.

    Raises:
        InputError: As ``read_header``.
    """
    header = read_header(source.read(HEADER_BYTES))
    number, rest = 1, b""
    while data := source.read(_BATCH_RECORDS * RECORD_BYTES):
        data = rest + data
        count = len(data) // RECORD_BYTES
        data, rest = data[: count * RECORD_BYTES], data[count * RECORD_BYTES :]
        if count:
            yield _batch(data, number, header)
            number += count
    if rest:
        why = Sentence(
            "The last record has %(found)s of %(whole)s bytes.", found=len(rest), whole=RECORD_BYTES
        )
        yield Batch(np.empty(0, np.int64), {}, {}, {}, (Remark(number, why, number),), (), 1, 0)


def _batch(data: bytes, first: int, header: EncaseHeader) -> Batch:
    records = np.frombuffer(data, dtype=np.uint8).reshape(-1, RECORD_BYTES)
    count = len(records)
    values = np.ascontiguousarray(records[:, : Hash.MD5.length_bytes])
    return Batch(
        lines=np.arange(first, first + count, dtype=np.int64),
        hashes={Hash.MD5: HashColumn(values, np.ones(count, dtype=np.bool_))},
        said={Said.CATEGORY: [header.category] * count} if header.category else {},
        facts={},
        set_aside=(),
        doubts=(),
        line_count=count,
        passed_over=0,
    )


def _text(raw: bytes) -> str:
    return raw.decode("utf-16-le", "replace").split("\0", 1)[0].strip()
