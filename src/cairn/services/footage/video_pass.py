"""The look at the videos of a check: after its pictures have been answered, because it takes longer."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from cairn.fingerprints.video import VIDEO_METHOD
from cairn.frames import VideoMode
from cairn.linking.clip import CLIP_3
from cairn.records.batches import parts
from cairn.records.media import Media
from cairn.services.checking.entries import entries_of
from cairn.services.footage.compared import compared_before, keep_compared, with_earlier
from cairn.services.footage.comparing import Seen, compare_videos
from cairn.services.footage.keeping import looked_at
from cairn.services.footage.looks import Looks
from cairn.services.footage.so_far import FIRST_S, EarlyLook
from cairn.services.footage.watching import Watching
from cairn.types import PdqMode, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from cairn.frames import Frames
    from cairn.index import Index
    from cairn.intake import Item, Unreadable
    from cairn.records.jobs import Check
    from cairn.services.answering.answer import FileAnswer
    from cairn.services.checking.knowledge import Recollection
    from cairn.services.checking.patience import Patience
    from cairn.services.checking.planning import CheckRequest
    from cairn.services.footage.so_far import KnownSoFar
    from cairn.services.footage.watching import OpenVideos
    from cairn.services.node.opening import Node


class VideosFor(StrEnum):
    """How the videos of a check are looked at."""

    WHOLE = "whole"
    """Frames of every second, and of every shot."""
    KEY_FRAMES = "key-frames"
    """Only frames that stand by themselves: much faster, and blind between them."""
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class VideoProgress:
    """How far the look at videos is.

    Attributes:
        total: Videos to look at.
        looked_at: Of these, how many are done.
        followed_s: How far the present one is followed.
        compared: How many are compared.
        so_far: What is known of a long one before its end; ``None`` before its first mark.
    """

    total: int
    looked_at: int = 0
    followed_s: float = 0.0
    compared: int = 0
    so_far: KnownSoFar | None = None

    @property
    def steps(self) -> int:
        """How many steps there are in all."""
        return 2 * self.total

    @property
    def done(self) -> int:
        """How many of them are done."""
        return self.looked_at + self.compared


@dataclass(frozen=True, slots=True)
class VideoPass:
    """What the look at videos works with.

    Attributes:
        node: The open node.
        request: What is checked, and how videos are to be looked at.
        run: The check, completely measured.
        patience: Waits where the disk has vanished.
        open_pool: Where hostile bytes are decoded.
        watch: Is told the progress.
    """

    node: Node
    request: CheckRequest
    run: Check
    patience: Patience
    open_pool: OpenVideos
    watch: Callable[[VideoProgress], object] = lambda _: None

    def wanted(self, answered: Mapping[int, FileAnswer]) -> set[int]:
        """Answer which media are to be looked at.

        Those that may move and that nothing else has settled; where they are to be registered, also those
        that nobody has looked at yet: what is recorded without its frames is met by nobody.

        Args:
            answered: By media, what the first look says of it.
        """
        moving: set[int] = set()
        for part in parts(sorted(answered)):
            moving.update(Media.objects.filter(pk__in=part, moves=True).values_list("pk", flat=True))
        open_still = {number for number in moving if answered[number].verdict in OPEN}
        if not self.request.register:
            return open_still
        return open_still | (moving - looked_at(moving))

    def seen(self, media: Collection[int], *, index: Index, recollection: Recollection) -> Seen:
        """Look at these media, and answer what links them to recorded ones."""
        with Looks() as looks:
            return self._seen(media, looks, index=index, recollection=recollection)

    def _seen(
        self, media: Collection[int], looks: Looks, *, index: Index, recollection: Recollection
    ) -> Seen:
        total = len(media)
        mode = VideoMode.KEY_FRAMES if self.request.videos is VideosFor.KEY_FRAMES else VideoMode.EVEN
        telling = _Telling(self.watch, total, EarlyLook(index, recollection, CLIP_3, FIRST_S), self.run)
        compare = partial(
            compare_videos,
            self.node,
            index,
            looks=looks,
            recollection=recollection,
            watch=telling.compared_one,
        )
        found, rest = Seen({}, {}), set(media)

        def compared(some: Collection[int]) -> None:
            nonlocal found
            rest.difference_update(some)
            seen = compare(some)
            keep_compared(self.run, {number: seen.near.get(number, ()) for number in some})
            found = found.with_more(seen)

        if media:
            workers = min(self.request.workers or os.cpu_count() or 1, total)
            with self.open_pool(workers=workers, mode=PdqMode.FAST, video=mode) as pool:
                method = f"{VIDEO_METHOD} {mode}"
                watching = Watching(
                    self.run, pool, mode, method, looks, compared, telling.told, telling.look_early
                )
                watching.run(media, lambda: self.patience.entries(self._walk))
        return found.with_more(with_earlier(compare(rest), compared_before(self.run, rest)))

    def _walk(self) -> Iterator[Item | Unreadable]:
        return entries_of(self.request)


@dataclass(slots=True)
class _Telling:
    """Tells how far the look at videos is, and of a long one what is known of it so far."""

    watch: Callable[[VideoProgress], object]
    total: int
    early: EarlyLook
    run: Check
    _so_far: KnownSoFar | None = None
    _looked_at: int = 0
    _compared: int = 0
    _addresses: dict[int, str] = field(default_factory=dict)

    def look_early(self, media: int, seconds: float, frames: Callable[[], Frames]) -> None:
        """Compare a film at its marks; what is told next is of this one."""
        found = self.early.at(media, seconds, frames)
        self._so_far = found and replace(found, address=self._address(media))

    def _address(self, media: int) -> str:
        """Answer where one file of a film lies."""
        if media not in self._addresses:
            rows = self.run.items.filter(media=media, is_done=True).order_by("pk")
            self._addresses[media] = rows.values_list("address", flat=True).first() or ""
        return self._addresses[media]

    def told(self, done: int, seconds: float) -> None:
        """Tell it; of a film that has ended nothing is known so far: its answer follows."""
        self._looked_at = done
        so_far = self._so_far if seconds else None
        self.watch(VideoProgress(self.total, done, seconds, self._compared, so_far))

    def compared_one(self, _: int) -> None:
        """Tell that one more is compared."""
        self._compared += 1
        self.watch(VideoProgress(self.total, self._looked_at, 0.0, self._compared))


OPEN = frozenset({Verdict.NEW, Verdict.SIMILAR, Verdict.NOT_COMPARABLE})
"""What a first look may leave a video with that is worth a look at its frames."""
