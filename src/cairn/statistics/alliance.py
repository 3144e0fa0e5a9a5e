"""The alliance itself: countries that are members, that have a dedicated unit, and that are connected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.records.authorities import AllianceCountry, Authority, AuthorityKind
from cairn.statistics.figures import Cell, Figure, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def alliance() -> Iterator[Figure]:
    """Yield the figures of countries and units. They are no secret: the directory shows them one by one."""
    units = Authority.objects.filter(kind=AuthorityKind.UNIT)
    connected = units.exclude(connected_since=None)
    members = set(AllianceCountry.objects.values_list("code", flat=True))
    with_unit = set(units.values_list("country", flat=True))
    yield _told(
        "countries",
        "Countries of the alliance",
        Unit.COUNTRIES,
        {
            "members": len(members),
            "with a dedicated unit": len(with_unit),
            "members without a unit": len(members - with_unit),
            "connected": len(set(connected.values_list("country", flat=True))),
        },
    )
    counts = {"recorded": units.count(), "connected": connected.count()}
    yield _told("units", "Dedicated units", Unit.UNITS, counts)


def _told(name: str, words: str, unit: Unit, counts: Mapping[str, int]) -> Figure:
    return Figure(name, words, unit, tuple(Cell(key, number) for key, number in counts.items()))
