"""Frames as bytes for the records: columns one after the other, with the number of rows before them."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.errors import IntegrityError
from cairn.frames import Frames
from cairn.types import ORIENTATIONS, PDQ_BYTES

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COUNT: Final = struct.Struct("<II")
_TURNS: Final = len(ORIENTATIONS)


def as_columns(frames: Frames, *, in_all_turns: bool) -> bytes:
    """Answer frames as bytes.

    Args:
        frames: Of one video.
        in_all_turns: Keep all eight orientations, which takes eight times the room.
    """
    differs = (frames.hashes != frames.inside).any(axis=1)
    whole, within = frames.hashes, frames.inside
    if in_all_turns:
        if frames.turned is None or frames.inside_turned is None:
            raise ValueError("These frames have no orientations to keep.")
        whole, within = frames.turned, frames.inside_turned
    return b"".join(
        (
            _COUNT.pack(len(frames), _TURNS if in_all_turns else 1),
            frames.at.astype("<f8").tobytes(),
            frames.quality.tobytes(),
            frames.inside_quality.tobytes(),
            frames.shot.astype(np.uint8).tobytes(),
            differs.astype(np.uint8).tobytes(),
            np.ascontiguousarray(whole).tobytes(),
            np.ascontiguousarray(within[differs]).tobytes(),
        )
    )


def from_columns(data: bytes) -> Frames:
    """Answer the frames that ``as_columns`` wrote.

    Raises:
        IntegrityError: They are not of that form.
    """
    try:
        return _read(data)
    except (ValueError, struct.error) as error:
        raise IntegrityError("The frames of a video are not of the agreed form.", code="footage") from error


def times_of(data: bytes) -> list[float]:
    """Answer when the frames that ``as_columns`` wrote are shown, in seconds, without reading their hashes.

    Raises:
        IntegrityError: They are not of that form.
    """
    try:
        count, _ = _COUNT.unpack_from(data)
        return list(struct.unpack_from(f"<{count}d", data, _COUNT.size))
    except struct.error as error:
        raise IntegrityError("The frames of a video are not of the agreed form.", code="footage") from error


def _read(data: bytes) -> Frames:
    count, turns = _COUNT.unpack_from(data)
    reader = _Reader(data, _COUNT.size)
    at = reader.take(8 * count).view("<f8").astype(np.float64)
    quality, inside_quality, shot, differs = (reader.take(count) for _ in range(4))
    shape = (-1, turns, PDQ_BYTES)
    whole = reader.take(count * turns * PDQ_BYTES).reshape(shape)
    within = whole.copy()
    which = differs > 0
    within[which] = reader.take(int(which.sum()) * turns * PDQ_BYTES).reshape(shape)
    return Frames(
        hashes=whole[:, 0],
        inside=within[:, 0],
        quality=quality,
        inside_quality=inside_quality,
        at=at,
        shot=shot > 0,
        turned=whole if turns == _TURNS else None,
        inside_turned=within if turns == _TURNS else None,
    )


class _Reader:
    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at

    def take(self, count: int) -> NDArray[np.uint8]:
        found = np.frombuffer(self._data, np.uint8, count, self._at) if count else np.zeros(0, np.uint8)
        self._at += count
        return found
