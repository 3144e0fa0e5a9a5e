"""Who sees a series, as a set, so that a wider audience can be told from a narrower one.

What an authority has seen it has seen: an audience can be narrowed again, and what was learned stays
learned. So nothing widens an audience but the owner's own word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.types import Handling

if TYPE_CHECKING:
    from cairn.records.series import Series


@dataclass(frozen=True, slots=True)
class Audience:
    """Who sees a series.

    Attributes:
        everybody: Every police authority of the alliance.
        authorities: The ids of those who see it whether everybody does or not; its owner and its lead are.
    """

    everybody: bool
    authorities: frozenset[int]

    def is_within(self, other: Audience) -> bool:
        """Answer whether nobody is in this audience who is not in the other."""
        return other.everybody or (not self.everybody and self.authorities <= other.authorities)


def audience_of(series: Series) -> Audience:
    """Answer who sees a series as it is handled now."""
    named = series.named.values_list("pk", flat=True) if series.handling == Handling.NAMED else ()
    holders = frozenset({series.owner_id, series.lead_id})
    return audience(Handling(series.handling), holders=holders, named=frozenset(named))


def audience(handling: Handling, *, holders: frozenset[int], named: frozenset[int] = frozenset()) -> Audience:
    """Answer who would see a series, handled so, of which these are the owner and the lead."""
    return Audience(handling is Handling.ALLIANCE, named | holders)
