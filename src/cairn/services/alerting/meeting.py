"""Meetings: a check has met series of others, and those who hold them are told by whom.

Whoever owns a series, leads it or has a claim on it holds it. They are told once of each case, and once more
when what was only looked at is registered; a check that belongs to no case is told once for its command.
A look is told as much as a registration: two who look at the same thing should speak with each other before
either acts. Where the asker may not see the series, its holders are told so, and the asker nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.records.alerts import Alert, AlertKind
from cairn.records.batches import parts
from cairn.records.lock import node_work
from cairn.records.series import Series
from cairn.services.alerting.raising import News, raise_alerts
from cairn.services.series.family import claimants
from cairn.types import Handling

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from cairn.records.authorities import Authority
    from cairn.records.jobs import Check
    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class Meeting:
    """How many files of a check are byte for byte in a series, and how many more are similar to it."""

    exact: int
    similar: int


@dataclass(frozen=True, slots=True)
class Met:
    """The series that a check met, by the records' numbers: those the asker was told of, and the others.

    Attributes:
        seen: Those the asker was told of.
        unseen: The others.
        lists: The hash lists that the asker was told of.
    """

    seen: Mapping[int, Meeting]
    unseen: Mapping[int, Meeting]
    lists: frozenset[int] = frozenset()


@node_work("others are told what they may know")
def tell_holders(run: Check, met: Met, *, asker: Actor, registered: bool) -> None:
    """Tell those who hold the series what was met, in the transaction that answers the check.

    Raises:
        IntegrityError: No transaction is open (``alert.unbound``).
    """
    numbers = sorted(met.seen.keys() | met.unseen.keys())
    for some in parts(numbers):
        rows = _holders(some)
        news = [
            _news(run, met, series, holder, asker=asker, registered=registered)
            for series, holders in rows
            for holder in holders
            if holder.pk != asker.authority.pk
        ]
        raise_alerts(news if registered else _without_registered(news))


def _holders(numbers: Collection[int]) -> Iterator[tuple[Series, Collection[Authority]]]:
    """Yield each series with its owner, its lead, and those whose claim on it, or in its family, stands."""
    claimed = claimants(numbers)
    for series in Series.objects.filter(pk__in=numbers).select_related("owner", "lead"):
        yield series, {series.owner, series.lead, *claimed.get(series.pk, ())}


def _news(run: Check, met: Met, series: Series, holder: Authority, *, asker: Actor, registered: bool) -> News:
    is_seen = series.pk in met.seen
    meeting = met.seen[series.pk] if is_seen else met.unseen[series.pk]
    is_blind = not is_seen and series.handling == Handling.BLIND
    return News(
        kind=AlertKind.BLIND_MET if is_blind else AlertKind.MET,
        to=holder,
        once=_once(run, series, asker, registered=registered),
        series=series,
        about=asker.authority,
        facts={
            "case": run.case_id,
            "exact": meeting.exact,
            "similar": meeting.similar,
            "registered": registered,
            "asker_told": is_seen,
        },
    )


def _once(run: Check, series: Series, asker: Actor, *, registered: bool) -> str:
    place = f"check-{bytes(run.request_digest).hex()}" if run.case_id is None else f"case-{run.case_id}"
    return f"met:{series.pk}:{asker.authority.pk}:{place}:{'registered' if registered else 'looked'}"


def _without_registered(news: Sequence[News]) -> Sequence[News]:
    """Leave out looks at what the same case has registered already: that was the greater news."""
    greater = {each.once: each.once.replace(":looked", ":registered") for each in news}
    rows = Alert.objects.filter(once_key__in=set(greater.values()), kind__in={each.kind for each in news})
    told = set(rows.values_list("authority", "once_key"))
    return [each for each in news if (each.to.pk, greater[each.once]) not in told]
