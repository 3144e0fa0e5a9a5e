"""Whose records are counted, and over which years and countries: also those in which there is nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from cairn.records.authorities import AllianceCountry, Authority
from cairn.records.people import Victim

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Keys:
    """What the cells of figures are.

    Attributes:
        authority: Whose records; ``None`` for all.
        years: Every year that is told of, whether there is anything in it or not; empty for one authority,
            which sees its own records anyway.
        countries: Every country, as above.
    """

    authority: Authority | None
    years: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()

    @property
    def number(self) -> int | None:
        """The authority's number in the records."""
        return None if self.authority is None else self.authority.pk

    @property
    def owned(self) -> Q:
        """The condition on a record that counts: nobody has withdrawn it, and it is whose it must be."""
        told = Q(withdrawn_at=None)
        return told if self.authority is None else told & Q(owner=self.authority)


YEARS_TOLD = 5
"""How many years the alliance is always told of."""


def keys_of_all(today: date) -> Keys:
    """Answer what the alliance is told of: the last years, and every country there is."""
    countries = {
        *AllianceCountry.objects.values_list("code", flat=True),
        *Authority.objects.values_list("country", flat=True),
        *Victim.objects.values_list("country", flat=True).distinct(),
    }
    years = (str(today.year - back) for back in range(YEARS_TOLD))
    return Keys(None, tuple(sorted(years)), tuple(sorted(countries)))
