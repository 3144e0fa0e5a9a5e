"""Tells an order how far its check is, and asks about once a second whether to go on."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from cairn.records.check_orders import CheckOrder, OrderState
from cairn.sentences import as_text
from cairn.services.footage.progress_words import progress_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cairn.services.answering.answer import FileAnswer
    from cairn.services.checking.measuring import Progress
    from cairn.services.features.second_pass import CloserProgress
    from cairn.services.footage.video_pass import VideoProgress

LEASE = timedelta(minutes=15)
"""After this without a sign of life the order of a worker on another machine is taken over."""
TOLD_EVERY_S = 1.0
"""How often the order is told how far it is, and is asked whether to go on."""
RATE_OVER_S = 20.0
"""The rate is that of the last moments: an average since the start would promise what no longer holds."""


class Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """The order is not to be worked on any longer now."""


@dataclass(slots=True)
class Watched:
    """Tells an order how far it is, and asks whether to go on, about once a second."""

    order: CheckOrder
    goes_on: Callable[[], bool]
    _asked_at: float = 0.0
    _seen: deque[tuple[float, int]] = field(default_factory=deque)

    def watch(self, progress: Progress) -> None:
        """Take the progress in.

        Raises:
            Stopped: The order is to be paused or given up, or the worker is to end.
        """
        now = time.monotonic()
        if now - self._asked_at < TOLD_EVERY_S and progress.done < progress.total:
            return
        self._keep(
            total=progress.total,
            done=progress.done,
            resumed=progress.resumed,
            bytes_read=progress.bytes_read,
            files_per_s=self._rate(now, progress.done - progress.resumed),
        )

    def watch_closer(self, progress: CloserProgress) -> None:
        """Take the progress of the detailed comparison in.

        Raises:
            Stopped: As above.
        """
        if time.monotonic() - self._asked_at >= TOLD_EVERY_S:
            self._keep(closer_total=progress.steps, closer_done=progress.done)

    def watch_videos(self, progress: VideoProgress) -> None:
        """Take the progress of the look at videos in; a long film is hours, in which the order stays taken.

        Raises:
            Stopped: As above.
        """
        if time.monotonic() - self._asked_at >= TOLD_EVERY_S:
            self._keep(
                closer_total=progress.steps, closer_done=progress.done, told=as_text(progress_words(progress))
            )

    def so_far(self, files: Sequence[FileAnswer]) -> None:
        """Keep how many files have each verdict by now."""
        counts = Counter(file.verdict.value for file in files)
        CheckOrder.objects.filter(pk=self.order.pk).update(counts=dict(counts))

    def told(self, sentence: str) -> None:
        """Keep what a person should know."""
        CheckOrder.objects.filter(pk=self.order.pk).update(told=as_text(sentence))

    def _keep(self, **facts: object) -> None:
        """Keep how far the order is, hold it for another while, and stop where that is wanted."""
        self._asked_at = time.monotonic()
        now = timezone.now()
        CheckOrder.objects.filter(pk=self.order.pk).update(**facts, lease_ends_at=now + LEASE, changed_at=now)
        states = CheckOrder.objects.filter(pk=self.order.pk).values_list("state", flat=True)
        if not self.goes_on() or states.first() != OrderState.RUNNING:
            raise Stopped

    def _rate(self, now: float, measured: int) -> float | None:
        """Answer how many files a second were measured in the last moments."""
        self._seen.append((now, measured))
        while now - self._seen[0][0] > RATE_OVER_S and len(self._seen) > 2:  # noqa: PLR2004 - two make a rate
            self._seen.popleft()
        (began, before), passed = self._seen[0], now - self._seen[0][0]
        return (measured - before) / passed if passed > 0 and began < now else None
