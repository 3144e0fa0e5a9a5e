"""Files of a check are listened to, each content once, and what is heard is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cairn.records.sounds import Sound
from cairn.services.features.looking import Look, looked_at
from cairn.services.sounds.keeping import current, keep_sounds

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from cairn.records.users import Actor
    from cairn.types import SoundPoints


def _kept_of(media: Sequence[int]) -> Collection[int]:
    return list(current(Sound.objects.filter(media__in=media)).values_list("pk", flat=True))


SOUNDS: Final[Look[SoundPoints]] = Look(
    lambda picture: picture.sound,
    _kept_of,
    lambda _, found: keep_sounds(found),
    batch_files=16,
    batch_s=5.0,
)


def heard_before(media: Collection[int], asker: Actor) -> set[int]:
    """Answer the media that the asker may know, and that were listened to."""
    return looked_at(SOUNDS, media, asker)
