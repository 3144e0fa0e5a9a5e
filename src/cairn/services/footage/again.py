"""Keeping what another look at a recorded video has seen, where that is more than what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cairn.errors import Reason
from cairn.records.jobs import CheckItem
from cairn.records.lock import node_work
from cairn.services.footage.keeping import covers_less, keep

if TYPE_CHECKING:
    from collections.abc import Collection

    from cairn.frames import VideoFingerprint

BROKEN_OFF: Final = (Reason.DECODER_CRASHED, Reason.TIMED_OUT, Reason.TOO_LARGE)
"""Why a look says nothing of the video: the decoder was ended, by itself, by the time or by the memory."""


@node_work("one content is one media, whoever met it")
def keep_again(media: int, video: VideoFingerprint, *, method: str) -> bool:
    """Keep what was seen, in a transaction, and answer whether it was kept.

    It is not where a check that still runs has looked at the media and reads its own frames from the same
    row, nor where the look was broken off before it saw as much as is kept.
    """
    if in_a_check([media]) or covers_less(video, media):
        return False
    keep({media: video}, method=method, with_asked=False)
    return True


@node_work("frames are one content's, whoever looked at it")
def in_a_check(media: Collection[int]) -> set[int]:
    """Answer which of these media a check that is not answered yet has looked at."""
    rows = CheckItem.objects.filter(media__in=media, check_run__finished_at=None).exclude(footage_method="")
    return set(rows.values_list("media", flat=True))
