"""The luma that vPDQ makes of a frame: by way of its colours, in whole steps that are rounded down.

The reference has FFmpeg turn each frame into RGB and takes the luma of that. Colours beyond black and white
are cut off on the way, and how the steps are rounded shows in a bit or two. The conversion is written out
here, because FFmpeg's own has changed since, and with it 1.2 bits of a hash on average.

Source: ITU-R BT.601, sections 2.5.1 to 2.5.3; measured in ``docs/method/video.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.fingerprints.pillow import rgb_luma

if TYPE_CHECKING:
    from av.video.frame import VideoFrame
    from numpy.typing import NDArray

_SUBSAMPLED: Final = {"yuv420p": 2, "yuv444p": 1}
"""The layouts that are converted here, with how many pixels a side share a colour."""

_RED_LUMA, _BLUE_LUMA = 0.299, 0.114
_BLACK, _LUMA_LEVELS, _NO_COLOUR, _COLOUR_LEVELS, _WHITE = 16, 219, 128, 224, 255
_FULL_RANGE: Final = 2


def vpdq_luma(frame: VideoFrame) -> NDArray[np.float32]:
    """Answer the ``(height, width) float32`` luma of a frame as it is stored."""
    shared = _SUBSAMPLED.get(frame.format.name)
    if shared is None or frame.color_range == _FULL_RANGE:
        return rgb_luma(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
    height, width = frame.height, frame.width
    luma = (_plane(frame, 0, height, width) - _BLACK) * np.float32(_WHITE / _LUMA_LEVELS)
    blue, red = (
        _spread(_plane(frame, at, -(-height // shared), -(-width // shared)), shared)[:height, :width]
        for at in (1, 2)
    )
    green_luma = 1 - _RED_LUMA - _BLUE_LUMA
    to_red, to_blue = 2 * (1 - _RED_LUMA), 2 * (1 - _BLUE_LUMA)
    channels = (
        luma + np.float32(to_red) * red,
        luma
        - np.float32(to_red * _RED_LUMA / green_luma) * red
        - np.float32(to_blue * _BLUE_LUMA / green_luma) * blue,
        luma + np.float32(to_blue) * blue,
    )
    return rgb_luma(np.stack([np.clip(each, 0, _WHITE).astype(np.uint8) for each in channels], axis=2))


def _plane(frame: VideoFrame, at: int, height: int, width: int) -> NDArray[np.float32]:
    plane = frame.planes[at]
    pixels = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return pixels[:height, :width].astype(np.float32)


def _spread(plane: NDArray[np.float32], shared: int) -> NDArray[np.float32]:
    """Give every pixel the colour that it shares, as a step from none."""
    colour = (plane - _NO_COLOUR) * np.float32(_WHITE / _COLOUR_LEVELS)
    return colour.repeat(shared, axis=0).repeat(shared, axis=1)
