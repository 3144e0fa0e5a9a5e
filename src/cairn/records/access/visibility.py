"""Which series, sightings and categorisations an actor may see.

What the door does not let through does not exist for the actor. The rules, in words:

- Those whose role works with material see it; an auditor and an administrator see none.
- An authority always sees what it submitted itself.
- A police authority (a unit or the hub) sees series of handling *alliance*, and those of handling *named*
  in which it is named. Hotlines and companies see no series of others.
- What its owner has withdrawn is seen by the owner alone.
- A media that lies in a series which the actor may not see is, for this actor, as if nobody but the actor
  had recorded it, whoever else did: otherwise "known" would give the series away.
- Where a series that the actor may see holds the media too, it is known anyway, and a media that nobody seems
  to hold would give the other series away. Then only the words of those are left out who own a series that
  the actor may not see and none that the actor may.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from cairn.records.access.acts import MATERIAL_ROLES
from cairn.records.categories import Categorisation
from cairn.records.series import Series, SeriesMedia
from cairn.records.sightings import Sighting
from cairn.types import Handling

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.users import Actor


def visible_series(actor: Actor) -> QuerySet[Series]:
    """Answer the series that the actor may learn of."""
    if not actor.roles & MATERIAL_ROLES:
        return Series.objects.none()
    own = Q(owner=actor.authority)
    if not actor.authority.is_police:
        return Series.objects.filter(own)
    named = Q(handling=Handling.NAMED, pk__in=actor.authority.series_named_to.values("pk"))
    return Series.objects.filter(own | Q(withdrawn_at=None) & (Q(handling=Handling.ALLIANCE) | named))


def hidden_memberships(actor: Actor) -> QuerySet[SeriesMedia]:
    """Answer the memberships in series that the actor must not learn of; for this door and the audit."""
    return SeriesMedia.objects.exclude(series__in=visible_series(actor))


def visible_sightings(actor: Actor) -> QuerySet[Sighting]:
    """Answer the sightings that the actor may learn of."""
    if not actor.roles & MATERIAL_ROLES:
        return Sighting.objects.none()
    own = Q(authority=actor.authority)
    if not actor.authority.is_police:
        return Sighting.objects.filter(own)
    return Sighting.objects.filter(own | Q(withdrawn_at=None) & _shown_to_police(actor))


def visible_categorisations(actor: Actor) -> QuerySet[Categorisation]:
    """Answer the categorisations that the actor may learn of."""
    if not actor.roles & MATERIAL_ROLES:
        return Categorisation.objects.none()
    own = Q(authority=actor.authority)
    if not actor.authority.is_police:
        return Categorisation.objects.filter(own)
    return Categorisation.objects.filter(own | Q(withdrawn_at=None) & _shown_to_police(actor))


def _shown_to_police(actor: Actor) -> Q:
    """Answer the condition on a row about a media, by an authority, under which the actor may see it."""
    hidden = hidden_memberships(actor).filter(media=OuterRef("media"))
    seen = SeriesMedia.objects.filter(media=OuterRef("media"), series__in=visible_series(actor))
    by_owner = {"series__owner": OuterRef("authority")}
    known_anyway = Exists(seen) & ~Exists(hidden.filter(**by_owner))
    return ~Exists(hidden) | known_anyway | Q(Exists(seen.filter(**by_owner)))
