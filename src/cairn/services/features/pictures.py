"""What the index of local features is made of: recorded pictures, and some frames of recorded videos."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Sum

from cairn.records.features import Features
from cairn.records.footage import Footage
from cairn.services.features.frames import MOST_FRAMES, frame_ids, from_bytes
from cairn.services.features.keeping import as_value, current
from cairn.services.features.recorded import recorded

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

    from cairn.types import LocalFeatures

_VIDEOS_AT_ONCE = 8
"""4 MB each at most."""


def recorded_numbers() -> list[int]:
    """Answer the recorded media of which features are kept, in order."""
    stills = recorded(current(Features.objects.all())).values_list("pk", flat=True)
    videos = recorded(Footage.objects.filter(detailed__gt=0)).values_list("pk", flat=True)
    return sorted({*stills, *videos})


def recorded_pictures() -> int:
    """Answer how many pictures these media have: a picture is one, a video has some frames."""
    videos = recorded(Footage.objects.filter(detailed__gt=0))
    frames = videos.aggregate(frames=Sum("detailed"))["frames"] or 0
    return recorded(current(Features.objects.all())).count() + int(frames)


def pictures_of(media: Collection[int]) -> Iterator[tuple[int, LocalFeatures]]:
    """Yield the pictures of some media, each under its id in the index."""
    for row in current(Features.objects.filter(media__in=media)).order_by("pk"):
        yield row.media_id, as_value(row)
    videos = Footage.objects.filter(media__in=media, detailed__gt=0).order_by("pk")
    for number, details in videos.values_list("media", "details").iterator(chunk_size=_VIDEOS_AT_ONCE):
        found = from_bytes(bytes(details or b""))
        ids = frame_ids(number, len(found))
        yield from ((frame, features) for frame, (_, features) in zip(ids, found, strict=True))


def ids_of(media: Collection[int]) -> NDArray[np.uint64]:
    """Answer every id under which the index may hold pictures of these media."""
    return np.array(
        [each for number in sorted(media) for each in (number, *frame_ids(number, MOST_FRAMES))], np.uint64
    )
