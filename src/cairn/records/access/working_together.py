"""Who sees a joint investigation: its members, from when they have joined until they leave."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model, Q

from cairn.records.access.rows import Rule, rows_of
from cairn.records.joint import JointInvestigation, JointMember

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.users import Actor

M = TypeVar("M", bound=Model)


def investigations(actor: Actor) -> QuerySet[JointInvestigation]:
    """Answer the investigations that the actor's authority has joined; police alone work together so."""
    if not actor.sees_material or not actor.authority.is_police:
        return JointInvestigation.objects.none()
    joined = JointMember.objects.filter(authority=actor.authority, left_at=None).exclude(joined_at=None)
    return JointInvestigation.objects.filter(pk__in=joined.values("investigation"))


def in_investigation(model: type[M]) -> Rule[M]:
    """Answer the rule that shows what lies in an investigation to its members."""
    return lambda actor: rows_of(model).filter(investigation__in=investigations(actor))


def memberships(actor: Actor) -> QuerySet[JointMember]:
    """Answer who else is in the actor's investigations, and the invitations to the actor's authority."""
    if not actor.sees_material or not actor.authority.is_police:
        return JointMember.objects.none()
    return JointMember.objects.filter(
        Q(investigation__in=investigations(actor)) | Q(authority=actor.authority)
    )
