"""What happens elsewhere and has to be told: each is called in the transaction of the act, before its audit.

Writing an alert may wait for another act that writes the same one, and from the audit's entry to the end of
the transaction everybody else waits: in the other order the two could wait for each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from cairn.errors import IntegrityError
from cairn.records.alerts import Alert, AlertKind, Subscription
from cairn.records.authorities import Authority
from cairn.records.jobs import Check
from cairn.records.joint import JointMember
from cairn.records.lock import node_work
from cairn.records.series import Claim, Series, SeriesAlias, SeriesNote
from cairn.records.sightings import Sighting
from cairn.services.alerting.following import tell_followers
from cairn.services.alerting.outcomes import is_identification, tell_contributors, tell_contributors_now
from cairn.services.alerting.raising import News, raise_alert, raise_alerts
from cairn.services.alerting.same_work import work_changed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cairn.records.cases import Case
    from cairn.records.retention import DeletionProposal
    from cairn.records.status import StatusChange


@node_work("others are told what they may know")
def status_changed(change: StatusChange) -> None:
    """Tell of a change of status that now holds: to those who hold or follow the series, and of an outcome.

    The series' own row has the new status by now; where a series was taken up again, those who work on it are
    told of each other.
    """
    if is_identification(change):
        tell_contributors(change)
    if change.series is not None and change.confirmed_at is not None:
        tell_followers(change)
        work_changed([change.series.pk])


@node_work("others are told what they may know")
def confirmation_asked(change: StatusChange) -> None:
    """Tell the authority whose person proposed a change that a second person's confirmation is asked for."""
    raise_alert(
        AlertKind.CONFIRMATION,
        to=change.authority,
        once=f"confirmation:{change.pk}",
        series=change.series,
        facts={"change": change.pk},
    )


@node_work("others are told what they may know")
def deletion_asked(proposal: DeletionProposal) -> None:
    """Tell an authority that a deletion which one of its people proposed waits for a second person."""
    raise_alert(
        AlertKind.CONFIRMATION,
        to=proposal.owner,
        once=f"deletion:{proposal.pk}:{proposal.proposed_at:%Y%m%dT%H%M%S.%f}",
        facts={"what": "deletion"},
    )


@node_work("others are told what they may know")
def review_due(record: Series | Case) -> None:
    """Tell the owner of a record that somebody must decide whether it is still kept, once for each date."""
    if record.review_on is None:
        raise IntegrityError("A record without a date of review is never due.", code="alert.no-date")
    is_series = isinstance(record, Series)
    raise_alert(
        AlertKind.REVIEW,
        to=record.owner if isinstance(record, Series) else record.authority,
        once=f"review:{'series' if is_series else 'case'}:{record.pk}:{record.review_on}",
        series=record if isinstance(record, Series) else None,
        facts={"due": record.review_on.isoformat(), **({} if is_series else {"case": record.pk})},
    )


@node_work("others are told what they may know")
def withdrawn(series: Series, *, at: datetime) -> None:
    """Tell everyone who had to do with a series that its owner withdraws it; call it before it is hidden.

    Afterwards nobody but the owner sees it any more, so nobody could be told.
    """
    news = (
        News(
            kind=AlertKind.WITHDRAWAL,
            to=authority,
            once=f"withdrawal:series:{series.pk}:{at:%Y%m%dT%H%M%S.%f}",
            series=series,
            about=series.owner,
        )
        for authority in who_had_to_do_with(series)
    )
    raise_alerts(news)


@node_work("others are told what they may know")
def handling_changed(series: Series) -> None:
    """Tell what may now be known of a series because its owner has opened it to more authorities."""
    tell_contributors_now(series)
    work_changed([series.pk])


@node_work("others are told what they may know")
def thanks_allowed(series: Series) -> None:
    """Tell those who helped and may not see the series: its owner has let them be thanked."""
    tell_contributors_now(series)


def who_had_to_do_with(series: Series) -> Iterable[Authority]:
    """Answer who has recorded, checked or met it, leads it, has written on it, follows it, or was told of it.

    For deciding whom to ask for at the door, never for telling: not all of them may see it.
    """
    rows = (
        Sighting.objects.filter(media__seriesmedia__series=series),
        Check.objects.filter(items__media__seriesmedia__series=series),
        SeriesAlias.objects.filter(series=series),
        SeriesNote.objects.filter(series=series),
        Claim.objects.filter(series=series),
        Subscription.objects.filter(series=series),
        Alert.objects.filter(series=series),
        JointMember.objects.filter(investigation__series=series, left_at=None).exclude(joined_at=None),
    )
    met = Alert.objects.filter(series=series, kind__in=(AlertKind.MET, AlertKind.BLIND_MET))
    had = Q(pk=series.lead_id) | Q(pk__in=met.values("about"))
    for each in rows:
        had |= Q(pk__in=each.values("authority"))
    return Authority.objects.filter(had).exclude(pk=series.owner_id).order_by("pk")
