"""Who sees media, and what was said of two of them or moved between series."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model, Q

from cairn.records.access.known import Known
from cairn.records.access.rows import Rule, rows_of
from cairn.records.access.visibility import series_rule, shown_to_police
from cairn.records.links import Judgement, Link
from cairn.records.media import Media
from cairn.records.regrouping import RegroupedMedia, Regrouping
from cairn.records.series import Series

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.users import Actor

M = TypeVar("M", bound=Model)


def media(actor: Actor) -> QuerySet[Media]:
    """Answer the media of which the actor knows something, or that the actor's own checks have measured."""
    if not actor.sees_material:
        return Media.objects.none()
    return Media.objects.filter(Q(Known("pk", actor=actor, measured=True)))


def of_media(model: type[M]) -> Rule[M]:
    """Answer the rule that shows what belongs to a media to those who know it or have measured it.

    It is asked of each row itself: a list of all media that the actor knows would be made for each question.
    """

    def rule(actor: Actor) -> QuerySet[M]:
        if not actor.sees_material:
            return rows_of(model).none()
        return rows_of(model).filter(Q(Known("media", actor=actor, measured=True)))

    return rule


def is_known(actor: Actor, field: str) -> Q:
    """Answer the condition under which the actor knows something of the media in ``field``."""
    return Q(Known(field, actor=actor))


def links(actor: Actor) -> QuerySet[Link]:
    """Answer the links of which the actor knows both ends."""
    if not actor.sees_material:
        return Link.objects.none()
    return Link.objects.filter(is_known(actor, "first") & is_known(actor, "second"))


def judgements(actor: Actor) -> QuerySet[Judgement]:
    """Answer the actor's own judgements, and to police those of others on two media that the actor knows.

    Who judges a media has it. So where a media lies in a series that is hidden from the actor, the judgement
    is hidden as a sighting of the same authority would be.
    """
    if not actor.sees_material:
        return Judgement.objects.none()
    own = Q(authority=actor.authority)
    if not actor.authority.is_police:
        return Judgement.objects.filter(own)
    both = is_known(actor, "first") & is_known(actor, "second")
    shown = shown_to_police(actor, "first") & shown_to_police(actor, "second")
    return Judgement.objects.filter(own | Q(withdrawn_at=None) & both & shown)


def regroupings(actor: Actor) -> QuerySet[Regrouping]:
    """Answer the merges and splits between series that the actor sees."""
    if not actor.sees_material:
        return Regrouping.objects.none()
    told = Series.objects.filter(series_rule(actor))
    return Regrouping.objects.filter(source__in=told, target__in=told)


def regrouped_media(actor: Actor) -> QuerySet[RegroupedMedia]:
    """Answer what was moved by the merges and splits that the actor sees."""
    return RegroupedMedia.objects.filter(regrouping__in=regroupings(actor))
