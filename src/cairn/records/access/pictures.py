"""Who sees media, and what methods and people say of two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from cairn.records.access.acts import MATERIAL_ROLES
from cairn.records.access.visibility import (
    hidden_memberships,
    visible_categorisations,
    visible_series,
    visible_sightings,
)
from cairn.records.jobs import CheckItem
from cairn.records.links import Judgement, Link
from cairn.records.media import Media
from cairn.records.series import SeriesMedia

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.users import Actor


def media(actor: Actor) -> QuerySet[Media]:
    """Answer the media of which the actor knows something, or that the actor's own checks have measured."""
    if not actor.roles & MATERIAL_ROLES:
        return Media.objects.none()
    own_checks = CheckItem.objects.filter(media=OuterRef("pk"), check_run__authority=actor.authority)
    return Media.objects.filter(is_known(actor, "pk") | Q(Exists(own_checks)))


def is_known(actor: Actor, field: str) -> Q:
    """Answer the condition under which the actor knows something of the media in ``field``.

    That is: the actor sees a sighting of it, a series that it lies in, or a category.
    """
    here = {"media": OuterRef(field)}
    memberships = SeriesMedia.objects.filter(series__in=visible_series(actor), **here)
    return (
        Exists(visible_sightings(actor).filter(**here))
        | Exists(memberships)
        | Q(Exists(visible_categorisations(actor).filter(**here)))
    )


def links(actor: Actor) -> QuerySet[Link]:
    """Answer the links of which the actor knows both ends."""
    if not actor.roles & MATERIAL_ROLES:
        return Link.objects.none()
    return Link.objects.filter(is_known(actor, "first") & is_known(actor, "second"))


def judgements(actor: Actor) -> QuerySet[Judgement]:
    """Answer the actor's own judgements, and to police those of others on two media that the actor knows.

    Who judges a media has it. So where a media lies in a series that is hidden from the actor, the judgement
    is hidden as a sighting of the same authority would be.
    """
    if not actor.roles & MATERIAL_ROLES:
        return Judgement.objects.none()
    own = Q(authority=actor.authority)
    if not actor.authority.is_police:
        return Judgement.objects.filter(own)
    both = is_known(actor, "first") & is_known(actor, "second")
    shown = _gives_nothing_away(actor, "first") & _gives_nothing_away(actor, "second")
    return Judgement.objects.filter(own | Q(withdrawn_at=None) & both & shown)


def _gives_nothing_away(actor: Actor, field: str) -> Q:
    """Answer the condition on a word about the media in ``field`` under which no hidden series shows."""
    by_authority = {"series__owner": OuterRef("authority")}
    hidden = hidden_memberships(actor).filter(media=OuterRef(field))
    seen = SeriesMedia.objects.filter(media=OuterRef(field), series__in=visible_series(actor))
    known_anyway = Exists(seen) & ~Exists(hidden.filter(**by_authority))
    return ~Exists(hidden) | known_anyway | Q(Exists(seen.filter(**by_authority)))
