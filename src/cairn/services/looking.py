"""A look that goes by another way, such as a link or a victim, is a look at the series that it shows too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.records import audit
from cairn.records.access import visible_series
from cairn.records.series import SeriesMedia

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cairn.records.users import Actor


def audit_look(series: Iterable[int], *, actor: Actor, case: str = "") -> None:
    """Write down that these series were shown, so that their owners learn of it; nothing where none was."""
    numbers = frozenset(series)
    if numbers:
        audit.append(audit.AuditTag.SERIES_LOOKED, actor=actor, case_reference=case, record_ids=numbers)


def series_shown_with(media: Collection[int], *, actor: Actor) -> frozenset[int]:
    """Answer the ids of the series in which the actor sees that these media lie."""
    rows = SeriesMedia.objects.filter(media__in=media, series__in=visible_series(actor))
    return frozenset(rows.values_list("series", flat=True))
