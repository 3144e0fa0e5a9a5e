"""The reports in a file, whatever its format, each with its items."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.evidence import opened
from cairn.intake.reports import (
    Item,
    Report,
    ReportFormat,
    read_cybertip,
    read_own_report,
    recognise_report,
)
from cairn.intake.reports.recognise import HEAD_BYTES
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MOST_BYTES = 256 << 20
"""Of a report: a hundred thousand items in words. A larger file is something else."""


@dataclass(frozen=True, slots=True)
class ReportFile:
    """What a file holds.

    Attributes:
        digest: SHA-256 of the file.
        source_format: Which it is.
        reports: In the order of the file.
    """

    digest: bytes
    source_format: ReportFormat
    reports: tuple[Report, ...]


def read_report_file(path: Path) -> ReportFile:
    """Read the reports in a file; nothing of them is verified but their form.

    Raises:
        InputError: It cannot be read, is too large, or is no report (``report.unknown``, ``report.invalid``).
    """
    with opened(path) as stream:
        raw = stream.read(MOST_BYTES + 1)
    found = recognise_report(raw[:HEAD_BYTES]) if len(raw) <= MOST_BYTES else None
    if found is None:
        raise InputError(
            Sentence(
                "%(name)s is no report: neither CyberTipline-style XML nor Cairn's own JSON.", name=path.name
            ),
            code="report.unknown",
        )
    if found is ReportFormat.OWN:
        reports: Sequence[Report] = [read_own_report(BytesIO(raw))]
    else:
        reports = _together(list(read_cybertip(BytesIO(raw))))
    if not reports:
        raise InputError(Sentence("%(name)s has no report in it.", name=path.name), code="report.unknown")
    return ReportFile(sha256(raw).digest(), found, tuple(reports))


def _together(read: Sequence[Report | Item]) -> Sequence[Report]:
    """Put files that stand beside the reports into the one that each names, else into the last before it."""
    reports = [each for each in read if isinstance(each, Report)] or [Report()]
    numbers = {each.reference: number for number, each in enumerate(reports) if each.reference}
    beside: defaultdict[int, list[Item]] = defaultdict(list)
    last = -1
    for each in read:
        if isinstance(each, Report):
            last += 1
        else:
            place = numbers.get(dict(each.facts).get("reportId", ""), max(last, 0))
            beside[place].append(each)
    return [replace(report, items=(*report.items, *beside[number])) for number, report in enumerate(reports)]
