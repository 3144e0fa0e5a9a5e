"""What the tests of the pool share: files that say what their worker shall do, and a pool that obeys."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cairn.errors import NotComparable
from cairn.fingerprints.sandbox import DecoderPool, Done, Job, Limits
from cairn.types import Fingerprints, PdqMode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.fingerprints.sandbox import Recall

SOURCES = Path(__file__).parents[3] / "src"

PROGRAM = """import sys
sys.path[:0] = sys.argv[1:3]
from stand_in import main
main(sys.argv[3:])"""

COMMAND = (sys.executable, "-I", "-c", PROGRAM, str(SOURCES), str(Path(__file__).parent))

TIGHT = Limits(memory_bytes=128 << 20, cpu_s=1, wall_s=0.8)
"""So that a hang costs a test seconds and not minutes."""


def obedient_pool(*, workers: int = 2, limits: Limits = TIGHT) -> DecoderPool:
    """A pool whose workers do what files say."""
    return DecoderPool(workers=workers, mode=PdqMode.FAST, limits=limits, command=COMMAND)


def files(folder: Path, *orders: str) -> list[Job]:
    """One file an order; equal orders get different bytes."""
    jobs = []
    for key, order in enumerate(orders):
        path = folder / f"{key}.txt"
        path.write_text(order + "#" * key, encoding="utf-8")
        jobs.append(Job(key, partial(os.open, path, os.O_RDONLY)))
    return jobs


def outcomes(pool: DecoderPool, jobs: Iterable[Job], *, recall: Recall | None = None) -> dict[int, Done]:
    """Every result by its key; fails where a key comes twice."""
    found: dict[int, Done] = {}
    for done in pool.measure_all(jobs, recall=recall):
        assert done.key not in found
        found[done.key] = done
    return found


def refusal(done: Done) -> NotComparable:
    """Why a file has no hash; its digests are there all the same."""
    assert isinstance(done.result, Fingerprints)
    assert len(done.result.digests.sha256) == 32
    comparison = done.result.picture.comparison
    assert isinstance(comparison, NotComparable)
    return comparison


def said(pool: DecoderPool, folder: Path, order: str) -> str:
    """What one worker reports after one order."""
    return refusal(outcomes(pool, files(folder, order))[0]).sentence
