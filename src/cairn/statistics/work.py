"""Looks and hours that people were spared, from what the checks have answered."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cairn.records.audit import AuditEvent, AuditTag
from cairn.statistics.figures import Unit, computed, counted
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.records.authorities import Authority
    from cairn.statistics.figures import Figure

LOOKS_AVOIDED = "looks-avoided"
"""Under this name a check's audit entry counts the files that nobody had to look at."""


def work(authority: Authority | None, seconds_a_look: float) -> Iterator[Figure]:
    """Yield the figures of looks and hours avoided, of one authority or of all.

    Args:
        authority: Whose checks; ``None`` for all.
        seconds_a_look: How long a person takes for one file; an assumption, which the figure states.
    """
    rows = AuditEvent.objects.filter(tag=AuditTag.CHECK_ANSWERED)
    if authority is not None:
        rows = rows.filter(actor=authority)
    files: defaultdict[str, int] = defaultdict(int)
    avoided: defaultdict[str, int] = defaultdict(int)
    for at, counts in rows.values_list("at", "counts").iterator():
        year = str(at.year)
        files[year] += sum(counts.get(str(verdict), 0) for verdict in Verdict)
        avoided[year] += counts.get(LOOKS_AVOIDED, 0)
    yield counted("files-checked", "Files checked, by year", Unit.LOOKS, dict(files))
    yield counted("looks-avoided", "Looks avoided, by year", Unit.LOOKS, dict(avoided))
    yield computed(
        "hours-avoided",
        f"Hours avoided, by year, if one look takes {seconds_a_look:g} seconds",
        Unit.HOURS,
        {year: avoided[year] * seconds_a_look / 3600 for year in sorted(avoided)},
        records=dict(avoided),
    )
