"""Files made to exhaust the machine, through the real decoders: each ends in a result or a reason."""

from __future__ import annotations

import os
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cairn.errors import NotComparable, Reason
from cairn.fingerprints.sandbox import DecoderPool, Job, Limits
from cairn.types import Fingerprints, Pdq, PdqMode
from fingerprints.sandbox import bombs
from fingerprints.sandbox.bombs import BOMBS
from fingerprints.sandbox.misbehaving import obedient_pool, outcomes, refusal
from reference import reference_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

STRICT = Limits(memory_bytes=600 << 20, cpu_s=10, wall_s=30)

DEFUSED = {
    Reason.TOO_LARGE,
    Reason.UNDECODABLE,
    Reason.BLANK,
}
"""What a bomb may end in without a worker having died of it."""


@pytest.fixture(scope="module")
def decoders() -> Iterator[DecoderPool]:
    with DecoderPool(workers=2, mode=PdqMode.FAST, limits=STRICT) as pool:
        yield pool


def peak_bytes(pid: int) -> int:
    """The most memory that any descendant of a process has held so far."""
    most, parents = 0, {pid}
    for entry in sorted(int(name) for name in os.listdir("/proc") if name.isdigit()):  # noqa: PTH208 - names only
        try:
            status = Path(f"/proc/{entry}/status").read_text()
        except OSError:
            continue
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        if int(fields["PPid"]) in parents:
            parents.add(entry)
            most = max(most, int(fields.get("VmHWM", "0 kB").split()[0]) << 10)
    return most


def test_every_bomb_ends_in_a_reason_within_its_memory(decoders: DecoderPool, tmp_path: Path) -> None:
    jobs = []
    for key, bomb in enumerate(BOMBS):
        path = tmp_path / bomb.__name__
        path.write_bytes(bomb())
        assert path.stat().st_size < 3 << 20
        jobs.append(Job(key, partial(os.open, path, os.O_RDONLY)))
    found = outcomes(decoders, jobs)
    assert sorted(found) == list(range(len(BOMBS)))
    for key, done in found.items():
        assert refusal(done).reason in DEFUSED, BOMBS[key].__name__
        assert done.attempts == 1, BOMBS[key].__name__
    if Path("/proc/self/status").exists():
        assert peak_bytes(os.getpid()) < STRICT.memory_bytes + (200 << 20)


def test_a_decoder_that_would_believe_a_bomb_is_held_by_its_memory_limit(tmp_path: Path) -> None:
    path = tmp_path / "bomb"
    path.write_bytes(bombs.png_of_900_megapixels())
    with obedient_pool(workers=1, limits=Limits(memory_bytes=128 << 20, cpu_s=10, wall_s=30)) as pool:
        done = outcomes(pool, [Job(0, partial(os.open, path, os.O_RDONLY))])[0]
    assert refusal(done).reason is Reason.TOO_LARGE
    assert "needed more than 128 MiB of memory" in refusal(done).sentence


def test_a_file_beyond_the_file_limit_is_refused_with_its_true_size(tmp_path: Path) -> None:
    path = tmp_path / "film"
    path.write_bytes(bombs.png_of_900_megapixels()[:100])
    os.truncate(path, (3 << 20) + 5)
    with DecoderPool(workers=1, mode=PdqMode.FAST, limits=Limits(file_bytes=1 << 20)) as pool:
        done = outcomes(pool, [Job(0, partial(os.open, path, os.O_RDONLY))])[0]
    assert isinstance(done.result, Fingerprints)
    assert done.result.size_bytes == (3 << 20) + 5
    found = refusal(done)
    assert found == NotComparable(
        Reason.TOO_LARGE, "The file is 3 MiB; pictures above 1 MiB are not decoded."
    )


@pytest.mark.reference
def test_every_malformed_file_ends_in_a_result_or_a_reason(decoders: DecoderPool) -> None:
    paths = sorted(path for path in reference_folder("malformed").rglob("*") if path.is_file())
    jobs = [Job(key, partial(os.open, path, os.O_RDONLY)) for key, path in enumerate(paths)]
    started = time.monotonic()
    found = outcomes(decoders, jobs)
    assert time.monotonic() - started < 60
    assert sorted(found) == list(range(len(paths)))
    ends: Counter[str] = Counter()
    for done in found.values():
        assert isinstance(done.result, Fingerprints)
        comparison = done.result.picture.comparison
        ends["hash" if isinstance(comparison, Pdq) else comparison.reason.value] += 1
    assert sum(ends.values()) == len(paths)
    assert peak_bytes(os.getpid()) < STRICT.memory_bytes + (200 << 20)
