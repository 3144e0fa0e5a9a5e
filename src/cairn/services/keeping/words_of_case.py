"""What an authority has said in a case of media that it found there, and what of it goes with the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from cairn.records.access import visible_sightings
from cairn.records.categories import Categorisation
from cairn.records.links import Judgement
from cairn.records.regrouping import RegroupedMedia
from cairn.records.series import SeriesMedia
from cairn.records.sightings import Sighting
from cairn.services.alerting.raising import recipient

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from cairn.records.cases import Case


def take_words(case: Case, media: AbstractSet[int]) -> None:
    """Delete what was said in the case of these media, as far as nothing is left that it could stand on.

    A category goes where the authority holds the media in no other case. A membership of a series and a
    judgement go where no other sighting is left that the authority may see. A sighting that it may not see
    changes nothing: what stays would tell that there is one.
    """
    left = Sighting.objects.filter(media__in=media).exclude(exhibit__case=case)
    held = set(left.filter(authority=case.authority_id).values_list("media", flat=True))
    seen = set(
        visible_sightings(recipient(case.authority))
        .filter(media__in=media)
        .exclude(exhibit__case=case)
        .values_list("media", flat=True)
    )
    gone = media - seen
    Categorisation.objects.filter(made_in=case, media__in=media - held).delete()
    SeriesMedia.objects.filter(added_in=case, media__in=gone).delete()
    RegroupedMedia.objects.filter(added_in=case, media__in=gone).delete()
    Judgement.objects.filter(Q(first__in=gone) | Q(second__in=gone), case=case).delete()
