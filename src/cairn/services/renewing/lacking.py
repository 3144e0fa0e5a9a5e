"""Which recorded media lack what the present methods look for in a file; the records say it by themselves.

A media that was recorded by a case file, before a method or without a look at its details is met by less than
it could be: by its digests, or by the hash of its picture. Hashes and points are never made from the records;
the file is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast

from cairn.fingerprints.video import VIDEO_METHOD
from cairn.frames import VideoMode
from cairn.records.connection import database_errors_in_words
from cairn.records.features import Features
from cairn.records.footage import Footage
from cairn.records.lock import node_work
from cairn.records.media import Media
from cairn.records.sounds import Sound
from cairn.services.features.keeping import current as current_features
from cairn.services.features.recorded import recorded_media
from cairn.services.footage.again import BROKEN_OFF
from cairn.services.sounds.keeping import current as current_sounds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.db.models import QuerySet

FOOTAGE_METHOD: Final = f"{VIDEO_METHOD} {VideoMode.EVEN}"
"""Of videos that were looked at by key frames alone, the rest is lacking."""


class Kind(StrEnum):
    """What can be lacking."""

    PICTURES = "pictures"
    """The local features of a picture."""
    VIDEOS = "videos"
    """The frames of a video, or their local features."""
    SOUNDS = "sounds"
    """The points of a sound."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """How many recorded media lack something; a film may lack its frames and its sound.

    Attributes:
        pictures: Comparable pictures without local features.
        videos: Videos without frames, or whose frames have no local features.
        sounds: Sounds, and videos that were found to have sound, without its points.
    """

    pictures: int = 0
    videos: int = 0
    sounds: int = 0

    @property
    def any(self) -> bool:
        """True where something is lacking."""
        return bool(self.pictures or self.videos or self.sounds)


def without_features() -> QuerySet[Media]:
    """Answer recorded pictures whose local features are not kept."""
    kept = current_features(Features.objects.filter(media=OuterRef("pk")))
    return recorded_media(Media.objects.filter(~Exists(kept), pdq__isnull=False))


def without_frames() -> QuerySet[Media]:
    """Answer recorded videos whose frames are not kept, or not with points though some can be compared.

    That none can be compared says nothing of a video whose decoder was ended.
    """
    seen = Footage.objects.filter(media=OuterRef("pk"), method=FOOTAGE_METHOD)
    whole = seen.filter(Q(detailed__gt=0) | (Q(comparable=0) & ~Q(reason__in=BROKEN_OFF)))
    return recorded_media(Media.objects.filter(~Exists(whole), moves=True))


def without_sound() -> QuerySet[Media]:
    """Answer recorded media with sound whose points are not kept; that a film has any, its container says."""
    kept = current_sounds(Sound.objects.filter(media=OuterRef("pk")))
    films = Footage.objects.annotate(said=Cast("facts", TextField())).filter(
        media=OuterRef("pk"), said__contains='"audio:'
    )
    return recorded_media(
        Media.objects.filter(~Exists(kept)).filter(Q(media_type__startswith="audio/") | Exists(films))
    )


WITHOUT: Final[Mapping[Kind, Callable[[], QuerySet[Media]]]] = {
    Kind.PICTURES: without_features,
    Kind.VIDEOS: without_frames,
    Kind.SOUNDS: without_sound,
}


@node_work("what is lacking is about everybody's media, and is told in numbers alone")
def lacking() -> Lacking:
    """Answer how many recorded media lack something."""
    with database_errors_in_words():
        return Lacking(**{kind.value: rows().count() for kind, rows in WITHOUT.items()})
