"""Counts over all sightings, kept in summary rows: made anew in one pass, read in no time.

A new summary is counted beside the old one and takes its place when it is whole; a crash leaves the old one.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db import connection as database
from django.db import transaction
from django.db.models import CharField, Count, Func, Max, Min
from django.db.models.functions import Coalesce
from django.utils import timezone

from cairn.records.sightings import Sighting
from cairn.records.summaries import Summary, SummaryFigure
from cairn.statistics.waiting import days_to_identification

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models import QuerySet
    from django.db.models.sql.compiler import SQLCompiler

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


MET_AT = Coalesce("found_at", "recorded_at")
"""When content was met: as its authority says, else when it was recorded."""


class Month(Func):
    """A moment's month in UTC as ``2026-03``; the database's own words for it, as Python's are slow there."""

    output_field = CharField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra_context: Any) -> Any:
        """SQLite keeps moments as text that begins with year and month."""
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 1, 7)", **extra_context)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **rest: Any) -> Any:
        """PostgreSQL keeps them as moments."""
        template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM')"
        return self.as_sql(compiler, connection, template=template, **rest)


def latest() -> Summary | None:
    """Answer the newest whole summary."""
    return Summary.objects.exclude(finished_at=None).order_by("pk").last()


def is_fresh(summary: Summary | None) -> bool:
    """Answer whether a summary counts every sighting there is."""
    return summary is not None and (summary.last_sighting, summary.withdrawn) == _extent()


def refresh() -> Summary:
    """Count everything anew, and answer the new summary; older ones are deleted."""
    with transaction.atomic():
        if database.vendor == "postgresql":
            with database.cursor() as cursor:
                cursor.execute(f"SET LOCAL work_mem = '{_WORK_MEMORY}'")
        last, withdrawn = _extent()
        summary = Summary.objects.create(last_sighting=last, withdrawn=withdrawn)
        rows = [
            SummaryFigure(summary=summary, authority_id=authority, figure=figure, key=key, value=value)
            for authority, figure, key, value in _count(last)
        ]
        SummaryFigure.objects.bulk_create(rows, batch_size=1_000)
        summary.finished_at = timezone.now()
        summary.save(update_fields=["finished_at"])
        Summary.objects.filter(pk__lt=summary.pk).delete()
    return summary


def cells(summary: Summary, figure: str, authority: int | None) -> dict[str, int]:
    """Answer the kept cells of a figure, of one authority or of all."""
    rows = summary.figures.filter(figure=figure, authority=authority)
    return dict(rows.values_list("key", "value"))


def _extent() -> tuple[int, int]:
    last = Sighting.objects.aggregate(last=Max("pk"))["last"] or 0
    return last, Sighting.objects.exclude(withdrawn_at=None).count()


def _count(last: int) -> Iterator[tuple[int | None, str, str, int]]:
    """Yield authority, figure, key and value of every cell."""
    told = Sighting.objects.filter(pk__lte=last, withdrawn_at=None)
    first = told.filter(pk__in=told.values("media").annotate(first=Min("pk")).values("first"))
    for figure, rows in ((SIGHTINGS, told), (FIRST_SIGHTINGS, first)):
        totals: dict[str, int] = {}
        for authority, month, source, number in _by_month(rows):
            key = f"{month} {source}"
            totals[key] = totals.get(key, 0) + number
            yield authority, figure, key, number
        yield from ((None, figure, key, number) for key, number in totals.items())
    yield from _grouped(_RECIRCULATION, RECIRCULATION, last, step_of)
    yield from _grouped(_RECIRCULATION_BY_AUTHORITY, RECIRCULATION, last, step_of)
    yield from _grouped(_COUNTRIES, COUNTRIES, last, _countries_of)
    for owner, year, days, number in days_to_identification(last):
        yield from ((owner, DAYS, year, days), (owner, SETTLED, year, number))


def _by_month(rows: QuerySet[Sighting]) -> Iterable[tuple[int, str, str, int]]:
    by = rows.values_list("authority", Month(MET_AT), "source").order_by()
    return by.annotate(number=Count("pk"))


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
        cursor.execute(statement, [last])
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
