"""Hash lists of every kind, made up: digests of numbers and invented names."""

from __future__ import annotations

import hashlib
import io
import random
import struct
from typing import TYPE_CHECKING

from cairn.intake.lists import (
    Batch,
    ListEntry,
    Profile,
    Reckoning,
    Recognised,
    Remark,
    read_stream,
    recognise_list,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

ICSE_HEADER = (
    "MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;Series name;"
    "Number of submissions;File Available;Media Type;Baseline"
)
HASHKEEPER_HEADER = (
    '"file_id","hashset_id","file_name","directory","hash","file_size","date_modified","time_modified",'
    '"time_zone","comments","date_accessed","time_accessed"'
)
NSRL_HEADER = '"SHA-1","MD5","CRC32","FileName","FileSize","ProductCode","OpSystemCode","SpecialCode"'


def md5(number: int) -> bytes:
    return hashlib.md5(str(number).encode(), usedforsecurity=False).digest()


def sha1(number: int) -> bytes:
    return hashlib.sha1(str(number).encode(), usedforsecurity=False).digest()


def sha256(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()


def pdq(number: int) -> bytes:
    """Answer 256 bits of which half are set, as in every PDQ hash of a picture."""
    bits = [1] * 128 + [0] * 128
    random.Random(number).shuffle(bits)  # noqa: S311 - the same bits every time
    return int("".join(map(str, bits)), 2).to_bytes(32)


def photodna(number: int) -> bytes:
    return random.Random(number).randbytes(144)  # noqa: S311 - the same bytes every time


def lines(texts: Iterable[str], end: str = "\n") -> bytes:
    return "".join(text + end for text in texts).encode()


def encase(count: int, *, name: str = "Set", category: str = "Known", stated: int | None = None) -> bytes:
    head = (
        b"HASH\r\n\xff\x00"
        + struct.pack("<II", 2, 1)
        + struct.pack("<I", count if stated is None else stated)
    )
    head += bytes(1032 - len(head)) + name.encode("utf-16-le")
    head += bytes(1112 - len(head)) + category.encode("utf-16-le")
    head += bytes(1152 - len(head))
    return head + b"".join(md5(number) + b"\0\0" for number in range(count))


def entries_xml(body: str, *, paging: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<queryResult xmlns="https://example.org/v2">'
        f"{body}{paging}</queryResult>"
    ).encode()


def recognised(data: bytes, profile: Profile | None = None) -> Recognised:
    found = recognise_list(data, profile=profile)
    assert isinstance(found, Recognised), found
    return found


def batches_of(data: bytes, profile: Profile | None = None) -> list[Batch]:
    found = list(read_stream(io.BytesIO(data), recognised(data, profile)))
    reckoning = Reckoning()
    for batch in found:
        reckoning.add(batch)
    assert reckoning.adds_up, reckoning
    return found


def entries_of(data: bytes, profile: Profile | None = None) -> list[ListEntry]:
    return [entry for batch in batches_of(data, profile) for entry in batch.entries()]


def set_aside_of(data: bytes, profile: Profile | None = None) -> list[Remark]:
    return [remark for batch in batches_of(data, profile) for remark in batch.set_aside]
