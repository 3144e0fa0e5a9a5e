"""How often an altered clip is linked to its original, and different recordings to one another.

The clips of the reference data, where that lies beside the checkout, and drawn ones: rooms and tables that a
camera moves through, ten clips before one wall, and six that share a title. Every clip is altered, encoded,
measured as a file would be, and compared with every clip; with its own, and with one of its kind, also after
its edit has been undone; with the others of its kind as if their points had said that it lies as it is, or
mirrored. Copies that last less than a second and a half are not asked: they hold hardly a frame that is
recorded.
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.clip_altering import CODING, ROWS, USUAL, Case, wanted
from benchmarks.clip_measuring import Measured, measured_known, measured_query
from benchmarks.clip_peers import peers
from benchmarks.clip_videos import drawn_clip, drawn_names, frames_of, recording, reference_videos, write_clip
from benchmarks.tables import print_table
from cairn.linking.clip import CLIP_3, Grade, clip_link
from cairn.linking.clip.registration import Registration, registered_link, registrations
from cairn.linking.policy import ALTERED_10_11

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.linking.clip import ClipLink
    from cairn.linking.clip.registration import Detailed

EVERY, FIRST = (int(each) for each in f"{os.environ.get('CAIRN_BENCH_CLIPS', '1')}:0".split(":")[:2])
"""Only every so manieth clip is altered, to be quicker; all are recorded. ``3:1`` begins with the second, so
that what was chosen on one third can be tried on another."""

WALLS = os.environ.get("CAIRN_BENCH_WALLS", "")
"""``32:8`` takes eight clips before the one wall alone, from number 32 on: thresholds know the first ones."""

CACHE = Path(os.environ.get("CAIRN_BENCH_CACHE", tempfile.gettempdir())) / "cairn-clips"
"""Encoded clips stay here for the next run."""

LEAST_S = 1.5
CORES = os.cpu_count() or 1

_KINDS = ("drawn", "wall", "title")
_AS_IT_IS = tuple(
    Registration(np.eye(3), is_mirrored, (1, 1), (1, 1), 0, 0.0, 0.0, np.zeros((0, 2)))
    for is_mirrored in (False, True)
)

Verdict = tuple[str, str, str, bool, bool, tuple[bool, ...]]
"""Row, clip, known clip; whether the first pass links, whether any does, and which peer does."""


def main() -> None:
    """Measure, and print the shares of linked copies and the links between strangers."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(CORES) as workers:
        names = walls() or drawn_names()
        list(workers.map(draw, names))
        paths = [*(CACHE / f"{name}.mp4" for name in names), *(() if WALLS else reference_videos())]
        chosen = range(FIRST, len(paths), EVERY)
        list(workers.map(partial(_alter, paths), chosen))
        known = dict(zip(map(_name, paths), workers.map(_known, paths, chunksize=2), strict=True))
        work = partial(_verdicts, known, paths)
        asked = [(row, number) for number in chosen for row in ROWS]
        verdicts = [each for some in workers.map(work, asked, chunksize=4) for each in some]
    _print(verdicts, [peer.name for peer in peers()])


def walls() -> list[str]:
    """Answer the clips before the wall that are asked for alone; none where all clips are."""
    first, _, count = WALLS.partition(":")
    return [f"wall-{int(first) + at}" for at in range(int(count))] if WALLS else []


def _name(path: Path) -> str:
    return path.stem


def _slug(row: str) -> str:
    return "".join(sign if sign.isalnum() else "_" for sign in row)


def draw(name: str) -> None:
    """Draw and encode a clip, unless an earlier run has."""
    path = CACHE / f"{name}.mp4"
    if not path.exists():
        write_clip(path, drawn_clip(name))


def _altered(path: Path, row: str) -> Path:
    return CACHE / f"{path.stem}--{_slug(row)}.mp4"


def _hosts(paths: Sequence[Path], number: int) -> tuple[Path, Path]:
    """Answer the clips that one is put among."""
    return paths[(number + 5) % len(paths)], paths[(number + 11) % len(paths)]


def _alter(paths: Sequence[Path], number: int) -> None:
    """Encode all altered copies of a clip, unless an earlier run has."""
    missing = [row for row in ROWS if not _altered(paths[number], row).exists()]
    if missing:
        host, second = _hosts(paths, number)
        case = Case(frames_of(paths[number]), number, frames_of(host), frames_of(second))
        for row in missing:
            codec, options = CODING.get(row, USUAL)
            write_clip(_altered(paths[number], row), ROWS[row](case), codec=codec, options=options)


def _known(path: Path) -> tuple[Measured, list[Any]]:
    return measured_known(path), [peer.measure(path) for peer in peers()]


def _verdicts(
    known: dict[str, tuple[Measured, list[Any]]], paths: Sequence[Path], asked: tuple[str, int]
) -> list[Verdict]:
    """Answer who links one altered copy with which known clip."""
    row, number = asked
    path = _altered(paths[number], row)
    query = measured_query(path)
    if query.duration_s < LEAST_S:
        return []
    theirs = [peer.measure(path) for peer in peers()]
    mine = recording(_name(paths[number]))
    parts = {recording(_name(host)) for host in _hosts(paths, number)} if _has_hosts(row) else set()
    twin = _twin(list(known), _name(paths[number]))
    found: list[Verdict] = []
    for name, (measured, kept) in known.items():
        own = recording(name) == mine
        if recording(name) in parts and not own:
            continue
        first = _is_recording(_link(query, measured))
        undone = first
        if not first and name in {_name(paths[number]), twin}:
            undone = _is_recording(_undone(query, measured, query.points))
        elif not first and _kind(name) and _kind(name) == _kind(_name(paths[number])):
            undone = _is_recording(_undone(query, measured, None))
        links = tuple(
            peer.links(ours, other) for peer, ours, other in zip(peers(), theirs, kept, strict=True)
        )
        found.append((row, mine, recording(name), first, undone, links))
    return found


def _has_hosts(row: str) -> bool:
    return "compilation" in row or "picture in picture" in row


def _kind(name: str) -> str:
    """Answer which of the drawn kinds a clip is of, or none."""
    return next((kind for kind in _KINDS if name.startswith(kind)), "")


def _twin(names: Sequence[str], name: str) -> str:
    """Answer another recording of the same kind, such as one before the same background."""
    alike = [each for each in names if recording(each) != recording(name) and _kind(each) == _kind(name)]
    return alike[len(name) * 7 % len(alike)]


def _link(query: Measured, known: Measured) -> ClipLink | None:
    return clip_link(
        query.frames, known.frames, file_s=query.duration_s, known_s=known.duration_s, policy=CLIP_3
    )


def _undone(query: Measured, known: Measured, points: Sequence[Detailed] | None) -> ClipLink | None:
    """Answer the link with the edit undone, as points say, or without points as if nothing were to undo."""
    ways: Sequence[Registration] = _AS_IT_IS
    if points is not None:
        ways = registrations(points, known.points, policy=ALTERED_10_11)
    return registered_link(
        query.frames,
        known.frames,
        ways,
        file_s=query.duration_s,
        known_s=known.duration_s,
        policy=CLIP_3,
    )


def _is_recording(link: ClipLink | None) -> bool:
    return link is not None and link.grade is Grade.RECORDING


def _print(verdicts: Sequence[Verdict], names: Sequence[str]) -> None:
    """Print the recall of every row, and how many strangers each way has linked."""
    own: dict[str, dict[str, list[bool]]] = defaultdict(dict)
    strange = [0] * (2 + len(names))
    pairs = 0
    for row, mine, other, first, undone, links in verdicts:
        ways = [first, undone, *links]
        if mine == other:
            before = own[row].get(mine, [False] * len(ways))
            own[row][mine] = [one or two for one, two in zip(before, ways, strict=True)]
        else:
            pairs += 1
            strange = [count + linked for count, linked in zip(strange, ways, strict=True)]
    lines: list[tuple[object, ...]] = []
    for row, clips in own.items():
        shares = [sum(each[way] for each in clips.values()) / len(clips) for way in range(len(strange))]
        mark = "" if shares[1] >= wanted(row) else " (below)"
        lines.append((row, len(clips), *(f"{share:.2f}" for share in shares), f"{wanted(row):.2f}{mark}"))
    lines.append(("**different recordings linked**", pairs, *strange, 0))
    head = ("alteration", "clips", "frames in time", "and edits undone", *names, "wanted of these")
    print_table(f"Share of altered clips that are linked to their original ({CLIP_3.name})", head, lines)
