"""Same work: two authorities work on one series whose victim nobody has identified yet.

An authority works on a series once it has registered sightings of media in it, has put media into it, or has
a claim on it that has not run out. Each is told of each other, as far as it may know: it must see the series,
and at least one sign of the other's work, through the access door. A third one that joins is told of both,
and both of it. The hub is told of every two that it may know of.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, permutations
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils import timezone

from cairn.records.access import visible_sightings, visible_to
from cairn.records.alerts import AlertKind
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.batches import parts
from cairn.records.lock import node_work
from cairn.records.series import Claim, Series, SeriesMedia
from cairn.records.sightings import Sighting
from cairn.services.alerting.raising import News, raise_alerts, recipient, untold
from cairn.services.series.family import families
from cairn.types import SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from cairn.records.users import Actor

UNSETTLED = [status.value for status in SeriesStatus if not status.is_settled]
POLICE = (AuthorityKind.UNIT, AuthorityKind.HUB)
"""Who works on series; a hotline or a company that has reported something does not."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Where work shows: what may be looked at."""

    sightings: QuerySet[Sighting]
    memberships: QuerySet[SeriesMedia]
    claims: QuerySet[Claim]

    @classmethod
    def all(cls) -> Signs:
        """Answer every sign there is; for deciding whom to ask for, never for telling."""
        rows = Sighting.objects.filter(withdrawn_at=None)
        return cls(rows, SeriesMedia.objects.all(), Claim.objects.all())

    @classmethod
    def seen_by(cls, actor: Actor) -> Signs:
        """Answer the signs that an actor may see, on series that the actor may see."""
        return cls(visible_sightings(actor), visible_to(actor, SeriesMedia), visible_to(actor, Claim))


def workers(numbers: Collection[int], signs: Signs) -> Mapping[int, set[int]]:
    """Answer for each of these series which police authorities work on it, by these signs.

    A claim on what was merged into a series is one on the series.
    """
    went = families(numbers)
    found: defaultdict[int, set[int]] = defaultdict(set)
    seen = signs.sightings.filter(authority__kind__in=POLICE, media__seriesmedia__series__in=numbers)
    put = signs.memberships.filter(added_by__kind__in=POLICE, series__in=numbers)
    claimed = signs.claims.filter(authority__kind__in=POLICE, ends_at__gt=timezone.now())
    pairs = (
        seen.values_list(F("media__seriesmedia__series"), "authority"),
        put.values_list("series", "added_by"),
        claimed.filter(series__in=went).values_list("series", "authority"),
    )
    for rows in pairs:
        for series, authority in rows.distinct():
            if series in went:
                found[went[series]].add(authority)
    return found


@node_work("others are told what they may know")
def work_changed(numbers: Collection[int]) -> None:
    """Tell those who now work on the same unsettled series of each other, in the transaction of the act.

    To be called with the series' ids wherever work can begin or become visible: after sightings were
    registered, media were put into a series or moved between series, a claim was made, a handling opened, or
    a settled series was taken up again.

    Raises:
        IntegrityError: No transaction is open (``alert.unbound``).
    """
    for some in parts(sorted(numbers)):
        raise_alerts(_known_to_readers(untold(_possible(some))))


def _possible(numbers: Collection[int]) -> Sequence[News]:
    """Answer what there is to tell of these series, to whom it may be told left open."""
    unsettled = Series.objects.filter(
        pk__in=numbers, status__in=UNSETTLED, merged_into=None, withdrawn_at=None
    ).in_bulk()
    shared = {number: row for number, row in workers(unsettled, Signs.all()).items() if len(row) > 1}
    if not shared:
        return []
    involved = Authority.objects.in_bulk(set().union(*shared.values()))
    hubs = list(Authority.objects.filter(kind=AuthorityKind.HUB))
    told: list[News] = []
    for number, row in shared.items():
        told.extend(
            _told(involved[reader], unsettled[number], involved[other])
            for reader, other in permutations(sorted(row), 2)
        )
        for hub in hubs:
            pairs = combinations(sorted(row - {hub.pk}), 2)
            told.extend(_told_to_hub(hub, unsettled[number], pair) for pair in pairs)
    return told


def _known_to_readers(news: Sequence[News]) -> Iterator[News]:
    """Yield what shows to its reader: each must see a sign of the work that it is told of."""
    by_reader: defaultdict[Authority, list[News]] = defaultdict(list)
    for each in news:
        by_reader[each.to].append(each)
    for reader, mine in by_reader.items():
        numbers = {each.series.pk for each in mine if each.series is not None}
        known = workers(numbers, Signs.seen_by(recipient(reader)))
        for each in mine:
            if each.series is not None and _workers_in(each) <= known.get(each.series.pk, set()):
                yield each


def _workers_in(news: News) -> set[int]:
    pair = news.facts.get("authorities")
    if isinstance(pair, list):
        return set(pair)
    return set() if news.about is None else {news.about.pk}


def _told(reader: Authority, series: Series, other: Authority) -> News:
    return News(AlertKind.SAME_WORK, reader, f"same-work:{series.pk}:{other.pk}", series, other)


def _told_to_hub(hub: Authority, series: Series, pair: Sequence[int]) -> News:
    key = f"same-work:{series.pk}:{pair[0]}:{pair[1]}"
    return News(AlertKind.SAME_WORK, hub, key, series, facts={"authorities": list(pair)})


class WorkWatch:
    """Notices, batch by batch of one registering, on which series somebody begins to work."""

    def __init__(self) -> None:
        """Have noticed nothing yet."""
        self._noticed: set[tuple[int, int]] = set()

    @node_work("others are told what they may know")
    def registered(self, media: Collection[int]) -> None:
        """Tell of what these media, just registered, make true; in the transaction that registers them.

        Raises:
            IntegrityError: No transaction is open (``alert.unbound``).
        """
        at_work = Sighting.objects.filter(
            media__in=media,
            withdrawn_at=None,
            authority__kind__in=POLICE,
            media__seriesmedia__series__status__in=UNSETTLED,
        )
        pairs = at_work.values_list(F("media__seriesmedia__series"), "authority").order_by().distinct()
        fresh = set(pairs) - self._noticed
        work_changed({series for series, _ in fresh})
        self._noticed |= fresh
