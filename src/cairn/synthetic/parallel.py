"""Drawing several pictures at once: NumPy, OpenCV and the codecs let other threads run while they work."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Made = TypeVar("Made")

MOST_THREADS = 4
"""More gain nothing: the parts between the array operations run one at a time."""


def in_parallel(jobs: Sequence[Callable[[], Made]]) -> list[Made]:
    """Do jobs on a few threads, and answer what they made, in their order.

    Args:
        jobs: Independent of each other; each draws from a random stream of its own, so the order in which
            they run changes nothing.

    Raises:
        Exception: The first error of a job, in their order, once those that run have ended.
    """
    with ThreadPoolExecutor(max(1, min(MOST_THREADS, os.cpu_count() or 1))) as pool:
        return list(pool.map(lambda job: job(), jobs))
