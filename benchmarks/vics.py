"""How fast a VICS case is read to values and answered, and how much memory a growing one takes.

The case is written on the fly, so that one of any size needs no disk: records like those of exports, with
four facts of the picture, one other hash and one place each. A process of its own reads each size, and its
largest memory is what the system counted. ``json`` is what the standard library's decoder alone takes for the
same records. Seconds are those of one core's work, so that other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import random
import resource
from time import process_time
from typing import TYPE_CHECKING, Any

from cairn.intake.vics import Form, Kind, Media, MediaAnswer, MediaRead, read_vics, write_answers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TARGET_MEDIA_A_SECOND = 20_000
TARGET_MEMORY_MB = 500
FORM = Form("2.0", Kind.CASES, "US")
_BLOCK = 1000


def main() -> None:
    """Print rates and memory, for sizes that grow tenfold."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--largest-mb", type=int, default=300)
    chosen, _ = arguments.parse_known_args()
    records = [_record(number) for number in range(_BLOCK)]
    text = ",\n".join(json.dumps(each, indent=1) for each in records)
    print(f"{len(text) // _BLOCK:,} bytes a media record")
    print(f"  json, no more than decoded  {_decoding_rate(text):10,.0f} media/s")
    for size_mb in (chosen.largest_mb // 100, chosen.largest_mb // 10, chosen.largest_mb):
        for name, task in (("read to values", _read), ("answer written in", _answer)):
            blocks = max(1, size_mb * 1_000_000 // len(text))
            rate, memory_mb = _apart(task, text, blocks)
            print(f"  {name:18} {size_mb:6,} MB {rate:10,.0f} media/s {memory_mb:6,.0f} MB of memory")
    print(
        f"  asked for: {TARGET_MEDIA_A_SECOND:,} media/s to values, below {TARGET_MEMORY_MB} MB at any size"
    )


def _record(number: int) -> dict[str, Any]:
    """Answer a made-up record of the usual extent."""
    some = random.Random(number)  # noqa: S311 - the same records every time, and no secret

    def digest(size: int) -> str:
        return some.randbytes(size).hex().upper()

    return {
        "MediaID": number,
        "Category": number % 5,
        "MD5": digest(16),
        "SHA1": digest(20),
        "MediaSize": number * 3,
        "MimeType": "image/jpeg",
        "RelativeFilePath": f"Files\\{number}.jpg",
        "DateUpdated": "2024-01-01T00:00:00Z",
        "Series": "",
        "VictimIdentified": "false",
        "OffenderIdentified": False,
        "IsDistributed": False,
        "IsPrecategorized": False,
        "PhotoDNA": None,
        "AlternativeHashes": [{"HashName": "SHA256", "HashValue": digest(32)}],
        "Exifs": [
            {"MD5": digest(16), "PropertyName": name, "PropertyValue": f"Value {number}"}
            for name in ("Make", "Model", "DateTimeOriginal", "ISO")
        ],
        "MediaFiles": [
            {
                "MD5": digest(16),
                "FileName": f"{number}.jpg",
                "FilePath": f"\\DCIM\\{number}",
                "Created": "2024-01-01T00:00:00Z",
                "Written": "2024-01-01T00:00:00Z",
                "Unallocated": False,
                "SourceID": "1",
            }
        ],
    }


class _Case(io.RawIOBase):
    """A case of many blocks of the same records, made while it is read."""

    def __init__(self, text: str, blocks: int) -> None:
        self._parts = self._pieces(text, blocks)

    @staticmethod
    def _pieces(text: str, blocks: int) -> Iterator[bytes]:
        yield (
            json.dumps({FORM.key: FORM.address})[:-1].encode() + b', "value": [{"CaseNumber": "1", "Media": ['
        )
        for number in range(blocks):
            yield (b"," if number else b"") + text.encode()
        yield b"]}]}"

    def read(self, size: int = -1, /) -> bytes:
        del size  # A pipe too gives what it has.
        return next(self._parts, b"")


def _decoding_rate(text: str) -> float:
    whole = f"[{text}]"
    start = process_time()
    for _ in range(10):
        json.loads(whole)
    return 10 * _BLOCK / (process_time() - start)


def _read(source: Any) -> int:
    return sum(isinstance(each, MediaRead) for each in read_vics(source))


def _answer(source: Any) -> int:
    with open("/dev/null", "wb") as nowhere:  # noqa: PTH123 - a path object would say no more
        return write_answers(source, nowhere, _half).media


def _half(media: Media) -> MediaAnswer | None:
    """Answer every other media."""
    if (media.media_id or 0) % 2:
        return None
    return MediaAnswer(series="CA-2024-17", victim_identified=True, tags=("known",))


def _apart(task: Callable[[Any], int], text: str, blocks: int) -> tuple[float, float]:
    """Run a task in a process of its own, and answer media a second and its largest memory in MB."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (task, text, blocks))


def _measured(task: Callable[[Any], int], text: str, blocks: int) -> tuple[float, float]:
    start = process_time()
    media = task(_Case(text, blocks))
    seconds = process_time() - start
    assert media == blocks * _BLOCK  # noqa: S101 - a rate of what was not read is worth nothing
    return media / seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
