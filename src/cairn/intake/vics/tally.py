"""What is counted in media records, beside what their case says of them.

Totals of exporters are never trusted: they count files, contents or records, and copies of old headers
occur. They are compared with the records, and a difference is said.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.intake.vics.reading import CaseRead
    from cairn.intake.vics.values import Media


@dataclass(slots=True)
class Tally:
    """Counts of records; it grows while a file is read."""

    records: int = 0
    refused: int = 0
    without_digest: int = 0
    with_doubts: int = 0
    files: int = 0
    precategorized: int = 0
    precategorized_without_category: int = 0

    def add(self, media: Media) -> None:
        """Count a media record."""
        self.records += 1
        self.files += len(media.media_files)
        if media.doubts:
            self.with_doubts += 1
        if not (media.md5 or media.sha1 or media.sha256):
            self.without_digest += 1
        if media.is_precategorized:
            self.precategorized += 1
            self.precategorized_without_category += media.category is None

    def refuse(self) -> None:
        """Count a record that is no media record."""
        self.records += 1
        self.refused += 1


def contradictions(cases: Iterable[CaseRead]) -> list[str]:
    """Say in sentences where the totals of cases do not agree with their records.

    Args:
        cases: Of one file, or of all files that a set is spread over: parts of one case are taken together,
            because each part repeats the total of the whole.
    """
    parts: defaultdict[str, list[CaseRead]] = defaultdict(list)
    for number, each in enumerate(cases):
        parts[each.case.case_id or each.case.case_number or f"case without a number {number}"].append(each)
    return [said for together in parts.values() for said in _contradictions(together)]


def _contradictions(parts: list[CaseRead]) -> list[str]:
    records = sum(part.tally.records for part in parts)
    files = sum(part.tally.files for part in parts)
    precategorized = sum(part.tally.precategorized for part in parts)
    empty = sum(part.tally.precategorized_without_category for part in parts)
    said = [
        f"The case says {stated:,} media files; it lists {records:,} media in {files:,} places."
        for stated in _stated(part.case.total_media_files for part in parts)
        if stated not in (records, files)
    ]
    said += [
        f"The case says {stated:,} precategorised media; {precategorized:,} say so themselves."
        for stated in _stated(part.case.total_precategorized for part in parts)
        if stated != precategorized
    ]
    if empty:
        said.append(f"{empty:,} media say that they are precategorised, and have no category.")
    return said


def _stated(totals: Iterable[int | None]) -> list[int]:
    return sorted({total for total in totals if total is not None})
