"""Victims identified and safeguarded, offenders identified and arrested: by year, by country, and a day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import Count
from django.db.models.functions import Substr

from cairn.records.met_on import Day
from cairn.records.people import Offender, Support, Victim
from cairn.statistics.figures import Unit, computed, counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from django.db.models import QuerySet

    from cairn.statistics.figures import Counts, Figure
    from cairn.statistics.keys import Keys

DAYS_A_YEAR = 365
LATELY = "last 365 days"


def count_people(keys: Keys, today: date) -> Counts:
    """Answer how many victims and offenders there are, by the name of each figure and its keys."""
    victims, offenders = Victim.objects.filter(keys.owned), Offender.objects.filter(keys.owned)
    identified = victims.exclude(identified_on=None)
    lately = identified.filter(
        identified_on__gt=today - timedelta(days=DAYS_A_YEAR), identified_on__lte=today
    )
    return {
        "victims-total": {"ever": identified.count()},
        "victims-a-day": {LATELY: lately.count()},
        "victims-by-country": by_value(identified, "country"),
        "victims-supported": by_value(identified, "support"),
        "victims-identified": by_year(victims, "identified_on"),
        "victims-safeguarded": by_year(victims, "safeguarded_on"),
        "offenders-identified": by_year(offenders, "identified_on"),
        "offenders-arrested": by_year(offenders, "arrested_on"),
    }


def people(keys: Keys, counts: Counts) -> Iterator[Figure]:
    """Yield the figures of victims and offenders from what ``count_people`` has counted."""
    yield counted("victims-total", "Victims identified, in all", Unit.VICTIMS, counts["victims-total"])
    lately = counts["victims-a-day"][LATELY]
    yield computed(
        "victims-a-day",
        "Victims identified a day, over the last 365 days",
        Unit.PER_DAY,
        {LATELY: lately / DAYS_A_YEAR},
        records={LATELY: lately},
    )
    words, by_country = "Victims identified, by the victim's country", counts["victims-by-country"]
    yield counted("victims-by-country", words, Unit.VICTIMS, by_country, every=keys.countries)
    support = {str(Support(key).label): each for key, each in counts["victims-supported"].items()}
    labels = [str(each.label) for each in Support] if keys.authority is None else []
    words = "Identified victims, by whether support was given"
    yield counted("victims-supported", words, Unit.VICTIMS, support, every=labels)
    for name, words, unit in (
        ("victims-identified", "Victims identified, by year", Unit.VICTIMS),
        ("victims-safeguarded", "Victims safeguarded, by year", Unit.VICTIMS),
        ("offenders-identified", "Offenders identified, by year", Unit.OFFENDERS),
        ("offenders-arrested", "Offenders arrested, by year", Unit.OFFENDERS),
    ):
        yield counted(name, words, unit, counts[name], every=keys.years)


def by_year(rows: QuerySet[Victim] | QuerySet[Offender], field: str) -> dict[str, int]:
    """Answer how many rows there are in each year of a day that not all of them have."""
    return dict(_grouped(rows.exclude(**{field: None}), Substr(Day(field), 1, len("2026"))))


def by_value(rows: QuerySet[Victim] | QuerySet[Offender], field: str) -> dict[str, int]:
    """Answer how many rows there are with each value of a field."""
    return dict(_grouped(rows, field))


def _grouped(rows: QuerySet[Victim] | QuerySet[Offender], by: str | Substr) -> Iterable[tuple[str, int]]:
    return rows.order_by().values_list(by).annotate(number=Count("pk"))
