"""Which frames of a video local features are looked for in: densely at first, then ever more sparsely.

Features of a frame cost as much as decoding half a second of it, and in the records more than an hour of
hashes. One frame that shows how the picture lies is enough (``cairn.linking.clip.registration``), so shots
come first, and long shots have some more.
"""

from __future__ import annotations

from typing import Final

_GAPS: Final = ((6, 1.0), (60, 4.0), (240, 10.0))
"""Up to so many frames, and at least so many seconds apart."""

_SHOT_SHARE: Final = 0.5
"""The first frame of a shot is worth half of the gap."""


class DetailsDue:
    """Tells of each frame that is taken, in order, whether its local features are wanted."""

    def __init__(self) -> None:
        """Begin before the first frame."""
        self._count = 0
        self._last_s = float("-inf")

    def wants(self, at_s: float, *, is_shot: bool) -> bool:
        """Answer whether this frame's are; if so, it counts.

        Args:
            at_s: When it is shown.
            is_shot: A shot begins with it.
        """
        gap = next((gap_s for most, gap_s in _GAPS if self._count < most), float("inf"))
        if at_s - self._last_s < gap * (_SHOT_SHARE if is_shot else 1.0):
            return False
        self._count += 1
        self._last_s = at_s
        return True
