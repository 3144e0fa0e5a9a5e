"""Who sees media, and what was said of two of them or moved between series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from cairn.records.access.known import Known
from cairn.records.access.visibility import series_rule, shown_to_police
from cairn.records.features import Features
from cairn.records.footage import Footage
from cairn.records.learnt import LearntVector
from cairn.records.links import Judgement, Link
from cairn.records.media import Media
from cairn.records.regrouping import RegroupedMedia, Regrouping
from cairn.records.series import Series
from cairn.records.sounds import Sound

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.users import Actor


def media(actor: Actor) -> QuerySet[Media]:
    """Answer the media of which the actor knows something, or that the actor's own checks have measured."""
    if not actor.sees_material:
        return Media.objects.none()
    return Media.objects.filter(Q(Known("pk", actor=actor, measured=True)))


def features(actor: Actor) -> QuerySet[Features]:
    """Answer the local features of the media that the actor knows, or has measured in a check."""
    return Features.objects.filter(media__in=media(actor))


def footage(actor: Actor) -> QuerySet[Footage]:
    """Answer the frames of the videos that the actor knows, or has measured in a check."""
    return Footage.objects.filter(media__in=media(actor))


def vectors(actor: Actor) -> QuerySet[LearntVector]:
    """Answer what learnt models say of the media that the actor knows, or has measured in a check."""
    return LearntVector.objects.filter(media__in=media(actor))


def sounds(actor: Actor) -> QuerySet[Sound]:
    """Answer what is heard in the media that the actor knows, or has measured in a check."""
    return Sound.objects.filter(media__in=media(actor))


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
