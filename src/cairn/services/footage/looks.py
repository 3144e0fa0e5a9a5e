"""What is held of videos between looking at them and comparing them: small pictures, so never in the clear.

The reduced pictures of frames and all of their local features are needed until the check has compared them,
and by nobody afterwards. They are too many for the memory, so they lie in a file without a name, which the
system forgets with the process, under a key that never leaves the memory.
"""

from __future__ import annotations

import struct
import tempfile
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cairn.fingerprints.operator import CELLS
from cairn.frames import FramePoints

if TYPE_CHECKING:
    from types import TracebackType

    from cairn.frames import Frames

_HEAD: Final = struct.Struct("<II")
_DETAIL: Final = struct.Struct("<dHHII")
_NONCE_BYTES: Final = 12
_QUICKLY: Final = 1


class Looks:
    """The looks at videos, by media; each is written once and may be read often."""

    def __init__(self) -> None:
        """Begin with none."""
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by ``__exit__``
        self._key = AESGCM(AESGCM.generate_key(bit_length=256))
        self._places: dict[int, tuple[int, int]] = {}

    def __enter__(self) -> Self:
        """Answer itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget everything."""
        self._file.close()

    def forget(self) -> None:
        """Forget what was held so far; what comes next lies under another key."""
        self._places.clear()
        self._file.seek(0)
        self._file.truncate()
        self._key = AESGCM(AESGCM.generate_key(bit_length=256))

    def hold(self, media: int, frames: Frames) -> None:
        """Hold what these frames have beside their hashes."""
        if frames.cells is None:
            return
        packed = zlib.compress(_packed(frames), _QUICKLY)
        at = self._file.seek(0, 2)
        # A number is used for one text alone, so that it may be the nonce.
        sealed = self._key.encrypt(at.to_bytes(_NONCE_BYTES, "big"), packed, None)
        self._file.write(sealed)
        self._places[media] = at, len(sealed)

    def of(self, media: int, frames: Frames) -> Frames | None:
        """Answer the frames of a media with what is held of it; ``None`` where nothing is.

        Nothing is held of a video that an earlier run of the same check has looked at.

        Args:
            media: Whose.
            frames: As the records have them.
        """
        place = self._places.get(media)
        if place is None:
            return None
        at, size = place
        self._file.seek(at)
        data = zlib.decompress(
            self._key.decrypt(at.to_bytes(_NONCE_BYTES, "big"), self._file.read(size), None)
        )
        return _unpacked(data, frames)


def _packed(frames: Frames) -> bytes:
    cells = frames.cells if frames.cells is not None else np.zeros((0, CELLS, CELLS), np.uint8)
    rows = [_HEAD.pack(len(cells), len(frames.details)), cells.tobytes()]
    for each in frames.details:
        sizes = len(each.points), len(each.descriptors)
        rows += [_DETAIL.pack(each.at_s, each.width, each.height, *sizes), each.points, each.descriptors]
    return b"".join(rows)


def _unpacked(data: bytes, frames: Frames) -> Frames:
    count, detailed = _HEAD.unpack_from(data)
    at = _HEAD.size
    cells = np.frombuffer(data, np.uint8, count * CELLS * CELLS, at).reshape(count, CELLS, CELLS)
    at += cells.size
    details = []
    for _ in range(detailed):
        at_s, width, height, points, descriptors = _DETAIL.unpack_from(data, at)
        at += _DETAIL.size
        middle, end = at + points, at + points + descriptors
        details.append(FramePoints(at_s, width, height, data[at:middle], data[middle:end]))
        at = end
    return replace(frames, cells=cells, details=tuple(details))
