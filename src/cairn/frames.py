"""What is measured of a video: its frames as columns, and what its container says; immutable, free of I/O.

A video is the only content of which there are thousands of hashes, so they are kept as arrays with a row a
frame, and never as objects.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from cairn.errors import NotComparable


class VideoMode(StrEnum):
    """Which frames of a video were looked at."""

    EVEN = "even"
    """One every so often, and the first of every shot."""
    KEY_FRAMES = "key-frames"
    """Only frames that stand by themselves in the file: much faster, and blind between them."""
    VPDQ = "vpdq"
    """The frames that vPDQ takes, by their number, at full size: for exchange with other tools."""


@dataclass(frozen=True, slots=True)
class FramePoints:
    """The local features of one frame, as ``cairn.types.LocalFeatures`` holds them.

    Attributes:
        at_s: When the frame is shown, in seconds since the first.
        width: Of the frame as it was looked at, in working pixels.
        height: As width.
        points: 8 bytes each.
        descriptors: 128 bytes each.
    """

    at_s: float
    width: int
    height: int
    points: bytes
    descriptors: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Frames of one video in the order in which they are shown; every column has a row a frame.

    Attributes:
        hashes: ``(n, 32) uint8``, PDQ of the whole frame as it is shown, in the bit order of ``Pdq``.
        inside: ``(n, 32) uint8``, PDQ of the frame without its flat borders; of a frame that has none, the
            same row as in ``hashes``.
        quality: ``(n,) uint8``, 0 to 100; below 50 the hash of the whole frame is not comparable.
        inside_quality: ``(n,) uint8``, the same of ``inside``.
        at: ``(n,) float64``, seconds since the first frame was shown; increasing.
        shot: ``(n,) bool``, true for the first frame after a change of shot; the first frame is one.
        turned: ``(n, 8, 32) uint8``, ``hashes`` in all eight orientations in the order of ``ORIENTATIONS``:
            ``turned[:, 0]`` equals ``hashes``; ``None`` for what was read from the records.
        inside_turned: The same of ``inside``.
        cells: ``(m, 64, 64) uint8`` of the first m frames, the reduced picture that each hash of a whole
            frame is made of, rounded; only of the video that is asked about, and never kept: these are
            pixels. With them ``cairn.linking.clip.registered`` undoes an edit in every frame once local
            features have shown it in one. ``None`` for what was read from the records.
        details: Local features of some frames, in the order of time.
        leanings: ``(n, 256) float32``, how surely each bit of ``hashes`` is set, -1 to 1, bit by bit;
            only of a file that ``cairn.linking.clip.registered`` has laid into a known one.
    """

    hashes: NDArray[np.uint8]
    inside: NDArray[np.uint8]
    quality: NDArray[np.uint8]
    inside_quality: NDArray[np.uint8]
    at: NDArray[np.float64]
    shot: NDArray[np.bool_]
    turned: NDArray[np.uint8] | None = None
    inside_turned: NDArray[np.uint8] | None = None
    cells: NDArray[np.uint8] | None = None
    details: tuple[FramePoints, ...] = ()
    leanings: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        """Answer the number of frames."""
        return len(self.at)

    def only(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Frames:
        """Answer some of the frames, as an index of the first axis names them, without cells and details."""
        return Frames(
            hashes=self.hashes[rows],
            inside=self.inside[rows],
            quality=self.quality[rows],
            inside_quality=self.inside_quality[rows],
            at=self.at[rows],
            shot=self.shot[rows],
            turned=None if self.turned is None else self.turned[rows],
            inside_turned=None if self.inside_turned is None else self.inside_turned[rows],
            leanings=None if self.leanings is None else self.leanings[rows],
        )


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """One stream of a container.

    Attributes:
        kind: ``video``, ``audio``, ``subtitle``, ``data``, ``attachment`` or ``cover``.
        codec: As FFmpeg names it, such as ``h264``; empty where it knows none.
    """

    kind: str
    codec: str


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What the container and its first video stream say of themselves; a person may have written anything.

    Attributes:
        container: As FFmpeg names the format, such as ``mov,mp4,m4a,3gp,3g2,mj2``.
        codec: Of the video stream, such as ``h264``.
        width: In pixels, as stored.
        height: As width.
        rotation: How far the player turns the frames, counter-clockwise: 0, 90, 180 or 270 degrees. The
            hashes are of the frames as they are shown.
        duration_s: As stated; ``None`` where nothing is.
        frame_rate: Frames a second on average, as stated; ``None`` as above.
        created_at: When it was recorded, as stated, in UTC.
        encoder: The program that wrote it.
        make: The maker of the device.
        model: The device.
        streams: All streams, in the order of the file; the first 64 at most.
    """

    container: str
    codec: str
    width: int
    height: int
    rotation: int = 0
    duration_s: float | None = None
    frame_rate: float | None = None
    created_at: datetime | None = None
    encoder: str = ""
    make: str = ""
    model: str = ""
    streams: tuple[StreamFacts, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class VideoFingerprint:
    """What was measured of one video.

    Attributes:
        facts: What the file says.
        frames: The frames that were looked at; none where the file has none that can be decoded.
        mode: Which frames those are.
        covered_s: How far the frames reach, in seconds since the first.
        stopped: Why the rest was not looked at; ``None`` where the video was followed to its end.
    """

    facts: VideoFacts
    frames: Frames
    mode: VideoMode
    covered_s: float
    stopped: NotComparable | None = None

    @property
    def is_whole(self) -> bool:
        """True where the video was followed to its end."""
        return self.stopped is None


def no_frames() -> Frames:
    """Answer the frames of a video that has none, or of a part of one in which none was taken."""
    hashes, numbers = np.zeros((0, 32), np.uint8), np.zeros(0, np.uint8)
    turned = np.zeros((0, 8, 32), np.uint8)
    return Frames(hashes, hashes, numbers, numbers, np.zeros(0), np.zeros(0, np.bool_), turned, turned)


def joined(parts: Sequence[Frames]) -> Frames:
    """Answer frames that came in parts as one."""
    if not parts:
        return no_frames()
    turned = [part.turned for part in parts if part.turned is not None]
    within = [part.inside_turned for part in parts if part.inside_turned is not None]
    cells = [part.cells for part in takewhile(lambda part: part.cells is not None, parts)]
    return Frames(
        hashes=np.concatenate([part.hashes for part in parts]),
        inside=np.concatenate([part.inside for part in parts]),
        quality=np.concatenate([part.quality for part in parts]),
        inside_quality=np.concatenate([part.inside_quality for part in parts]),
        at=np.concatenate([part.at for part in parts]),
        shot=np.concatenate([part.shot for part in parts]),
        turned=np.concatenate(turned) if len(turned) == len(parts) else None,
        inside_turned=np.concatenate(within) if len(within) == len(parts) else None,
        cells=np.concatenate([each for each in cells if each is not None]) if cells else None,
        details=tuple(each for part in parts for each in part.details),
    )


def clock(seconds: float) -> str:
    """Answer a time within a video as people write it, such as ``00:03:12``."""
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


_STRAY_S = 0.001


def clock_end(seconds: float) -> str:
    """Answer where a stretch ends as people write it: in the next whole second, where it is none.

    A stretch is shown from the second in which it begins to the one by which it has ended, so that whoever
    plays what is written sees all of it.

    >>> clock(1.938), clock_end(1.938), clock_end(2.0)
    ('00:00:01', '00:00:02', '00:00:02')
    """
    return clock(math.ceil(max(0.0, seconds - _STRAY_S)))


_PART = r"(?:[.,]\d{1,3})?"
_MOMENT = rf"(?:(?:(\d{{1,3}}):)?([0-5]?\d):([0-5]?\d{_PART})|(\d{{1,6}}{_PART}))"
_SPAN = re.compile(rf"\s*{_MOMENT}\s*[-–]\s*{_MOMENT}\s*")
_MOST_SPAN_CHARS = 60


def span_text(from_s: float, to_s: float, *, dash: str = "–") -> str:
    """Answer a stretch of time as people write it, to the millisecond where that is not 0.

    >>> span_text(192.0, 280.5)
    '00:03:12–00:04:40.5'
    """
    return f"{_moment(from_s)}{dash}{_moment(to_s)}"


def span_of(text: str) -> tuple[float, float] | None:
    """Answer the seconds of a stretch that is written as ``00:03:12-00:04:40``; ``None`` where it is none.

    >>> span_of("3:12-4:40.5"), span_of("192-280"), span_of("3:12-3:99")
    ((192.0, 280.5), (192.0, 280.0), None)
    """
    found = _SPAN.fullmatch(text) if len(text) <= _MOST_SPAN_CHARS else None
    return None if found is None else (_seconds(found.groups()[:4]), _seconds(found.groups()[4:]))


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, alone = parts
    return (
        int(hours or 0) * 3600 + int(minutes or 0) * 60 + float((seconds or alone or "0").replace(",", "."))
    )


def _moment(at_s: float) -> str:
    ms = round(at_s * 1000)
    whole = f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}"
    return whole if ms % 1000 == 0 else f"{whole}.{ms % 1000:03}".rstrip("0")
