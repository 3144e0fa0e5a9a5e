"""The words about a sound: how long it is, and its points.

As in ``message``, nothing is believed: the points are as many as agreed, and lie in the sound in their order.
"""

from __future__ import annotations

import struct
from typing import Final

import numpy as np

from cairn.fingerprints.sandbox.body import Body, MessageError
from cairn.types import SOUND_POINT_BYTES, SoundPoints

_LONGEST_MS: Final = 22_000_000
"""Six hours and some minutes: ``fingerprints.listening`` stops before; a test compares the two."""

_MOST_POINTS: Final = 32 * _LONGEST_MS // 1000
_NUMBERS: Final = struct.Struct(">II")
MAXIMUM_SOUND_BYTES: Final = _NUMBERS.size + _MOST_POINTS * SOUND_POINT_BYTES


def pack_sound(sound: SoundPoints) -> bytes:
    """Answer the part of a body that holds a sound."""
    return _NUMBERS.pack(sound.duration_ms, len(sound)) + sound.points


def parse_sound(body: Body) -> SoundPoints:
    """Read a sound.

    Raises:
        MessageError: It is longer than agreed, or a point lies outside or out of order.
    """
    duration_ms, count = _NUMBERS.unpack(body.take(_NUMBERS.size))
    if duration_ms > _LONGEST_MS or count > _MOST_POINTS:
        raise MessageError("An answer has more sound than agreed.")
    points = body.take(count * SOUND_POINT_BYTES)
    raw = np.frombuffer(points, np.uint8).reshape(-1, SOUND_POINT_BYTES)
    times = np.ascontiguousarray(raw[:, :4]).view("<u4")[:, 0].astype(np.int64)
    if count and (int(times[-1]) > duration_ms or (np.diff(times) < 0).any()):
        raise MessageError("An answer has a point outside its sound, or out of order.")
    return SoundPoints(duration_ms, points)
