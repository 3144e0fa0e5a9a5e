"""Counts over all sightings, kept in summary rows: made anew in one pass, read in no time.

A new summary is counted beside the old one and takes its place when it is whole; a crash leaves the old one.
What is told of the alliance changes once a day: who registers a file and counts again at once would see
whether somebody unseen had it already. So the last summary of the day before is kept beside the newest one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db import connection as database
from django.db.models import Count, Max, Min
from django.db.models.functions import Substr
from django.utils import timezone

from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import Authority
from cairn.records.looking import look
from cairn.records.met_on import met_on
from cairn.records.regrouping import Regrouping
from cairn.records.retention import Tombstone
from cairn.records.series import Series
from cairn.records.sightings import Sighting
from cairn.records.status import StatusChange
from cairn.records.summaries import Summary, SummaryFigure
from cairn.statistics.keys import Keys, keys_of_all
from cairn.statistics.looking import looks
from cairn.statistics.people import count_people
from cairn.statistics.series import count_series
from cairn.statistics.waiting import days_to_identification

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from django.db.models import QuerySet

    from cairn.statistics.figures import Counts

RECIRCULATION_STEPS = (1, 2, 6, 21, 101)
"""Where the groups of sightings a media begin: once, 2 to 5, 6 to 20, 21 to 100, and more."""

_MANY_COUNTRIES = 3
_WORK_MEMORY = "256MB"
"""For each step of the counting, so that PostgreSQL hashes in memory what it would sort on disk."""

SIGHTINGS = "sightings"
FIRST_SIGHTINGS = "first-sightings"
RECIRCULATION = "recirculation"
COUNTRIES = "countries"
DAYS = "days-to-identification"
SETTLED = "settled-series"
VICTIMS = "victims-total"


def latest() -> Summary | None:
    """Answer the newest whole summary."""
    return Summary.objects.exclude(finished_at=None).order_by("pk").last()


def is_fresh(summary: Summary | None) -> bool:
    """Answer whether a summary counts everything there is."""
    return summary is not None and summary.extent == _extent()


def of_the_day() -> Summary | None:
    """Answer the summary that the alliance is told today: the last of the days before, else the first."""
    whole = Summary.objects.exclude(finished_at=None).order_by("pk")
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return whole.filter(finished_at__lt=midnight).last() or whole.first()


def refresh(*, with_all: bool = False) -> Summary:
    """Count everything anew, and answer the new summary; those that nobody is told of are deleted.

    Counting millions takes minutes, and holds nobody up meanwhile: all is written at the end. What changes
    while it counts makes the summary one that is not fresh.

    Args:
        with_all: Keep the counts of people and series too, of all and of each authority: who knows all as
            they were, and their own as they are now, could tell the others' apart.
    """
    with look():
        if database.vendor == "postgresql":
            with database.cursor() as cursor:
                cursor.execute(f"SET LOCAL work_mem = '{_WORK_MEMORY}'")
        began, extent = timezone.now(), _extent()
        counted = list(_count(last=extent[0]))
        if with_all:
            counted += _count_by_authority(began.date())
        summary = Summary.objects.create(extent=extent, finished_at=timezone.now())
        # Django would say when the row was written, and asked for is as of when it counts.
        Summary.objects.filter(pk=summary.pk).update(started_at=began)
        rows = [
            SummaryFigure(summary=summary, authority_id=authority, figure=figure, key=key, value=value)
            for authority, figure, key, value in counted
        ]
        SummaryFigure.objects.bulk_create(rows, batch_size=1_000)
        _forget_older(summary)
    summary.started_at = began
    return summary


def _forget_older(summary: Summary) -> None:
    """Delete the summaries before this one but that of the day, and the last: somebody may just read it."""
    told, older = of_the_day(), Summary.objects.filter(pk__lt=summary.pk).order_by("pk")
    last = older.last()
    kept = [each.pk for each in (told, last) if each is not None]
    older.exclude(pk__in=kept).delete()


def cells(summary: Summary, figure: str, authority: int | None) -> dict[str, int]:
    """Answer the kept cells of a figure, of one authority or of all."""
    rows = summary.figures.filter(figure=figure, authority=authority)
    return dict(rows.values_list("key", "value"))


def all_cells(summary: Summary, authority: int | None) -> Counts:
    """Answer all kept cells, of one authority or of all; what was not counted is zero."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for figure, key, value in summary.figures.filter(authority=authority).values_list(
        "figure", "key", "value"
    ):
        found[figure][key] = value
    return found


def has_all(summary: Summary) -> bool:
    """Answer whether a summary keeps the counts of people and series."""
    return bool(cells(summary, VICTIMS, None))


def count_all(keys: Keys, today: date) -> Counts:
    """Answer the counts of people and series as they are now."""
    return {**count_people(keys, today), **count_series(keys, today)}


def _count_by_authority(today: date) -> Iterator[tuple[int | None, str, str, int]]:
    """Yield authority, figure, key and value of every count of people and series."""
    for keys in (keys_of_all(today), *map(Keys, Authority.objects.order_by("pk"))):
        for figure, counts in count_all(keys, today).items():
            yield from ((keys.number, figure, key, number) for key, number in counts.items())


def _extent() -> list[int]:
    """Answer how far each table is that is counted, the sightings first.

    As many may be withdrawn as were taken back: the later withdrawal has a later moment. What is deleted is
    withdrawn before and leaves a tombstone.
    """
    hidden = (Sighting.objects.exclude(withdrawn_at=None), Series.objects.exclude(withdrawn_at=None))
    checks = AuditEvent.objects.filter(tag=AuditTag.CHECK_ANSWERED)
    return [
        _last(Sighting.objects.all()),
        *(rows.count() for rows in hidden),
        *(_moment(rows) for rows in hidden),
        _last(Tombstone.objects.all()),
        _last(StatusChange.objects.exclude(confirmed_at=None)),
        _last(Regrouping.objects.all()),
        _last(checks),
    ]


def _moment(rows: QuerySet[Any]) -> int:
    """Answer the moment of the last withdrawal in microseconds, and 0 where there is none."""
    latest = rows.aggregate(latest=Max("withdrawn_at"))["latest"]
    return 0 if latest is None else int(latest.timestamp() * 1_000_000)


def _last(rows: QuerySet[Any]) -> int:
    return int(rows.aggregate(last=Max("pk"))["last"] or 0)


def _count(*, last: int) -> Iterator[tuple[int | None, str, str, int]]:
    """Yield authority, figure, key and value of every cell.

    What is new to an authority is what it had not met before, whoever else had: its own figures rest on
    nothing that it may not see.
    """
    told = Sighting.objects.filter(pk__lte=last, withdrawn_at=None)
    first = told.filter(pk__in=told.values("media").annotate(first=Min("pk")).values("first"))
    own = told.values("media", "authority").annotate(first=Min("pk")).values("first")
    for authority, key, number in _by_month(told):
        yield authority, SIGHTINGS, key, number
    for key, number in _summed(_by_month(told)).items():
        yield None, SIGHTINGS, key, number
    for authority, key, number in _by_month(told.filter(pk__in=own)):
        yield authority, FIRST_SIGHTINGS, key, number
    for key, number in _summed(_by_month(first)).items():
        yield None, FIRST_SIGHTINGS, key, number
    yield from _grouped(_RECIRCULATION, RECIRCULATION, last, step_of)
    yield from _grouped(_RECIRCULATION_BY_AUTHORITY, RECIRCULATION, last, step_of)
    yield from _grouped(_COUNTRIES, COUNTRIES, last, _countries_of)
    for owner, year, days, number in days_to_identification(last):
        yield from ((owner, DAYS, year, days), (owner, SETTLED, year, number))
    for owner, figure, year, number in looks():
        yield owner, figure, year, number


def _by_month(rows: QuerySet[Sighting]) -> Iterator[tuple[int, str, int]]:
    month = Substr(met_on(), 1, len("2026-03"))
    by = rows.annotate(month=month).values_list("authority", "month", "source").order_by()
    for authority, when, source, number in by.annotate(number=Count("pk")):
        yield authority, f"{when} {source}", number


def _summed(rows: Iterable[tuple[int, str, int]]) -> Mapping[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for _, key, number in rows:
        sums[key] += number
    return sums


# Grouped twice, which Django's own words cannot say: how many media were met how often. DISTINCT first and
# COUNT(*) after it let the database hash instead of sorting every group. Copies in an exhibit count once.
_MET = """
    SELECT DISTINCT media_id, authority_id, exhibit_id FROM records_sighting
    WHERE id <= %s AND withdrawn_at IS NULL"""
_RECIRCULATION = f"""
    SELECT NULL, times, COUNT(*) FROM (
        SELECT COUNT(*) AS times FROM ({_MET}) AS met GROUP BY media_id) AS counted
    GROUP BY times"""  # noqa: S608 - our own words; the value is passed beside them
_RECIRCULATION_BY_AUTHORITY = f"""
    SELECT authority_id, times, COUNT(*) FROM (
        SELECT authority_id, COUNT(*) AS times FROM ({_MET}) AS met
        GROUP BY authority_id, media_id) AS counted
    GROUP BY authority_id, times"""  # noqa: S608 - as above
_COUNTRIES = f"""
    SELECT NULL, countries, COUNT(*) FROM (
        SELECT COUNT(*) AS countries FROM (
            SELECT DISTINCT media_id, country FROM ({_MET}) AS met
            JOIN records_authority ON records_authority.id = authority_id) AS placed
        GROUP BY media_id) AS counted
    GROUP BY countries"""  # noqa: S608 - as above


def _grouped(
    statement: str, figure: str, last: int, key_of: Callable[[int], str]
) -> Iterator[tuple[int | None, str, str, int]]:
    counts: dict[tuple[int | None, str], int] = {}
    with database.cursor() as cursor:
        cursor.execute(statement.strip(), [last])  # A question, to all who look at how it begins.
        for authority, number, media in cursor.fetchall():
            cell = (authority, key_of(number))
            counts[cell] = counts.get(cell, 0) + media
    yield from ((authority, figure, key, media) for (authority, key), media in counts.items())


def _countries_of(number: int) -> str:
    return str(number) if number < _MANY_COUNTRIES else f"{_MANY_COUNTRIES} or more"


def step_of(times: int) -> str:
    """Answer the group of a number of sightings, as ``2 to 5``."""
    for low, high in pairwise(RECIRCULATION_STEPS):
        if times < high:
            return str(low) if high == low + 1 else f"{low} to {high - 1}"
    return f"{RECIRCULATION_STEPS[-1]} or more"
