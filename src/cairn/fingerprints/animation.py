"""Animated pictures as videos: GIF, WebP, AVIF and PNG, frame by frame through the decoders of pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL.Image import Resampling

from cairn.errors import NotComparable, Reason
from cairn.fingerprints import pillow
from cairn.fingerprints.decode import size_refusal
from cairn.frames import StreamFacts, VideoFacts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from PIL.Image import Image

ANIMATED: Final = frozenset({"image/gif", "image/webp", "image/avif", "image/png"})

_GLANCE: Final = (64, 36)
_USUAL_MS: Final = 100
"""How long browsers show a frame that says nothing, or that it is over at once."""

_LONGEST_MS: Final = 60_000


@dataclass(slots=True)
class AnimationShown:
    """A frame of an animated picture, which its decoder stands at."""

    picture: Image
    at_s: float | None
    rotation: int = 0

    def glance(self) -> NDArray[np.uint8]:
        """Answer its brightness, some dozen pixels a side."""
        return np.asarray(self.picture.convert("L").resize(_GLANCE, Resampling.NEAREST), np.uint8)

    def luma(self) -> NDArray[np.float32]:
        """Answer its luma at the pixels of which a hash is made."""
        return pillow.luma(self.picture)

    def grey(self) -> NDArray[np.uint8]:
        """Answer its brightness, at the size at which local features are looked for."""
        from cairn.fingerprints.local import frame_picture  # noqa: PLC0415 - OpenCV, where it is needed

        return frame_picture(pillow.small_grey(self.picture))


def open_animation(data: bytes, kind: str) -> tuple[VideoFacts, Iterator[AnimationShown]] | NotComparable:
    """Answer what an animated picture says of itself, and its frames.

    Args:
        data: The whole file.
        kind: One of ``ANIMATED``.

    Raises:
        Exception: Whatever its decoder raises on damage.
    """
    picture = pillow.open_picture(data, kind)
    refusal = size_refusal(*picture.size)
    if refusal is not None:
        return refusal
    if not getattr(picture, "is_animated", False):
        return NotComparable(Reason.UNSUPPORTED, "The picture does not move.")
    name = kind.removeprefix("image/")
    facts = VideoFacts(name, name, *picture.size, streams=(StreamFacts("video", name),))
    return facts, _frames(picture)


def _frames(picture: Image) -> Iterator[AnimationShown]:
    at_ms, number = 0.0, 0
    while True:
        try:
            picture.seek(number)
        except EOFError:
            return
        picture.load()
        yield AnimationShown(picture, at_ms / 1000)
        stated = picture.info.get("duration", 0)
        is_sane = isinstance(stated, int | float) and 0 < stated <= _LONGEST_MS
        at_ms += stated if is_sane else _USUAL_MS
        number += 1
