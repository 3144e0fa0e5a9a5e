"""Whom do I ask? The countries of the alliance, their units, and how to reach them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import render

from cairn.records.access import Act
from cairn.services.directory.authorities import authorities
from cairn.services.directory.countries import countries
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from cairn.records.authorities import Authority
    from cairn.records.users import Actor
    from cairn.services.directory.countries import CountryRow


@dataclass(frozen=True, slots=True)
class Country:
    """One country, and its authorities: units first."""

    row: CountryRow
    authorities: tuple[Authority, ...]


@page(Act.DIRECTORY_READ)
def directory(request: DeskRequest) -> HttpResponse:
    """Show every country of the alliance, with or without a unit."""
    shown = tuple(_countries(request.actor))
    connected = sum(each.row.connected_since is not None for each in shown)
    values = {"countries": shown, "connected": connected}
    return render(request, "casework/directory.html", values)


def _countries(actor: Actor) -> Iterator[Country]:
    rows = countries(actor)
    found: defaultdict[str, list[Authority]] = defaultdict(list)
    for authority in authorities():
        found[authority.country].append(authority)
    for row in rows:
        units_first = sorted(found[row.country], key=lambda each: (each.code not in row.units, each.code))
        yield Country(row, tuple(units_first))
