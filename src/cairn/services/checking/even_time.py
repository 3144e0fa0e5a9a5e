"""Steps that take the same time whatever they do, so that their duration tells nothing.

Where a check has met a blind series, more is written than where it has not. Whoever asks must not be able to
measure that, also not by asking often and taking the mean. So the step is given a time that it never takes in
full, and waits for the rest of it.
"""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def evenly(
    step_s: float,
    *,
    clock: Callable[[], float] = time.monotonic,
    wait: Callable[[float], None] = time.sleep,
) -> Iterator[None]:
    """Let the block last ``step_s`` seconds; where it lasts longer, a multiple of that.

    Args:
        step_s: Longer than the work inside ever takes.
        clock: Answers the time in seconds.
        wait: Waits so many seconds.
    """
    began = clock()
    yield
    spent_s = clock() - began
    wait(max(math.ceil(spent_s / step_s), 1) * step_s - spent_s)
