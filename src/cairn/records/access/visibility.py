"""Which series, sightings and categorisations an actor may see.

What the door does not let through does not exist for the actor. The rules, in words:

- Those whose role works with material see it; an auditor and an administrator see none.
- An authority always sees what it submitted itself, and the series that it leads.
- A police authority (a unit or the hub) sees series of handling *alliance*, and those of handling *named*
  in which it is named. Hotlines and companies see no series of others.
- What its owner has withdrawn is seen by the owner alone.
- A series that was merged into another is still found by those who saw it: its name leads on to the other.
- A media that lies in a series which the actor may not see is, for this actor, as if nobody but the actor
  had recorded it, whoever else did: otherwise "known" would give the series away.
- Where a series that the actor may see holds the media too, it is known anyway, and a media that nobody seems
  to hold would give the other series away. Then only the words of those are left out who own a series that
  the actor may not see and none that the actor may.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from cairn.records.access.known import Told
from cairn.records.access.shown import Shown
from cairn.records.categories import Categorisation
from cairn.records.series import Series, SeriesMedia
from cairn.records.sightings import Sighting

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.users import Actor


def visible_series(actor: Actor) -> QuerySet[Series]:
    """Answer the series that the actor may learn of."""
    if not actor.sees_material:
        return Series.objects.none()
    return Series.objects.filter(series_rule(actor))


def hidden_memberships(actor: Actor) -> QuerySet[SeriesMedia]:
    """Answer the memberships in series that the actor must not learn of; for this door and the audit."""
    if not actor.sees_material:
        return SeriesMedia.objects.all()
    return SeriesMedia.objects.exclude(series_rule(actor, "series__"))


def visible_sightings(actor: Actor) -> QuerySet[Sighting]:
    """Answer the sightings that the actor may learn of."""
    if not actor.sees_material:
        return Sighting.objects.none()
    own = Q(authority=actor.authority)
    if not actor.authority.is_police:
        return Sighting.objects.filter(own)
    return Sighting.objects.filter(own | Q(withdrawn_at=None) & shown_to_police(actor))


def visible_categorisations(actor: Actor) -> QuerySet[Categorisation]:
    """Answer the categorisations that the actor may learn of."""
    if not actor.sees_material:
        return Categorisation.objects.none()
    own = Q(authority=actor.authority)
    if not actor.authority.is_police:
        return Categorisation.objects.filter(own)
    return Categorisation.objects.filter(own | Q(withdrawn_at=None) & shown_to_police(actor))


def series_rule(actor: Actor, path: str = "") -> Q:
    """Answer the condition on a series under which an actor who works with material may see it.

    Args:
        actor: Who asks.
        path: The way from the row to its series, such as ``series__``.
    """
    return Q(Told(path, actor=actor))


def shown_to_police(actor: Actor, field: str = "media") -> Q:
    """Answer the condition on an authority's word about the media in ``field`` under which it may be seen."""
    return Q(Shown(field, "authority", actor=actor))
