"""What checks have answered, summed up by year from the audit log: files, known ones, and looks avoided."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cairn.records.audit import AuditEvent, AuditTag
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = "files-checked"
KNOWN = "known-files"
LOOKS_AVOIDED = "looks-avoided"
"""Under this name a check's audit entry counts the files that nobody had to look at."""

RECORDED = (Verdict.IDENTIFIED, Verdict.KNOWN, Verdict.IRRELEVANT)
"""The verdicts of a file whose content was recorded already, as far as the asker was told."""


def looks() -> Iterator[tuple[int | None, str, str, int]]:
    """Yield authority (or ``None`` for all), figure, year and number."""
    sums: Counter[tuple[int | None, str, str]] = Counter()
    answers = AuditEvent.objects.filter(tag=AuditTag.CHECK_ANSWERED)
    for actor, at, counts in answers.values_list("actor", "at", "counts").iterator(chunk_size=10_000):
        found = {
            FILES: sum(counts.get(str(verdict), 0) for verdict in Verdict),
            KNOWN: sum(counts.get(str(verdict), 0) for verdict in RECORDED),
            LOOKS_AVOIDED: counts.get(LOOKS_AVOIDED, 0),
        }
        for authority in (actor, None):
            for figure, number in found.items():
                sums[authority, figure, str(at.year)] += number
    yield from ((authority, figure, year, number) for (authority, figure, year), number in sums.items())
