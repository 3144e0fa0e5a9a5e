"""Victims identified and safeguarded, offenders identified and arrested: by year, by country, and a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.db.models.functions import ExtractYear

from cairn.records.people import Offender, Support, Victim
from cairn.statistics.figures import Unit, computed, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from django.db.models import QuerySet

    from cairn.records.authorities import Authority
    from cairn.statistics.figures import Figure

DAYS_A_YEAR = 365


def people(authority: Authority | None, today: date) -> Iterator[Figure]:
    """Yield the figures of victims and offenders, of one authority or of all."""
    told = Q(withdrawn_at=None) if authority is None else Q(withdrawn_at=None, owner=authority)
    victims, offenders = Victim.objects.filter(told), Offender.objects.filter(told)
    identified = victims.exclude(identified_on=None)
    yield counted("victims-identified", "Victims identified, by year", Unit.VICTIMS, by_year(identified))
    yield counted(
        "victims-by-country",
        "Victims identified, by the victim's country",
        Unit.VICTIMS,
        by_value(identified, "country"),
    )
    lately = identified.filter(
        identified_on__gt=today - timedelta(days=DAYS_A_YEAR), identified_on__lte=today
    ).count()
    yield computed(
        "victims-a-day",
        "Victims identified a day, over the last 365 days",
        Unit.PER_DAY,
        {"last 365 days": lately / DAYS_A_YEAR},
        records={"last 365 days": lately},
    )
    yield counted(
        "victims-safeguarded",
        "Victims safeguarded, by year",
        Unit.VICTIMS,
        by_year(victims.exclude(safeguarded_on=None), "safeguarded_on"),
    )
    yield counted(
        "victims-supported",
        "Identified victims, by whether support was given",
        Unit.VICTIMS,
        {str(Support(key).label): number for key, number in by_value(identified, "support").items()},
    )
    yield counted(
        "offenders-identified",
        "Offenders identified, by year",
        Unit.OFFENDERS,
        by_year(offenders.exclude(identified_on=None)),
    )
    yield counted(
        "offenders-arrested",
        "Offenders arrested, by year",
        Unit.OFFENDERS,
        by_year(offenders.exclude(arrested_on=None), "arrested_on"),
    )


def by_year(rows: QuerySet[Victim] | QuerySet[Offender], field: str = "identified_on") -> dict[str, int]:
    """Answer how many rows there are in each year of a day that they have."""
    return {str(year): number for year, number in _grouped(rows, ExtractYear(field))}


def by_value(rows: QuerySet[Victim] | QuerySet[Offender], field: str) -> dict[str, int]:
    """Answer how many rows there are with each value of a field."""
    return dict(_grouped(rows, field))


def _grouped(rows: QuerySet[Victim] | QuerySet[Offender], by: str | ExtractYear) -> Iterable[tuple[str, int]]:
    return rows.order_by().values_list(by).annotate(number=Count("pk"))
