"""Outcomes: when a victim is identified, everyone who contributed is told that it was not in vain.

Who contributed: whoever had registered a sighting of the series' media, reported it, put it into the series,
judged it, or written a note. Those who see the series are told everything. Others are told the day and the
country of a series of handling *alliance*; of one that is *named* or *blind* they are told nothing, unless
its owner has said that they are thanked: then the day alone.

A victim stays with the series it was put into, also when that one was merged into another; its media moved.
So what is thanked for is what was given to the series that stands, and to all that was merged into it.
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
from cairn.records.regrouping import RegroupedMedia, RegroupingKind
from cairn.records.series import Series, SeriesMedia, SeriesNote
from cairn.records.sightings import Sighting, SightingSource
from cairn.records.status import StatusChange
from cairn.services.alerting.raising import Fact, News, raise_alerts, recipient
from cairn.services.series.family import family, standing
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
    known = family(series)
    changes = StatusChange.objects.filter(Q(series__in=known) | Q(victim__series__in=known))
    for change in changes.exclude(confirmed_at=None).order_by("pk").distinct():
        if is_identification(change):
            raise_alerts(_outcomes(change, series))


def _series_of(change: StatusChange) -> Iterable[Series]:
    """Answer the series that stand and are about the one who was identified, each once."""
    about = [] if change.victim is None else change.victim.series.filter(withdrawn_at=None)
    found = [standing(each) for each in ([change.series] if change.series is not None else about)]
    return {each.pk: each for each in found if each.withdrawn_at is None}.values()


def _outcomes(change: StatusChange, series: Series) -> Iterator[News]:
    if change.confirmed_at is None:
        return
    gave = contributions(series, before=change.confirmed_at)
    day = change.holds_since.isoformat()
    for authority in Authority.objects.filter(pk__in=gave.keys() - {change.authority_id}).order_by("pk"):
        sees = visible_series(recipient(authority)).filter(pk=series.pk).exists()
        country_told = sees or series.handling == Handling.ALLIANCE
        if not country_told and not series.thanks_unseen:
            continue
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
    """Answer by authority how many sightings, reports, judgements, notes and media it gave to a series.

    What lay in both of two series that were merged is one media, put into it by two.
    """
    known = family(series)
    media = SeriesMedia.objects.filter(series=series).values("media")
    sightings = Sighting.objects.filter(media__in=media, withdrawn_at=None, recorded_at__lt=before)
    words = Judgement.objects.filter(withdrawn_at=None, judged_at__lt=before)
    given = {
        "sightings": sightings.exclude(source__in=REPORTS).values("authority"),
        "reports": sightings.filter(source__in=REPORTS).values("authority"),
        "judgements": words.filter(Q(first__in=media) | Q(second__in=media)).values("authority"),
        "notes": SeriesNote.objects.filter(series__in=known, written_at__lt=before).values("authority"),
    }
    gave: dict[int, Counter[str]] = {}
    for what, rows in given.items():
        for authority, count in rows.annotate(count=Count("pk")).values_list("authority", "count"):
            gave.setdefault(authority, Counter())[what] = count
    put = SeriesMedia.objects.filter(series=series, added_at__lt=before)
    in_both = RegroupedMedia.objects.filter(
        regrouping__source__in=known,
        regrouping__kind=RegroupingKind.MERGE,
        regrouping__undone_at=None,
        was_in_target=True,
        media__in=media,
        added_at__lt=before,
    )
    pairs = {
        *put.values_list("added_by", "media"),
        *in_both.values_list("added_by", "media"),
    }
    for authority, _ in pairs:
        gave.setdefault(authority, Counter())["media"] += 1
    return gave
