"""What StopNCII answers to FetchHashes (version 1): JSON with records of hashes and their state.

A record is the newest state of a hash and replaces what was said before. ``Withdrawn`` and ``Deleted`` are
tombstones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO, Final

from cairn.errors import InputError
from cairn.intake.json_text import JsonText
from cairn.intake.lists.columns import parse_hash
from cairn.intake.lists.entry import Hash, ListEntry, Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.intake.lists.batching import OneByOne

RECORDS: Final = "hashRecords"
_KINDS: Final = {"ImagePDQ": (Hash.PDQ, "image"), "VideoMD5": (Hash.MD5, "video")}
_WITHDRAWN: Final = {"Withdrawn", "Deleted"}
_DEEPEST: Final = 20
_OWN: Final = {"lastModtimestamp", "signalType", "hashValue", "hashStatus"}


def read_stopncii(source: BinaryIO) -> Iterator[OneByOne]:
    """Yield the records; a record counts as one line.

    Raises:
        InputError: It is no such answer (``list.unknown``) or its text is broken (``input.damaged``,
            ``input.limit``), raised after the records before.
    """
    text = JsonText(source)
    number, has_records = 0, False
    if text.peek() == "{":
        for key in text.members():
            if key == RECORDS and text.peek() == "[":
                has_records = True
                for _ in text.elements():
                    number += 1
                    yield _entry(number, text.value())
            else:
                text.value()
        text.finish()
    if not has_records:
        raise InputError(f"This is no answer of StopNCII: it has no list '{RECORDS}'.", code="list.unknown")


def _entry(number: int, record: object) -> OneByOne:
    if not isinstance(record, dict):
        return Remark(number, "It is no record, but a bare value.", number)
    kind, media_type = _KINDS.get(str(record.get("signalType")), (None, None))
    if kind is None or media_type is None:
        return Remark(number, "Its signalType is none that Cairn can use.", number)
    value = record.get("hashValue")
    found = parse_hash(value.strip(), kind) if isinstance(value, str) else None
    if found is None:
        return Remark(number, f"Its hashValue is no {kind}.", number)
    status = record.get("hashStatus")
    stamp = record.get("lastModtimestamp")
    hashes: dict[str, Any] = {kind.value: found}
    return ListEntry(
        number,
        **hashes,
        is_withdrawn=status in _WITHDRAWN,
        category=status if isinstance(status, str) else None,
        media_type=media_type,
        dated=str(stamp) if isinstance(stamp, (int, str)) else None,
        facts=dict(_facts(record)),
    )


def _facts(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what else the record says, with paths for what lies deeper."""
    for key, value in record.items():
        if key not in _OWN:
            yield from _flat(str(key), value, depth=0)


def _flat(path: str, value: Any, *, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and depth < _DEEPEST:
        for key, below in value.items():
            yield from _flat(f"{path}/{key}", below, depth=depth + 1)
    elif isinstance(value, list) and depth < _DEEPEST:
        for number, below in enumerate(value, start=1):
            yield from _flat(f"{path}/{number}", below, depth=depth + 1)
    elif isinstance(value, (dict, list)):
        yield path, "(nested too deep)"
    elif value is not None:
        yield path, str(value)
