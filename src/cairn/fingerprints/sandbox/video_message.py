"""The words about a video: how it begins, its frames in parts, and how it ends.

As in ``message``, nothing is believed: every number has a range, every flag is 0 or 1, times only increase.
"""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from cairn.errors import NotComparable
from cairn.fingerprints.sandbox.body import Body, MessageError
from cairn.fingerprints.sandbox.features_message import (
    MAXIMUM_FEATURES_BYTES,
    pack_features,
    parse_features,
)
from cairn.fingerprints.sandbox.pieces import LARGEST_SIDE, REASONS, short, text
from cairn.frames import FramePoints, Frames, StreamFacts, VideoFacts, VideoMode
from cairn.types import ORIENTATIONS, PDQ_BYTES, LocalFeatures

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAXIMUM_PART_FRAMES = 64
"""Twice as many as ``fingerprints.following`` tells at once; a test compares the two."""

MAXIMUM_FRAMES = 100_100
"""Of one video; ``fingerprints.video_listener`` stops before."""

MAXIMUM_DETAILS = 250
"""Frames of one video with local features; ``fingerprints.details_due`` stops before."""

MAXIMUM_STREAMS = 64
_TURNS = len(ORIENTATIONS)
_TURNED_BYTES = _TURNS * PDQ_BYTES
_FRAME_BYTES = 8 + 4 + 2 * _TURNED_BYTES
_CELLS = (64, 64)
_CELLS_BYTES = _CELLS[0] * _CELLS[1]

MAXIMUM_PART_DETAILS = 32
"""A frame of a part has local features once at most, and a part lasts seconds."""

MAXIMUM_FRAMES_BYTES = (
    4
    + MAXIMUM_PART_FRAMES * (_FRAME_BYTES + _CELLS_BYTES)
    + 1
    + MAXIMUM_PART_DETAILS * (8 + MAXIMUM_FEATURES_BYTES)
)
MAXIMUM_BEGINNING_BYTES = 16_384
"""Five sentences at their longest, and 64 streams."""

_MODES = tuple(VideoMode)
_KINDS = ("video", "audio", "subtitle", "data", "attachment", "cover")
_MEDIA_TYPE = re.compile(r"[a-z]{1,16}/[a-z0-9][a-z0-9.+-]{0,62}")
_CODEC = re.compile(r"[A-Za-z0-9_.-]{1,63}")
_NUMBERS = struct.Struct(">IIHddq")
_COUNT = struct.Struct(">H")
_SECONDS = struct.Struct(">d")
_UNKNOWN_S = -1.0
_UNKNOWN_TIME = -(1 << 63)
_LONGEST_S = 10_000_000.0
_HIGHEST_RATE = 10_000.0
_ROTATIONS = (0, 90, 180, 270)
_BEST_QUALITY = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class VideoBegins:
    """A video was opened."""

    sequence: int
    media_type: str
    mode: VideoMode
    facts: VideoFacts


@dataclass(frozen=True, slots=True, eq=False)
class VideoGoesOn:
    """Its next frames; there may be none, which says that the decoder is at work."""

    sequence: int
    frames: Frames


@dataclass(frozen=True, slots=True)
class VideoEnds:
    """It was followed as far as it goes.

    Attributes:
        sequence: Of the file.
        covered_s: How far that is.
        stopped: Why no further; ``None`` at its end.
    """

    sequence: int
    covered_s: float
    stopped: NotComparable | None


def pack_beginning(message: VideoBegins) -> bytes:
    """Answer the body of a beginning."""
    facts = message.facts
    created = _UNKNOWN_TIME if facts.created_at is None else int((facts.created_at - _EPOCH).total_seconds())
    numbers = _NUMBERS.pack(
        min(facts.width, LARGEST_SIDE),
        min(facts.height, LARGEST_SIDE),
        facts.rotation,
        _UNKNOWN_S if facts.duration_s is None else facts.duration_s,
        _UNKNOWN_S if facts.frame_rate is None else facts.frame_rate,
        created,
    )
    words = b"".join(map(text, (facts.container, facts.encoder, facts.make, facts.model)))
    streams = b"".join(bytes([_KINDS.index(each.kind)]) + _codec(each.codec) for each in facts.streams)
    start = short(message.media_type.encode("ascii")) + bytes([_MODES.index(message.mode)])
    return start + numbers + _codec(facts.codec) + words + bytes([len(facts.streams)]) + streams


def parse_beginning(body: Body, sequence: int) -> VideoBegins:
    """Read the body of a beginning."""
    media_type = body.name(_MEDIA_TYPE, "media type")
    mode = body.choice(_MODES)
    width, height, rotation, duration_s, rate, created = _NUMBERS.unpack(body.take(_NUMBERS.size))
    if width > LARGEST_SIDE or height > LARGEST_SIDE or rotation not in _ROTATIONS:
        raise MessageError("An answer gives a video an impossible shape.")
    codec = body.name(_CODEC, "codec", may_lack=True)
    container, encoder, make, model = (body.sentence() for _ in range(4))
    count = body.number()
    if count > MAXIMUM_STREAMS:
        raise MessageError(f"An answer gives a video {count} streams.")
    streams = tuple(
        StreamFacts(body.choice(_KINDS), body.name(_CODEC, "codec", may_lack=True)) for _ in range(count)
    )
    facts = VideoFacts(
        container=container,
        codec=codec,
        width=width,
        height=height,
        rotation=rotation,
        duration_s=_known(duration_s, _LONGEST_S),
        frame_rate=_known(rate, _HIGHEST_RATE),
        created_at=_time(created),
        encoder=encoder,
        make=make,
        model=model,
        streams=streams,
    )
    return VideoBegins(sequence, media_type, mode, facts)


def pack_frames(frames: Frames) -> bytes:
    """Answer the body of some frames; they come with their orientations."""
    if frames.turned is None or frames.inside_turned is None:
        raise ValueError("Frames travel in all eight orientations.")
    differs = (frames.turned != frames.inside_turned).any(axis=(1, 2))
    return b"".join(
        (
            _COUNT.pack(len(frames)),
            frames.at.astype(">f8").tobytes(),
            frames.quality.tobytes(),
            frames.inside_quality.tobytes(),
            frames.shot.astype(np.uint8).tobytes(),
            differs.astype(np.uint8).tobytes(),
            frames.turned.tobytes(),
            frames.inside_turned[differs].tobytes(),
            _pack_cells(frames.cells),
            _pack_details(frames.details[:MAXIMUM_PART_DETAILS]),
        )
    )


def _pack_cells(cells: NDArray[np.uint8] | None) -> bytes:
    return _COUNT.pack(0) if cells is None else _COUNT.pack(len(cells)) + cells.tobytes()


def _pack_details(details: tuple[FramePoints, ...]) -> bytes:
    return bytes([len(details)]) + b"".join(
        _SECONDS.pack(each.at_s)
        + pack_features(LocalFeatures(each.width, each.height, each.points, each.descriptors))
        for each in details
    )


def parse_frames(body: Body) -> Frames:
    """Read the body of some frames."""
    (count,) = _COUNT.unpack(body.take(_COUNT.size))
    if count > MAXIMUM_PART_FRAMES:
        raise MessageError(f"An answer has {count} frames; at most {MAXIMUM_PART_FRAMES} are agreed.")
    at = np.frombuffer(body.take(8 * count), ">f8").astype(np.float64)
    quality = np.frombuffer(body.take(count), np.uint8)
    inside_quality = np.frombuffer(body.take(count), np.uint8)
    shot, differs = _flags(body.take(count)), _flags(body.take(count))
    if (quality > _BEST_QUALITY).any() or (inside_quality > _BEST_QUALITY).any():
        raise MessageError("An answer gives a frame an impossible quality.")
    if not (np.isfinite(at) & (at >= 0) & (at <= _LONGEST_S)).all() or (np.diff(at) <= 0).any():
        raise MessageError("An answer gives frames an impossible time.")
    turned = _hashes(body, count)
    within = turned.copy()
    within[differs] = _hashes(body, int(differs.sum()))
    return Frames(
        turned[:, 0],
        within[:, 0],
        quality,
        inside_quality,
        at,
        shot,
        turned,
        within,
        _parse_cells(body, count),
        _parse_details(body),
    )


def _parse_cells(body: Body, count: int) -> NDArray[np.uint8] | None:
    """Read the reduced pictures of the first of so many frames."""
    (told,) = _COUNT.unpack(body.take(_COUNT.size))
    if told > count:
        raise MessageError("An answer has more reduced pictures than frames.")
    return np.frombuffer(body.take(told * _CELLS_BYTES), np.uint8).reshape(told, *_CELLS) if told else None


def _parse_details(body: Body) -> tuple[FramePoints, ...]:
    """Read the local features of some frames."""
    count = body.number()
    if count > MAXIMUM_PART_DETAILS:
        raise MessageError(f"An answer has features of {count} frames; {MAXIMUM_PART_DETAILS} are agreed.")
    found = []
    for _ in range(count):
        (at_s,) = _SECONDS.unpack(body.take(_SECONDS.size))
        if not 0 <= at_s <= _LONGEST_S:
            raise MessageError("An answer gives the features of a frame an impossible time.")
        each = parse_features(body)
        found.append(FramePoints(at_s, each.width, each.height, each.points, each.descriptors))
    return tuple(found)


def pack_ending(message: VideoEnds) -> bytes:
    """Answer the body of an ending."""
    start = _SECONDS.pack(message.covered_s)
    if message.stopped is None:
        return start + b"\0"
    stopped = message.stopped
    return start + b"\1" + bytes([REASONS.index(stopped.reason)]) + text(stopped.sentence)


def parse_ending(body: Body, sequence: int) -> VideoEnds:
    """Read the body of an ending."""
    (covered_s,) = _SECONDS.unpack(body.take(_SECONDS.size))
    if not (math.isfinite(covered_s) and 0 <= covered_s <= _LONGEST_S):
        raise MessageError("An answer gives a video an impossible length.")
    is_stopped = body.choice((False, True))
    stopped = NotComparable(body.choice(REASONS), body.sentence()) if is_stopped else None
    return VideoEnds(sequence, covered_s, stopped)


def _codec(name: str) -> bytes:
    return short(name.encode("ascii", "replace")[:63] if _CODEC.fullmatch(name[:63]) else b"")


def _flags(data: bytes) -> NDArray[np.bool_]:
    flags = np.frombuffer(data, np.uint8)
    if (flags > 1).any():
        raise MessageError("An answer has a flag that is neither set nor not.")
    return flags.astype(np.bool_)


def _hashes(body: Body, count: int) -> NDArray[np.uint8]:
    return np.frombuffer(body.take(count * _TURNED_BYTES), np.uint8).reshape(count, _TURNS, PDQ_BYTES)


def _known(number: float, most: float) -> float | None:
    """Answer a number that may be unknown."""
    if number == _UNKNOWN_S:
        return None
    if not (math.isfinite(number) and 0 < number <= most):
        raise MessageError("An answer gives a video an impossible length or rate.")
    return number


def _time(seconds: int) -> datetime | None:
    if seconds == _UNKNOWN_TIME:
        return None
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError:
        raise MessageError("An answer gives a video an impossible time.") from None
