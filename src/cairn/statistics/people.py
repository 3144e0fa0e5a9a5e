"""Victims identified and safeguarded, offenders identified and arrested: by year, by country, and a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count
from django.db.models.functions import ExtractYear

from cairn.records.people import Offender, Support, Victim
from cairn.statistics.figures import Unit, computed, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from django.db.models import QuerySet

    from cairn.statistics.figures import Figure
    from cairn.statistics.keys import Keys

DAYS_A_YEAR = 365


def people(keys: Keys, today: date) -> Iterator[Figure]:
    """Yield the figures of victims and offenders."""
    victims, offenders = Victim.objects.filter(keys.owned), Offender.objects.filter(keys.owned)
    identified = victims.exclude(identified_on=None)
    number = {"ever": identified.count()}
    yield counted("victims-total", "Victims identified, in all", Unit.VICTIMS, number)
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
    words = "Victims identified, by the victim's country"
    yield counted(
        "victims-by-country", words, Unit.VICTIMS, by_value(identified, "country"), every=keys.countries
    )
    support = {str(Support(key).label): each for key, each in by_value(identified, "support").items()}
    labels = [str(each.label) for each in Support] if keys.authority is None else []
    words = "Identified victims, by whether support was given"
    yield counted("victims-supported", words, Unit.VICTIMS, support, every=labels)
    by_day: tuple[tuple[str, str, Unit, QuerySet[Victim] | QuerySet[Offender], str], ...] = (
        ("victims-identified", "Victims identified, by year", Unit.VICTIMS, victims, "identified_on"),
        ("victims-safeguarded", "Victims safeguarded, by year", Unit.VICTIMS, victims, "safeguarded_on"),
        ("offenders-identified", "Offenders identified, by year", Unit.OFFENDERS, offenders, "identified_on"),
        ("offenders-arrested", "Offenders arrested, by year", Unit.OFFENDERS, offenders, "arrested_on"),
    )
    for name, words, unit, rows, day in by_day:
        yield counted(name, words, unit, by_year(rows.exclude(**{day: None}), day), every=keys.years)


def by_year(rows: QuerySet[Victim] | QuerySet[Offender], field: str) -> dict[str, int]:
    """Answer how many rows there are in each year of a day that they have."""
    return {str(year): number for year, number in _grouped(rows, ExtractYear(field))}


def by_value(rows: QuerySet[Victim] | QuerySet[Offender], field: str) -> dict[str, int]:
    """Answer how many rows there are with each value of a field."""
    return dict(_grouped(rows, field))


def _grouped(rows: QuerySet[Victim] | QuerySet[Offender], by: str | ExtractYear) -> Iterable[tuple[str, int]]:
    return rows.order_by().values_list(by).annotate(number=Count("pk"))
