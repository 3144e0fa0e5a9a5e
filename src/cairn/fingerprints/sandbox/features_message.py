"""The words about local features: how many, and then each in the bytes in which it is stored."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from cairn.fingerprints.sandbox.body import MessageError
from cairn.types import DESCRIPTOR_BYTES, POINT_BYTES, LocalFeatures

if TYPE_CHECKING:
    from cairn.fingerprints.sandbox.body import Body

MAXIMUM_FEATURES = 2000
"""As many as ``fingerprints.local`` keeps; a test compares the two, since this side loads no OpenCV."""

_FEATURES = struct.Struct(">HHH")
_STORED = struct.Struct("<HHHH")
_STORED_POSITION_STEPS = 64

MAXIMUM_FEATURES_BYTES = _FEATURES.size + MAXIMUM_FEATURES * (POINT_BYTES + DESCRIPTOR_BYTES)


def pack_features(features: LocalFeatures) -> bytes:
    """Answer the part of a body that holds local features."""
    size = _FEATURES.pack(features.width, features.height, len(features))
    return size + features.points + features.descriptors


def parse_features(body: Body) -> LocalFeatures:
    """Read local features; every point lies within the picture that they say they are of."""
    width, height, count = _FEATURES.unpack(body.take(_FEATURES.size))
    if count > MAXIMUM_FEATURES:
        raise MessageError(f"An answer has {count} local features; at most {MAXIMUM_FEATURES} are agreed.")
    points = body.take(count * POINT_BYTES)
    right, bottom = width * _STORED_POSITION_STEPS, height * _STORED_POSITION_STEPS
    if any(x > right or y > bottom for x, y, _, _ in _STORED.iter_unpack(points)):
        raise MessageError("An answer has a local feature outside its picture.")
    return LocalFeatures(width, height, points, body.take(count * DESCRIPTOR_BYTES))
