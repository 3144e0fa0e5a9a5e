"""What another look has found is kept, and what it looked for in vain is remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef

from cairn.records.looked_again import LookedAgain
from cairn.services.features.keeping import keep as keep_features
from cairn.services.footage.again import keep_again
from cairn.services.renewing.lacking import FOOTAGE_METHOD, WITHOUT, Kind
from cairn.services.sounds.keeping import keep_sounds
from cairn.types import LOCAL_METHOD, SOUND_METHOD

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

    from cairn.records.media import Media
    from cairn.types import Picture

METHODS: Final[Mapping[Kind, str]] = {
    Kind.PICTURES: LOCAL_METHOD,
    Kind.VIDEOS: FOOTAGE_METHOD,
    Kind.SOUNDS: SOUND_METHOD,
}
"""What is looked for."""


def keep(kind: Kind, media: int, picture: Picture) -> bool:
    """Keep what was found, in a transaction, and answer whether there was anything."""
    if kind is Kind.VIDEOS and picture.video is not None:
        return keep_again(media, picture.video, method=FOOTAGE_METHOD)
    if kind is Kind.SOUNDS and picture.sound is not None:
        keep_sounds({media: picture.sound})
        return True
    if kind is Kind.PICTURES and picture.features is not None:
        keep_features({media: picture.features})
        return True
    return False


def to_look_at(kind: Kind, *, again: bool) -> QuerySet[Media]:
    """Answer media that lack something; those in which it was looked for in vain only where it is asked."""
    rows = WITHOUT[kind]()
    if again:
        return rows
    in_vain = LookedAgain.objects.filter(media=OuterRef("pk"), kind=kind.value, method=METHODS[kind])
    return rows.filter(~Exists(in_vain))


def remember(kind: Kind, media: Collection[int]) -> None:
    """Remember which of these media lack something after the look, in the transaction that keeps it."""
    LookedAgain.objects.bulk_create(
        [
            LookedAgain(media_id=number, kind=kind.value, method=METHODS[kind])
            for number in WITHOUT[kind]().filter(pk__in=media).values_list("pk", flat=True)
        ],
        update_conflicts=True,
        unique_fields=["media", "kind"],
        update_fields=["method"],
    )
