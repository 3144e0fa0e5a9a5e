"""Following: who subscribed to a series, a country or a search is told when something happens there.

Looked at when things happen: once at the end of a registering, and at a change of status. The door is asked
once for each authority that follows anything of the kind; whether a search fits is decided here, series by
series, so that a thousand subscriptions cost no more questions than one.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from cairn.records.access import visible_series, visible_sightings
from cairn.records.alerts import AlertKind, Subscription
from cairn.records.lock import node_work
from cairn.records.series import Series, SeriesMarker
from cairn.services.alerting.raising import News, raise_alerts, recipient
from cairn.services.alerting.searches import Search
from cairn.services.series.family import claimants

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from cairn.records.authorities import Authority
    from cairn.records.cases import Exhibit
    from cairn.records.jobs import Check
    from cairn.records.sightings import Sighting
    from cairn.records.status import StatusChange

_OF_SERIES = Q(series__isnull=False) | Q(search__isnull=False)


@node_work("others are told what they may know")
def tell_of_registering(run: Check, exhibit: Exhibit, *, by: Authority) -> None:
    """Tell the followers what a check has registered, once for each check.

    Raises:
        IntegrityError: No transaction is open (``alert.unbound``).
    """
    for authority, mine in _by_authority(Q(country=by.country) | _OF_SERIES, but=by).items():
        seen = visible_sightings(recipient(authority))
        fresh = seen.filter(exhibit=exhibit, recorded_at__gte=run.started_at)
        in_country = [each for each in mine if each.country]
        in_series = [each for each in mine if not each.country]
        raise_alerts([*_in_country(run, in_country, fresh, by=by), *_in_series(run, in_series, fresh, by=by)])


def _in_country(
    run: Check, mine: Sequence[Subscription], fresh: QuerySet[Sighting], *, by: Authority
) -> Iterator[News]:
    sightings = fresh.count() if mine else 0
    for each in mine if sightings else ():
        yield _news(AlertKind.COUNTRY, each, f"run-{run.pk}", by=by, facts={"sightings": sightings})


def _in_series(
    run: Check, mine: Sequence[Subscription], fresh: QuerySet[Sighting], *, by: Authority
) -> Iterator[News]:
    counts = _media_by_series(fresh) if mine else {}
    touched = (
        visible_series(recipient(mine[0].authority)).filter(pk__in=counts)
        if counts
        else Series.objects.none()
    )
    series = list(touched.select_related("owner"))
    markers = _markers(series)
    for each in mine:
        search = _search(each)
        for row in series:
            if counts[row.pk] >= search.min_new and _is_about(each, search, row, markers[row.pk]):
                facts = {"media": counts[row.pk]}
                yield _news(_kind(each), each, f"run-{run.pk}", by=by, series=row, facts=facts)


def _media_by_series(fresh: QuerySet[Sighting]) -> Mapping[int, int]:
    """Answer how many media of each series are among these sightings."""
    rows = fresh.filter(media__seriesmedia__isnull=False).values_list("media__seriesmedia__series")
    return dict(rows.annotate(met=Count("media", distinct=True)).order_by())


@node_work("others are told what they may know")
def tell_followers(change: StatusChange) -> None:
    """Tell those who hold or follow a series that its status has changed.

    Raises:
        IntegrityError: No transaction is open (``alert.unbound``).
    """
    series = change.series
    if series is None:
        return
    facts = {"change": change.pk}
    holders = _holders(series)
    held = [
        News(AlertKind.STATUS, holder, f"status:{change.pk}", series, change.authority, facts)
        for holder in holders
    ]
    markers = _markers([series])[series.pk]
    followed = [
        _news(_kind(each), each, f"change-{change.pk}", by=change.authority, series=series, facts=facts)
        for mine in _by_authority(_OF_SERIES, but=change.authority).values()
        for each in mine
        if _is_about(each, _search(each), series, markers)
    ]
    # Whoever holds it is told as a holder; but for an e-mail that somebody asked for.
    raise_alerts([*held, *(news for news in followed if news.to not in holders or news.followers)])


def _holders(series: Series) -> set[Authority]:
    return {series.owner, series.lead, *claimants([series.pk]).get(series.pk, ())}


def _by_authority(wanted: Q, *, but: Authority) -> Mapping[Authority, Sequence[Subscription]]:
    """Answer the subscriptions of that kind of each authority but one."""
    mine: defaultdict[Authority, list[Subscription]] = defaultdict(list)
    rows = Subscription.objects.filter(wanted).exclude(authority=but).select_related("authority")
    for each in rows.order_by("pk"):
        mine[each.authority].append(each)
    return mine


def _markers(series: Collection[Series]) -> Mapping[int, set[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    rows = SeriesMarker.objects.filter(series__in=[row.pk for row in series])
    for number, marker in rows.values_list("series", "marker"):
        found[number].add(marker)
    return found


def _search(subscription: Subscription) -> Search:
    """Answer the filters of a subscription; one to a series has none."""
    return Search() if subscription.search is None else Search.from_record(subscription.search)


def _is_about(subscription: Subscription, search: Search, series: Series, markers: set[str]) -> bool:
    if subscription.search is None:
        return subscription.series_id == series.pk
    return search.fits(series, markers=markers)


def _kind(subscription: Subscription) -> AlertKind:
    return AlertKind.STATUS if subscription.search is None else AlertKind.SEARCH


def _news(
    kind: AlertKind,
    subscription: Subscription,
    event: str,
    *,
    by: Authority,
    series: Series | None = None,
    facts: Mapping[str, int],
) -> News:
    about = 0 if series is None else series.pk
    user = subscription.user_id if subscription.by_email else None
    return News(
        kind=kind,
        to=subscription.authority,
        once=f"follow:{subscription.pk}:{about}:{event}",
        series=series,
        about=by,
        facts={"subscription": subscription.pk, **facts},
        followers=frozenset() if user is None else frozenset({user}),
    )
