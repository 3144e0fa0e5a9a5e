"""The answer as a table: a line a file, for the spreadsheets of other tools."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from cairn.linking import DigestEqual, in_words
from cairn.linking.sound_spans import SoundAgrees
from cairn.services.answering.answer_json import digest_row
from cairn.services.answering.restrictions import in_words as handling_in_words
from cairn.services.checking.whole_file import written_whole
from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

    from cairn.services.answering.answer import Answer, FileAnswer

COLUMNS = (
    *("address", "verdict", "size_bytes", "md5", "sha1", "sha256", "media_type", "width", "height"),
    *("copy_of", "evidence", "holders", "series", "series_status", "lists", "reason", "handling"),
    *("known_seconds", "known_by_sound"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would reckon with where a text begins so."""


def write_csv(answer: Answer, path: Path) -> None:
    """Write the answer as a table in UTF-8; the file is there whole or not at all.

    Every line says what may be done with it: lines are copied out of tables without their headings. A text
    that a spreadsheet would take for a formula gets an apostrophe before it.

    Raises:
        InputError: The place cannot hold a file.
        ConfigurationError: The disk is full or reports an error.
    """
    with written_whole(path) as stream:
        dump_csv(answer, stream)


def dump_csv(answer: Answer, stream: IO[str]) -> None:
    """Write the table."""
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(COLUMNS)
    handling = "" if answer.handling is None else handling_in_words(answer.handling)
    lists = {met.facts.id: met.facts.name for met in answer.lists}
    series = {met.facts.id: (met.facts.name, met.facts.status.value) for met in answer.series}
    for file in answer.files:
        table.writerow(map(_harmless, _row(file, series, lists, handling)))


def _row(
    file: FileAnswer, series: dict[int, tuple[str, str]], lists: dict[int, str], handling: str
) -> Iterator[object]:
    met = [
        series[number]
        for number in dict.fromkeys(n for m in file.matches for n in m.series)
        if number in series
    ]
    yield from (file.address, file.verdict.value, file.size_bytes)
    yield from digest_row(file).values()
    yield from (file.media_type, file.width, file.height, file.copy_of)
    evidence = [*(each.evidence for each in file.matches), *(each.evidence for each in file.listed)]
    yield in_words(evidence[0]) if evidence else ""
    yield " ".join(dict.fromkeys(holder.authority for match in file.matches for holder in match.holders))
    yield "; ".join(name for name, _ in met)
    yield "; ".join(status for _, status in met)
    yield "; ".join(lists[each.list] for each in file.listed)
    yield file.unreadable or (file.why_not.sentence if file.why_not else "")
    yield handling
    yield _known_seconds(file)
    yield _known_by_sound(file)


def _known_seconds(file: FileAnswer) -> str:
    """Answer the stretches of a video that are known by its pictures, such as ``192.0-280.5``, in seconds.

    Of one that is equal to a recorded one, those that series have.
    """
    parts = () if file.video is None else file.video.parts
    known = [(part.from_s, part.to_s) for part in parts if part.media]
    if not parts:
        equal = (match for match in file.matches if isinstance(match.evidence, DigestEqual))
        known = sorted({(span.from_s, span.to_s) for match in equal for span in match.spans})
    return " ".join(f"{begin:.1f}-{end:.1f}" for begin, end in known)


def _known_by_sound(file: FileAnswer) -> str:
    """Answer the same by its sound."""
    heard = (match.evidence for match in file.matches)
    spans = [span for each in heard if isinstance(each, SoundAgrees) for span in each.spans]
    ends = sorted({(span.begin_ms, span.end_ms) for span in spans})
    return " ".join(f"{begin / 1000:.1f}-{end / 1000:.1f}" for begin, end in ends)


def _harmless(value: object) -> str:
    text = "" if value is None else visible(str(value))
    return f"'{text}" if text.startswith(_FORMULA) else text
