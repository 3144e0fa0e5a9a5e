"""Until when videos are compared, where somebody waits or the time itself must tell nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(slots=True)
class Deadline:
    """Until when comparisons are begun.

    Attributes:
        ends_at: On the monotonic clock; infinite where all is compared.
        pairs_a_second: Frames of a file times frames of a recorded video that are lined up in a second at the
            least; infinite where the last one may outlast the deadline.
        was_met: Whether something was left out.
    """

    ends_at: float = float("inf")
    pairs_a_second: float = float("inf")
    was_met: bool = False

    @classmethod
    def after(cls, seconds: float, *, pairs_a_second: float = float("inf")) -> Deadline:
        """Answer the deadline so long from now."""
        return cls(time.monotonic() + seconds, pairs_a_second)

    def is_over(self, *, pairs: int = 0) -> bool:
        """Answer whether no more is begun, or nothing with so many pairs of frames; this remembers that."""
        is_over = time.monotonic() + pairs / self.pairs_a_second > self.ends_at
        self.was_met |= is_over
        return is_over
