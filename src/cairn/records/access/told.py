"""Who sees what one authority tells or asks another: alerts, questions, and the offer of a lead.

A series that an authority no longer sees, or never saw, is not told through these either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from cairn.records.access.visibility import series_rule
from cairn.records.alerts import Alert, AlertKind
from cairn.records.joint import HandOver, Question

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.users import Actor


def alerts(actor: Actor) -> QuerySet[Alert]:
    """Answer the alerts to the authority; that a series was withdrawn is all that stays to be told of it."""
    if not actor.sees_material:
        return Alert.objects.none()
    tellable = Q(series=None) | Q(kind=AlertKind.WITHDRAWAL) | _sees_series(actor)
    return Alert.objects.filter(tellable, authority=actor.authority)


def questions(actor: Actor) -> QuerySet[Question]:
    """Answer what the actor's authority has asked, and what it is asked of series that it sees."""
    if not actor.sees_material:
        return Question.objects.none()
    received = Q(asked_to=actor.authority) & (Q(series=None) | _sees_series(actor))
    return Question.objects.filter(Q(asked_by=actor.authority) | received)


def hand_overs(actor: Actor) -> QuerySet[HandOver]:
    """Answer the leads that the actor's authority has offered, and those offered to it of series it sees."""
    if not actor.sees_material:
        return HandOver.objects.none()
    received = Q(offered_to=actor.authority) & _sees_series(actor)
    return HandOver.objects.filter(Q(offered_by=actor.authority) | received)


def _sees_series(actor: Actor) -> Q:
    return series_rule(actor, "series__")
