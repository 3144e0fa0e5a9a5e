"""What stands in for the pool that follows videos: the same frames, in this process."""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Self

from cairn.errors import NotComparable
from cairn.fingerprints.digests import digest_bytes
from cairn.fingerprints.media_type import media_type
from cairn.fingerprints.sandbox import Done
from cairn.fingerprints.sandbox.film import FRAMES_COUNT
from cairn.fingerprints.source import Source
from cairn.fingerprints.video import fingerprint_video
from cairn.fingerprints.wanted import ASKED_EVERY_S
from cairn.types import Fingerprints, PdqMode, Picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cairn.fingerprints.sandbox import Job, Tell
    from cairn.frames import Frames, VideoMode


def _itself(frames: Frames) -> Frames:
    return frames


class InProcessVideos:
    """Follows videos without a sandbox."""

    followed = 0

    def __init__(self, *, workers: int, mode: PdqMode, video: VideoMode) -> None:
        assert workers >= 1
        assert mode is PdqMode.FAST
        self._video = video

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def measure_all(self, jobs: Iterable[Job], *, tell: Tell | None = None) -> Iterator[Done]:
        for job in jobs:
            descriptor = job.open()
            size = os.fstat(descriptor).st_size
            content = os.pread(descriptor, size, 0)
            found = fingerprint_video(
                Source(descriptor, size), mode=self._video, every_s=ASKED_EVERY_S, closely=True
            )
            os.close(descriptor)
            type(self).followed += 1
            kind = media_type(content[:512])
            if isinstance(found, NotComparable):
                picture = Picture(kind, None, None, found)
            else:
                if tell is not None:
                    tell(job.key, found.covered_s, partial(_itself, found.frames))
                picture = Picture(kind, found.facts.width, found.facts.height, FRAMES_COUNT, video=found)
            yield Done(job.key, Fingerprints(size, digest_bytes(content), picture), 1)
