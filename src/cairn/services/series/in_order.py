"""The order of the list of series, most urgent first, then by owner and name: a page without sorting all.

The order is in no index, for an owner's code stands in another table: a database would sort a hundred
thousand series to show fifty. So it is told whose series come next, which is known from counting them, and
sorts no others.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Case, When

from cairn.records.series import Priority

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from cairn.records.series import Series
    from cairn.services.series.how_many import Groups


class Place(NamedTuple):
    """Series of one urgency and one owner, which stand together in the list; from a name on, or all."""

    priority: str
    owner: int
    after: str | None = None

    def then(self, number: int) -> When:
        """Answer how a database is told that these have this place."""
        later = {} if self.after is None else {"name__gt": self.after}
        return When(priority=self.priority, owner=self.owner, then=number, **later)


def places_after(last: Series | None, groups: Groups, most: int) -> list[Place]:
    """Answer the places that come after a series, in their order: as many as hold so many series.

    Args:
        last: The series; ``None`` for the beginning of the list.
        groups: How many there are of each kind.
        most: How many are wanted.
    """
    numbers = Counter[tuple[int, str, int]]()
    for group, number in groups.items():
        numbers[_URGENCY[group.priority], group.code, group.owner] += number
    begins = None if last is None else (_URGENCY[Priority(last.priority)], last.owner.code)
    found: list[Place] = []
    for urgency, code, owner in sorted(numbers):
        if most <= 0:
            break
        if last is not None and begins == (urgency, code):
            found.append(Place(last.priority, owner, last.name))
        elif begins is None or begins < (urgency, code):
            found.append(Place(_PRIORITIES[urgency], owner))
            most -= numbers[urgency, code, owner]
    return found


_PRIORITIES = tuple(reversed(Priority))
_URGENCY = {priority: place for place, priority in enumerate(_PRIORITIES)}


def in_order(rows: QuerySet[Series], places: Sequence[Place]) -> QuerySet[Series]:
    """Answer those of the series that have these places, in their order."""
    if not places:
        return rows.none()
    given = Case(*(place.then(number) for number, place in enumerate(places)), default=-1)
    theirs = rows.filter(owner__in={place.owner for place in places})
    return theirs.annotate(place=given).filter(place__gte=0).order_by("place", "name")
