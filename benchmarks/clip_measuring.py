"""What is measured of a clip for the benchmark: what a check measures, and of it what is recorded."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cairn.errors import NotComparable
from cairn.fingerprints.source import Source
from cairn.fingerprints.video import fingerprint_video
from cairn.fingerprints.wanted import ASKED_EVERY_S
from cairn.linking.clip.recorded import worth_keeping
from cairn.services.features import frames as detailed

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.frames import Frames
    from cairn.linking.clip.registration import Detailed


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """A clip, measured.

    Attributes:
        frames: As a check has them; of a known clip those that are recorded.
        points: The local features of the frames that are compared by them.
        duration_s: From the first to the last frame.
    """

    frames: Frames
    points: tuple[Detailed, ...]
    duration_s: float


def measured_known(path: Path) -> Measured:
    """Measure a clip as it is recorded."""
    frames, lasts_s = _measured(path)
    kept = replace(worth_keeping(frames), turned=None, inside_turned=None)
    points = detailed.from_bytes(detailed.as_bytes(detailed.worth_keeping(frames.details)))
    return Measured(kept, points, lasts_s)


def measured_query(path: Path) -> Measured:
    """Measure a clip as it is asked about."""
    frames, lasts_s = _measured(path)
    rows = detailed.asked_rows(frames)
    points = tuple((frames.details[row].at_s, detailed.features_at(frames, row)) for row in rows)
    return Measured(frames, points, lasts_s)


def _measured(path: Path) -> tuple[Frames, float]:
    with path.open("rb") as stream:
        source = Source(stream.fileno(), path.stat().st_size)
        found = fingerprint_video(source, every_s=ASKED_EVERY_S, closely=True)
    if isinstance(found, NotComparable):
        raise TypeError(f"{path.name}: {found.sentence}")
    return found.frames, max(found.covered_s, 0.1)
