"""Raising alerts: the one way by which an authority is told of something.

An alert is written in the transaction of the act that makes it true, so neither stands without the other.
It is looked at through the access door as its recipient: nobody is told of a series that they may not know.
The same thing is told once, however often the act is repeated.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from cairn.errors import IntegrityError
from cairn.records.access import visible_series
from cairn.records.alerts import Alert, AlertKind, OutgoingMail, Subscription
from cairn.records.batches import parts
from cairn.records.lock import node_work
from cairn.records.users import MATERIAL_ROLES, Actor

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cairn.records.authorities import Authority
    from cairn.records.series import Series

Fact: TypeAlias = int | bool | str | list[int] | None
"""A record's number, a count, or a date in ISO form: never a name, a path, a hash or what somebody wrote."""

BATCH_ALERTS = 200
"""Alerts a statement: each has a key to look for, and SQLite takes at most 999 values at once."""


@dataclass(frozen=True, slots=True)
class News:
    """Something that an authority is to be told.

    Attributes:
        kind: What happened.
        to: Who is told.
        once: What keeps it from being told twice to the same authority; at most 200 characters.
        series: The series, where it is about one; who may not see that series is not told.
        about: The other authority, where there is one; nobody is told of what they did themselves.
        facts: Record ids, counts and dates.
        followers: The ids of persons who asked for an e-mail of this in particular.
    """

    kind: AlertKind
    to: Authority
    once: str
    series: Series | None = None
    about: Authority | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    followers: frozenset[int] = frozenset()

    @property
    def key(self) -> tuple[int, str]:
        """Answer what is unique of it."""
        return self.to.pk, self.once


def recipient(authority: Authority) -> Actor:
    """Answer an authority as its alerts are read: by those of its people who work with material."""
    return Actor(authority, MATERIAL_ROLES)


def raise_alert(
    kind: AlertKind,
    *,
    to: Authority,
    once: str,
    series: Series | None = None,
    about: Authority | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> Alert | None:
    """Tell one authority one thing; answer the alert, or ``None`` where nothing new may be told.

    Raises:
        IntegrityError: No transaction is open (``alert.unbound``).
    """
    raised = raise_alerts([News(kind, to, once, series, about, facts or {})])
    return raised[0] if raised else None


@node_work("others are told what they may know")
def raise_alerts(news: Iterable[News]) -> Sequence[Alert]:
    """Tell everything that may be told and was not told before; answer the alerts that are new.

    Raises:
        IntegrityError: No transaction is open, so that the act and its alert could part (``alert.unbound``).
    """
    if not transaction.get_connection().in_atomic_block:
        raise IntegrityError("An alert is raised in the transaction of its act.", code="alert.unbound")
    told = list({each.key: each for each in _permitted(news)}.values())
    raised: list[Alert] = []
    for some in parts(told, BATCH_ALERTS):
        raised.extend(_raise_batch(some))
    return raised


@node_work("others are told what they may know")
def untold(news: Sequence[News]) -> Sequence[News]:
    """Answer what was not told yet: cheaper than asking at the door what its recipients may know."""
    before: set[tuple[int, str]] = set()
    for some in parts(news, BATCH_ALERTS):
        before.update(_alerts_of(some))
    return [each for each in news if each.key not in before]


def _permitted(news: Iterable[News]) -> Sequence[News]:
    """Answer what its recipients may know: each series is asked for at the door as the recipient.

    But for owners: the door always shows an owner its own, and asking for each of many would take so long
    that the step which tells them could not be given an even time.
    """
    foreign = [each for each in news if each.about is None or each.about.pk != each.to.pk]
    wanted: defaultdict[Authority, set[int]] = defaultdict(set)
    for each in foreign:
        if each.series is not None and each.series.owner_id != each.to.pk:
            wanted[each.to].add(each.series.pk)
    seen = {
        (authority.pk, number)
        for authority, numbers in wanted.items()
        for number in visible_series(recipient(authority)).filter(pk__in=numbers).values_list("pk", flat=True)
    }
    return [
        each
        for each in foreign
        if each.series is None or each.series.owner_id == each.to.pk or (each.to.pk, each.series.pk) in seen
    ]


def _raise_batch(news: Sequence[News]) -> Sequence[Alert]:
    before = set(_alerts_of(news))
    fresh = {each.key: each for each in news if each.key not in before}
    raised: dict[tuple[int, str], Alert] = {}
    while missing := [each for key, each in fresh.items() if key not in raised]:
        # Another act may have told the same meanwhile; a number that is taken is drawn again.
        Alert.objects.bulk_create([_alert(each) for each in missing], ignore_conflicts=True)
        raised.update(_alerts_of(missing))
    _queue_mail([(alert, fresh[key]) for key, alert in raised.items()])
    return list(raised.values())


def _alert(news: News) -> Alert:
    return Alert(
        authority=news.to,
        kind=news.kind,
        series=news.series,
        about=news.about,
        facts=dict(news.facts),
        once_key=news.once,
    )


def _alerts_of(news: Sequence[News]) -> dict[tuple[int, str], Alert]:
    """Answer the alerts by which these things were told already."""
    wanted = {each.key for each in news}
    rows = Alert.objects.filter(
        authority__in={each.to.pk for each in news}, once_key__in={each.once for each in news}
    )
    return {
        (row.authority_id, row.once_key): row for row in rows if (row.authority_id, row.once_key) in wanted
    }


def _queue_mail(raised: Sequence[tuple[Alert, News]]) -> None:
    """Write an e-mail for everybody who follows all alerts of their authority, or this one in particular."""
    followers = Subscription.objects.filter(
        authority__in={alert.authority_id for alert, _ in raised},
        user__authority=F("authority"),
        by_email=True,
        series=None,
        country="",
        search__isnull=True,
    )
    of_all: defaultdict[int, set[int]] = defaultdict(set)
    for authority, user in followers.values_list("authority", "user"):
        if user is not None:
            of_all[authority].add(user)
    now = timezone.now()
    OutgoingMail.objects.bulk_create(
        [
            OutgoingMail(alert=alert, user_id=user, next_attempt_at=now)
            for alert, news in raised
            for user in sorted(of_all[alert.authority_id] | news.followers)
        ],
        ignore_conflicts=True,
    )
