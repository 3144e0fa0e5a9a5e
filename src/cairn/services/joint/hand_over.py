"""Handing over the lead of a series: offered by who leads it, and moved when the other side accepts.

The owner stays the owner: handling, withdrawal and names stay its own to decide. A lead that is offered again
takes the place of an offer that waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require, visible_series, visible_to
from cairn.records.alerts import AlertKind
from cairn.records.connection import database_errors_in_words
from cairn.records.joint import REASON_LENGTH, HandOver
from cairn.records.lock import as_the_node, under_lock
from cairn.records.series import Series
from cairn.sentences import Sentence
from cairn.services.alerting import News, raise_alert, raise_alerts, recipient
from cairn.services.directory.authorities import find_authority
from cairn.services.joint.membership import require_police
from cairn.services.series.names import find_series
from cairn.services.typed_text import require_text

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class LeadOffer:
    """An offer of the lead that waits: who made it, to whom, and why."""

    offered_by: str
    offered_to: str
    reason: str


@under_lock
def waiting_offer(series: Series, *, actor: Actor) -> LeadOffer | None:
    """Answer the offer of the lead that waits, to one of its two sides; there is one at most."""
    rows = visible_to(actor, HandOver).filter(_is_waiting(), series=series)
    found = rows.select_related("offered_by", "offered_to").order_by("-pk").first()
    return None if found is None else LeadOffer(found.offered_by.code, found.offered_to.code, found.reason)


@under_lock
def offer_lead(name: str, *, to: str, reason: str = "", actor: Actor) -> HandOver:
    """Offer the lead of a series; nothing moves until the other side accepts.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such series, the actor's authority neither leads nor owns it, or the other
            one leads it already, may not see it or is no police unit (``hand-over.not-lead``,
            ``hand-over.invalid``, ``investigation.police``).
    """
    if reason:
        require_text(reason, what="A reason", longest=REASON_LENGTH, code="hand-over.invalid")
    with database_errors_in_words(), transaction.atomic():
        series = _locked(find_series(name, actor=actor))
        require(actor, Act.SERIES_READ, series)
        require(actor, Act.SERIES_HAND_OVER)
        if actor.authority.pk not in {series.lead_id, series.owner_id}:
            raise InputError(
                Sentence("%(code)s leads this series, and alone can hand it over.", code=series.lead.code),
                code="hand-over.not-lead",
            )
        other = find_authority(to)
        require_police(other)
        if other.pk == series.lead_id:
            raise InputError(Sentence("%(to)s leads this series already.", to=to), code="hand-over.invalid")
        with as_the_node("a lead is offered to those alone who see the series"):
            is_seen_there = visible_series(recipient(other)).filter(pk=series.pk).exists()
        if not is_seen_there:
            raise InputError(
                Sentence("%(to)s may not see this series. Its owner has to let them see it first.", to=to),
                code="hand-over.invalid",
            )
        _waiting(series).update(refused_at=timezone.now())
        offer = HandOver.objects.create(
            series=series, offered_by=actor.authority, offered_to=other, reason=reason
        )
        raise_alert(
            AlertKind.HAND_OVER,
            to=other,
            once=f"hand-over:{offer.pk}",
            series=series,
            about=actor.authority,
            facts={"hand_over": offer.pk, "what": "offered"},
        )
        audit.append(audit.AuditTag.HAND_OVER_OFFERED, actor=actor, record_ids=[series.pk])
    return offer


@under_lock
def accept_lead(name: str, *, actor: Actor) -> Series:
    """Take the lead that was offered to the actor's authority; who led it and who owns it are told.

    Raises:
        AccessError: The actor may not.
        InputError: Nothing is offered (``hand-over.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        offer = _offer(name, actor)
        offer.accepted_at = timezone.now()
        offer.save(update_fields=["accepted_at"])
        series = offer.series
        series.lead = actor.authority
        series.save(update_fields=["lead"])
        _tell_others(offer, "accepted")
        audit.append(audit.AuditTag.HAND_OVER_ACCEPTED, actor=actor, record_ids=[series.pk])
    return series


@under_lock
def refuse_lead(name: str, *, actor: Actor) -> Series:
    """Refuse the lead that was offered to the actor's authority; who offered it is told.

    Raises:
        AccessError: The actor may not.
        InputError: Nothing is offered (``hand-over.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        offer = _offer(name, actor)
        offer.refused_at = timezone.now()
        offer.save(update_fields=["refused_at"])
        _tell_others(offer, "refused")
        audit.append(audit.AuditTag.HAND_OVER_REFUSED, actor=actor, record_ids=[offer.series_id])
    return offer.series


def _offer(name: str, actor: Actor) -> HandOver:
    """Answer the offer to the actor's authority that waits, its series locked."""
    series = _locked(find_series(name, actor=actor))
    offer = (
        visible_to(actor, HandOver).filter(_is_waiting(), series=series, offered_to=actor.authority).first()
    )
    if offer is None:
        raise InputError(
            Sentence("The lead of this series is not offered to %(code)s.", code=actor.authority.code),
            code="hand-over.missing",
        )
    require(actor, Act.SERIES_READ, series)
    require(actor, Act.SERIES_HAND_OVER)
    offer.series = series
    return offer


def _locked(series: Series) -> Series:
    """Answer the series as it is now, and let nobody else move its lead until the transaction ends."""
    return Series.objects.select_for_update(of=("self",)).select_related("lead", "owner").get(pk=series.pk)


def _waiting(series: Series) -> QuerySet[HandOver]:
    return HandOver.objects.filter(_is_waiting(), series=series)


def _is_waiting() -> Q:
    return Q(accepted_at=None, refused_at=None)


def _tell_others(offer: HandOver, what: str) -> None:
    others = {offer.offered_by, offer.series.owner} if what == "accepted" else {offer.offered_by}
    raise_alerts(
        News(
            kind=AlertKind.HAND_OVER,
            to=other,
            once=f"hand-over:{offer.pk}:{what}",
            series=offer.series,
            about=offer.offered_to,
            facts={"hand_over": offer.pk, "what": what},
        )
        for other in others
    )
