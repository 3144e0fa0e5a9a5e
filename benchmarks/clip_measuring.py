"""What is measured of a clip for the benchmark: frames as Cairn takes them, reduced pictures and points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import av
import numpy as np

from cairn.errors import NotComparable
from cairn.fingerprints import operator
from cairn.fingerprints.local import local_features, working_picture
from cairn.fingerprints.source import Source
from cairn.fingerprints.video import fingerprint_video

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.frames import Frames
    from cairn.linking.clip.registration import Detailed

LEAST_FRAMES = 16
SMALLEST_STEP_S = 0.125
"""A known video of less than 16 s is sampled so often that it has 16 frames; at most eight a second."""

QUERY_STEP_S = 0.25
SHORT_S = 4.0
"""A file that is shorter is sampled eight times a second."""

MOST_POINTS = 6
"""Frames of which points are looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A clip, measured.

    Attributes:
        frames: As ``fingerprint_video`` takes them; of a query with ``cells``.
        points: The local features of some frames.
        duration_s: From the first to the last frame.
    """

    frames: Frames
    points: tuple[Detailed, ...]
    duration_s: float


def measured_known(path: Path) -> Measured:
    """Measure a clip as it is recorded."""
    lasts = _duration_s(path)
    step = min(1.0, max(lasts / LEAST_FRAMES, SMALLEST_STEP_S))
    return _measured(path, step, points_every_s=2 * step, is_query=False)


def measured_query(path: Path, *, with_points: bool) -> Measured:
    """Measure a clip as it is asked about: more densely."""
    step = QUERY_STEP_S if _duration_s(path) >= SHORT_S else SMALLEST_STEP_S
    return _measured(path, step, points_every_s=4 * step if with_points else np.inf, is_query=True)


def _measured(path: Path, step: float, *, points_every_s: float, is_query: bool) -> Measured:
    with path.open("rb") as stream:
        source = Source(stream.fileno(), path.stat().st_size)
        found = fingerprint_video(source, every_s=step)
    if isinstance(found, NotComparable):
        raise TypeError(f"{path.name}: {found.sentence}")
    frames = found.frames
    lasts = float(frames.at[-1])
    every = max(points_every_s, lasts / MOST_POINTS)
    cells: list[NDArray[np.uint8]] = []
    points: list[Detailed] = []
    for at, luma in _pictures(path, frames.at):
        if is_query:
            small = operator.cells(operator.sampled(luma))
            cells.append(np.clip(np.rint(small), 0, 255).astype(np.uint8))
        if every < np.inf and (not points or at >= points[-1][0] + every - 1e-6):
            points.append((at, local_features(working_picture(luma))))
    if is_query:
        frames = replace(frames, cells=np.stack(cells))
    else:
        frames = replace(frames, turned=None, inside_turned=None)
    return Measured(frames, tuple(points), lasts)


def _pictures(path: Path, wanted: NDArray[np.float64]) -> list[tuple[float, NDArray[np.uint8]]]:
    """Answer the brightness of the frames that are shown at some seconds."""
    found: list[tuple[float, NDArray[np.uint8]]] = []
    with av.open(str(path)) as container:
        first: float | None = None
        for frame in container.decode(container.streams.video[0]):
            first = frame.time if first is None else first
            at = frame.time - first
            while len(found) < len(wanted) and at >= wanted[len(found)] - 1e-3:
                found.append((at, np.asarray(frame.to_ndarray(format="gray"), np.uint8)))
            if len(found) == len(wanted):
                break
        while len(found) < len(wanted):
            found.append((float(wanted[len(found)]), found[-1][1]))
    return found


def _duration_s(path: Path) -> float:
    """Answer how long a clip lasts, by its packets."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        times = [packet.pts for packet in container.demux(stream) if packet.pts is not None]
        return float((max(times) - min(times)) * stream.time_base) if times and stream.time_base else 0.0
