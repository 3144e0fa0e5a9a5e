"""What it costs and wins to keep neighbouring frames that look the same once; what millions of videos take.

The clips of ``benchmarks.clips``, and the same with every picture held for some seconds, as a slide show or a
camera that stands still has it. Each is recorded with runs of so many bits kept once, and met by a copy that
was encoded again strongly: whole, and in windows of three seconds.

Then the exact index: the layout that it has from 30 million hashes on is built at three sizes, and a straight
line through what they take on disk and in processor time tells what 1.5 billion would. That is arithmetic.
"""

from __future__ import annotations

import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Final
from unittest.mock import patch

import numpy as np

from benchmarks.clip_measuring import Measured, measured_query
from benchmarks.clip_videos import Clip, drawn_names, frames_of, reference_videos, write_clip
from benchmarks.clips import CACHE, CORES, EVERY, FIRST, draw
from benchmarks.search import RADIUS, make_hashes, make_queries
from benchmarks.tables import print_table
from cairn.index import bands, open_index
from cairn.linking.clip import CLIP_3, Grade, clip_link, collapsed
from cairn.linking.clip.frames_alike import LEAST_QUALITY, distances
from cairn.linking.clip.recorded import thinned_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.frames import Frames

RUN_BITS: Final = (-1, 4, 8, 16, 24)
"""-1 keeps every frame."""

WINDOW_S: Final = 3.0
HELD_S: Final = 4.0
STRONGLY: Final = {"preset": "veryfast", "crf": "35"}

SIZES: Final = (500_000, 1_000_000, 2_000_000)
QUERIES: Final = 400
ROUNDS: Final = 3
VIDEOS, FRAMES = 5_000_000, 300
SEGMENT: Final = 100_000_000
"""Hashes in one index of the machines that were measured (docs/method/exact-search.md)."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What one way of keeping one clip comes to.

    Attributes:
        kept: Frames that are kept.
        near: Frames of the copy, comparable ones, that lie within the index's radius of a kept one.
        frames: Comparable frames of the copy.
        linked: Windows, and the whole, that are linked as the same recording.
        asked: Windows, and the whole.
    """

    kept: int
    near: int
    frames: int
    linked: int
    asked: int


def main() -> None:
    """Print both tables, and the arithmetic."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(CORES) as workers:
        list(workers.map(draw, drawn_names()))
        paths = [*(CACHE / f"{name}.mp4" for name in drawn_names()), *reference_videos()][FIRST::EVERY]
        for title, is_held in (("Clips that move", False), ("The same, each picture held", True)):
            counted = list(workers.map(partial(_counted, is_held=is_held), paths))
            _print_counted(title, counted)
    _print_paper()


def _counted(path: Path, *, is_held: bool) -> list[Counted]:
    """Answer what each way of keeping a clip comes to."""
    clip = frames_of(path)
    clip = _held(clip) if is_held else clip
    with tempfile.TemporaryDirectory() as folder:
        known, copy = Path(folder) / "known.mp4", Path(folder) / "copy.mp4"
        write_clip(known, clip)
        write_clip(copy, clip, options=STRONGLY)
        recorded, asked = measured_query(known), measured_query(copy)
    return [_of_way(recorded, asked, bits) for bits in RUN_BITS]


def _held(clip: Clip) -> Clip:
    """Answer the clip as a slide show: of every so many seconds the first picture."""
    step = round(HELD_S * clip.rate)
    return Clip([clip.frames[at // step * step] for at in range(len(clip.frames))], clip.rate)


def _of_way(recorded: Measured, asked: Measured, run_bits: int) -> Counted:
    thin = thinned_out(recorded.frames)
    kept = thin if run_bits < 0 else collapsed(thin, run_bits=run_bits)
    comparable = np.flatnonzero(asked.frames.quality >= LEAST_QUALITY)
    bits = distances(asked.frames, comparable, kept, np.arange(len(kept)), orientation=0)
    near = int((bits.min(axis=1, initial=1_000) <= RADIUS).sum())
    parts = [asked.frames, *_windows(asked.frames)]
    linked = [
        link is not None and link.grade is Grade.RECORDING
        for part in parts
        for link in (
            clip_link(
                part,
                kept,
                file_s=float(part.at[-1] - part.at[0]),
                known_s=recorded.duration_s,
                policy=CLIP_3,
            ),
        )
    ]
    return Counted(len(kept), near, len(comparable), sum(linked), len(linked))


def _windows(frames: Frames) -> Iterator[Frames]:
    """Yield the frames of every three seconds."""
    for start in np.arange(0.0, float(frames.at[-1]) - WINDOW_S + 0.01, WINDOW_S):
        rows = np.flatnonzero((frames.at >= start) & (frames.at < start + WINDOW_S))
        if len(rows) > 1:
            yield frames.only(rows)


def _print_counted(title: str, counted: list[list[Counted]]) -> None:
    lines = []
    whole = sum(each[0].kept for each in counted)
    for at, bits in enumerate(RUN_BITS):
        some = [each[at] for each in counted]
        kept, near = sum(each.kept for each in some), sum(each.near for each in some)
        frames = sum(each.frames for each in some)
        linked, asked = sum(each.linked for each in some), sum(each.asked for each in some)
        way = "all" if bits < 0 else f"within {bits} bits once"
        lines.append((way, kept, f"{kept / whole:.2f}", f"{near / frames:.3f}", f"{linked} of {asked}"))
    head = (
        "kept",
        "frames",
        "share",
        f"frames of the copy within {RADIUS} bits",
        "copies and windows linked",
    )
    print_table(f"{title} ({len(counted)} clips)", head, lines)


def _print_paper() -> None:
    """Print what 1.5 billion hashes take, from what three sizes took."""
    with patch.object(bands, "THIRTEEN_FROM_ROWS", 1):
        found = [_index_of(size) for size in SIZES]
    print_table(
        "The index's layout of 30 million hashes and more",
        ("hashes", "bytes on disk", "ms of processor time a frame in 8 orientations"),
        [
            (f"{size:,}", f"{space:,}", f"{spent * 1e3:.2f}")
            for size, (space, spent) in zip(SIZES, found, strict=True)
        ],
    )
    a_hash, fixed = np.polyfit(SIZES, [space for space, _ in found], 1)
    more, visit = np.polyfit(SIZES, [spent for _, spent in found], 1)
    hashes = VIDEOS * FRAMES
    parts = hashes // SEGMENT
    print(f"\na hash takes {a_hash:.1f} bytes more;")
    hashes = VIDEOS * FRAMES
    parts = hashes // SEGMENT
    print(f"{hashes:,} hashes: {(a_hash * hashes + fixed * parts) / 1e9:.0f} GB in {parts} indexes")
    if more > 0:
        print(f"{(visit * parts + more * hashes) * 1e3:.0f} ms of processor time a frame in 8 orientations")
    else:
        print("the time a frame takes does not grow measurably at these sizes")


def _index_of(size: int) -> tuple[int, float]:
    """Answer the bytes of an index of random hashes, and the processor seconds of a frame."""
    hashes = make_hashes(size, 1)
    turned = np.repeat(make_queries(hashes, QUERIES, 3)[:, None], 8, axis=1)
    turned[:, 1:] = make_hashes(QUERIES * 7, 9).reshape(-1, 7, 32)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "index"
        with open_index(folder, writable=True) as index:
            index.add(np.arange(size, dtype=np.uint64), hashes)
        space = sum(path.stat().st_size for path in folder.iterdir())
        with open_index(folder) as index:
            index.search_orientations(turned, radius=RADIUS)
            spent = []
            for _ in range(ROUNDS):
                began = process_time()
                index.search_orientations(turned, radius=RADIUS)
                spent.append((process_time() - began) / QUERIES)
    return space, min(spent)
