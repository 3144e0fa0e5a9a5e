"""Outcomes: when a victim is identified, everyone who contributed is told that it was not in vain.

Who contributed: whoever had registered a sighting of the series' media, reported it, put it into the series,
judged it, or written a note. What each is told follows the owner's handling: *alliance*, everyone, with the
country; *named*, those who see the series in full, and the others only that it happened and on which day;
*blind*, nobody, until the owner opens the series.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from cairn.records.access import visible_series
from cairn.records.alerts import AlertKind
from cairn.records.authorities import Authority
from cairn.records.links import Judgement
from cairn.records.lock import node_work
from cairn.records.series import Series, SeriesMedia, SeriesNote
from cairn.records.sightings import Sighting, SightingSource
from cairn.records.status import StatusChange
from cairn.services.alerting.raising import Fact, News, raise_alerts, recipient
from cairn.services.series.names import family
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime


REPORTS = (SightingSource.HOTLINE_REPORT, SightingSource.COMPANY_REPORT)


def is_identification(change: StatusChange) -> bool:
    """Answer whether a change says, confirmed, that a victim is now identified who was not before."""
    if change.offender_id is not None or change.confirmed_at is None:
        return False
    settled = {status.value for status in SeriesStatus if status.is_settled}
    return change.to_status in settled and change.from_status not in settled


@node_work("others are told what they may know")
def tell_contributors(change: StatusChange) -> None:
    """Tell everyone whose sighting, report or judgement contributed; each once an identification.

    Raises:
        IntegrityError: No transaction is open (``alert.unbound``).
    """
    raise_alerts([news for series in _series_of(change) for news in _outcomes(change, series)])


@node_work("others are told what they may know")
def tell_contributors_now(series: Series) -> None:
    """Tell those who could not be told when the victim was identified: the owner has opened the series since.

    Raises:
        IntegrityError: No transaction is open (``alert.unbound``).
    """
    changes = StatusChange.objects.filter(Q(series=series) | Q(victim__series=series)).exclude(
        confirmed_at=None
    )
    for change in changes.order_by("pk"):
        if is_identification(change):
            raise_alerts(_outcomes(change, series))


def _series_of(change: StatusChange) -> Iterable[Series]:
    if change.series is not None:
        return [change.series]
    return [] if change.victim is None else change.victim.series.filter(withdrawn_at=None)


def _outcomes(change: StatusChange, series: Series) -> Iterator[News]:
    if series.handling == Handling.BLIND or change.confirmed_at is None:
        return
    gave = contributions(series, before=change.confirmed_at)
    day = change.holds_since.isoformat()
    for authority in Authority.objects.filter(pk__in=gave.keys() - {change.authority_id}).order_by("pk"):
        sees = visible_series(recipient(authority)).filter(pk=series.pk).exists()
        country_told = sees or series.handling == Handling.ALLIANCE
        facts: Mapping[str, Fact] = {"day": day, **gave[authority.pk]} if sees else {"day": day}
        yield News(
            kind=AlertKind.OUTCOME,
            to=authority,
            once=f"outcome:{series.pk}:{day}",
            series=series if sees else None,
            about=change.authority if country_told else None,
            facts=facts,
        )


@node_work("others are told what they may know")
def contributions(series: Series, *, before: datetime) -> Mapping[int, Counter[str]]:
    """Answer by authority how many sightings, reports, judgements, notes and media it gave to a series."""
    media = SeriesMedia.objects.filter(series=series).values("media")
    sightings = Sighting.objects.filter(media__in=media, withdrawn_at=None, recorded_at__lt=before)
    words = Judgement.objects.filter(withdrawn_at=None, judged_at__lt=before)
    given = {
        "sightings": sightings.exclude(source__in=REPORTS).values("authority"),
        "reports": sightings.filter(source__in=REPORTS).values("authority"),
        "judgements": words.filter(Q(first__in=media) | Q(second__in=media)).values("authority"),
        "notes": SeriesNote.objects.filter(series__in=family(series), written_at__lt=before).values(
            "authority"
        ),
    }
    gave: dict[int, Counter[str]] = {}
    for what, rows in given.items():
        for authority, count in rows.annotate(count=Count("pk")).values_list("authority", "count"):
            gave.setdefault(authority, Counter())[what] = count
    put = SeriesMedia.objects.filter(series=series, added_at__lt=before).values("added_by")
    for authority, count in put.annotate(count=Count("pk")).values_list("added_by", "count"):
        gave.setdefault(authority, Counter())["media"] = count
    return gave
