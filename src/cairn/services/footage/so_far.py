"""What is known of a long film before all of it has been followed: told early, and never kept.

A film of three hours is followed for many minutes. After its first five, and whenever it has become twice as
long, what was seen so far is asked of the index and lined up, as at the end, and told in the progress. Only
what the asker may know of is compared, only by the hashes of frames, and of very many frames so many that are
spread evenly. The answer itself is made of everything, at the end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.linking.clip import ClipLink, Grade, parts
from cairn.services.features.comparing import Sides
from cairn.services.footage.meeting import ASKED_AT_ONCE, links_of_frames

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.frames import Frames
    from cairn.index import Index
    from cairn.linking.clip import ClipPolicy
    from cairn.linking.clip.spans import Seconds
    from cairn.services.checking.knowledge import Recollection

FIRST_S: Final = 300.0
"""So much of a film is followed before the first word of it. Decoding alone was measured at 21 times the
speed of a film (``docs/method/video.md``): some 14 s of these; with the work for a check it is more."""


@dataclass(frozen=True, slots=True)
class KnownSoFar:
    """What is known of a film that is still followed.

    Attributes:
        to_s: How far it had been followed then.
        known: The stretches that are known.
        in_series: Those of them that lie in a series.
        address: Where the film lies; empty where that is not told.
    """

    to_s: float
    known: tuple[Seconds, ...]
    in_series: tuple[Seconds, ...]
    address: str = ""


@dataclass(slots=True)
class EarlyLook:
    """Compares what was seen of a film so far, at its marks.

    Attributes:
        index: The exact index.
        recollection: What the asker may know.
        policy: The thresholds, by name.
        first_s: Where the first mark is; each one after lies twice as far.
    """

    index: Index
    recollection: Recollection
    policy: ClipPolicy
    first_s: float = FIRST_S
    _followed: dict[int, float] = field(default_factory=dict)
    _next: dict[int, float] = field(default_factory=dict)
    _latest: dict[int, KnownSoFar] = field(default_factory=dict)

    def at(self, media: int, seconds: float, frames: Callable[[], Frames]) -> KnownSoFar | None:
        """Answer what was known of a film at its last mark; ``None`` before the first.

        Where fewer seconds are followed than before, its worker has died and another begins anew: what was
        told of the film is forgotten.

        Args:
            media: Which film.
            seconds: How far it is followed now.
            frames: Answers its frames until there.
        """
        if seconds < self._followed.get(media, 0.0):
            self._next.pop(media, None)
            self._latest.pop(media, None)
        self._followed[media] = seconds
        mark = self._next.get(media, self.first_s)
        if seconds >= mark:
            while mark <= seconds:
                mark *= 2
            self._next[media] = mark
            self._latest[media] = self._compared(media, seconds, frames())
        return self._latest.get(media)

    def _compared(self, media: int, seconds: float, frames: Frames) -> KnownSoFar:
        if len(frames) > ASKED_AT_ONCE:
            frames = frames.only(np.linspace(0, len(frames) - 1, ASKED_AT_ONCE).astype(np.intp))
        found = links_of_frames(
            self.index, frames, but=media, file_s=seconds, sides=Sides(self.recollection), policy=self.policy
        )
        links = {
            number: link
            for number, link in found.items()
            if isinstance(link, ClipLink) and link.grade is Grade.RECORDING
        }
        owners = {number: known.owners.owned for number, known in self.recollection.of(list(links)).items()}
        told = parts(links, file_s=seconds, owners=owners)
        return KnownSoFar(
            seconds,
            tuple((part.from_s, part.to_s) for part in told if part.known),
            tuple((part.from_s, part.to_s) for part in told if part.series),
        )
