"""What an asker may see: the only door. What it does not let through does not exist for the asker.

The rules, in words:

- An authority always sees what it submitted itself.
- A police authority (a unit or the hub) sees series of handling *alliance*, and those of handling *named*
  in which it is named. Hotlines and companies see no series of others.
- A media that lies in a series which the asker may not see is, for this asker, as if nobody but the asker
  had recorded it, whoever else did: otherwise "known" would give the series away.
- Where a series that the asker may see holds the media too, it is known anyway, and a media that nobody seems
  to hold would give the other series away. Then only the words of those are left out who own a series that
  the asker may not see and none that the asker may.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from cairn.records.categories import Categorisation
from cairn.records.series import Series, SeriesMedia
from cairn.records.sightings import Sighting
from cairn.types import Handling

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.authorities import Authority


def visible_series(asker: Authority) -> QuerySet[Series]:
    """Answer the series that the asker may learn of."""
    own = Q(owner=asker)
    if not asker.is_police:
        return Series.objects.filter(own)
    named = Q(handling=Handling.NAMED, pk__in=asker.series_named_to.values("pk"))
    return Series.objects.filter(own | Q(handling=Handling.ALLIANCE) | named)


def hidden_memberships(asker: Authority) -> QuerySet[SeriesMedia]:
    """Answer the memberships in series that the asker must not learn of; for this door and the audit."""
    return SeriesMedia.objects.exclude(series__in=visible_series(asker))


def visible_sightings(asker: Authority) -> QuerySet[Sighting]:
    """Answer the sightings that the asker may learn of."""
    own = Q(authority=asker)
    if not asker.is_police:
        return Sighting.objects.filter(own)
    return Sighting.objects.filter(own | _shown_to_police(asker))


def visible_categorisations(asker: Authority) -> QuerySet[Categorisation]:
    """Answer the categorisations that the asker may learn of."""
    own = Q(authority=asker)
    if not asker.is_police:
        return Categorisation.objects.filter(own)
    return Categorisation.objects.filter(own | _shown_to_police(asker))


def _shown_to_police(asker: Authority) -> Q:
    """Answer the condition on a row about a media, by an authority, under which the asker may see it."""
    hidden = hidden_memberships(asker).filter(media=OuterRef("media"))
    seen = SeriesMedia.objects.filter(media=OuterRef("media"), series__in=visible_series(asker))
    by_owner = {"series__owner": OuterRef("authority")}
    known_anyway = Exists(seen) & ~Exists(hidden.filter(**by_owner))
    return ~Exists(hidden) | known_anyway | Q(Exists(seen.filter(**by_owner)))
