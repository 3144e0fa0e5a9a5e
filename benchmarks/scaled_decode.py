"""The ways that Cairn does not go: decoding a JPEG at a fraction of its size, or thumbnails without colour.

A decoder gives a half, a quarter or an eighth of the size for less work. The samples that the reference
reads, the pixels floor(k·n/512), are then read between the two nearest decoded ones, whose centres lie at
``j·s + (s-1)/2``. This is the most favourable reading, and ``pdq_conformance`` shows what it costs in bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import simplejpeg

from cairn.fingerprints import jpeg, operator

if TYPE_CHECKING:
    from numpy.typing import NDArray


def scaled_cells(data: bytes, *, scale: int) -> NDArray[np.float32]:
    """Answer the (64, 64) cells of a JPEG larger than 512 pixels, decoded at 1/``scale`` of its size."""
    head = jpeg.header(data)
    decoded = simplejpeg.decode_jpeg(
        data, colorspace="GRAY", min_height=-(-head.height // scale), min_width=-(-head.width // scale)
    )[:, :, 0].astype(np.float32)
    rows = _between(decoded, head.height, scale)
    return operator.cells(_between(rows.T, head.width, scale).T)


def brightness_cells(data: bytes) -> NDArray[np.float32]:
    """Answer the (64, 64) cells of a JPEG of any size from its brightness alone."""
    decoded = simplejpeg.decode_jpeg(data, colorspace="GRAY")
    return operator.cells(operator.sampled(decoded)[:, :, 0])


def _between(samples: NDArray[np.float32], length: int, scale: int) -> NDArray[np.float32]:
    """Read the first axis at the 512 places of the reference, between the two nearest samples."""
    wanted = np.arange(operator.SAMPLES) * length // operator.SAMPLES
    place = np.clip((wanted - (scale - 1) / 2) / scale, 0, len(samples) - 1)
    before = np.minimum(place.astype(np.intp), len(samples) - 2)
    share = (place - before).astype(np.float32)[:, np.newaxis]
    read: NDArray[np.float32] = samples[before] * (1 - share) + samples[before + 1] * share
    return read
