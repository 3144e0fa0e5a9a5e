"""One file to everything that Cairn compares: its digests always, its picture where it has one.

``examine`` is the part that touches hostile bytes, and is what a sandboxed process runs; ``measure`` is the
whole of it for one file, in this process, for use as a library.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from cairn.errors import NotComparable, Reason
from cairn.evidence import opened
from cairn.fingerprints.digests import Digester, digest, digest_bytes
from cairn.fingerprints.media_type import HEAD_BYTES, PICTURE_TYPES, VIDEO_TYPES, media_type
from cairn.fingerprints.media_type import moves as may_move
from cairn.fingerprints.motion_photo import video_start
from cairn.types import Fingerprints, PdqMode, Picture

if TYPE_CHECKING:
    from mmap import mmap
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from cairn.types import LocalFeatures

MAXIMUM_FILE_BYTES = 1 << 29
"""512 MiB: a picture file is held in memory as a whole, and none of the field's is near this size."""

MINIMUM_QUALITY = 50
"""Below, a hash is not comparable. Source: the PDQ convention, ``docs/method/pdq.md``."""


def measure(
    source: Path | bytes, *, mode: PdqMode = PdqMode.FAST, with_features: bool = False
) -> Fingerprints:
    """Answer the digests and the picture of one file.

    The file is opened for reading only, and its access time is left alone where the system permits that.

    Args:
        source: The path of a regular file, or the bytes themselves.
        mode: ``EXACT`` for the reference's hash bit for bit, ``FAST`` for speed.
        with_features: Look for local features too, which takes many times as long.

    Raises:
        InputError: There is no such file, it cannot be read, or it is not a regular file.

    Example:
        >>> from cairn.fingerprints import measure
        >>> found = measure(b"not a picture")
        >>> found.size_bytes, found.digests.md5.hex()
        (13, '6e9c44002049964f36de016a79ef10d7')
        >>> found.picture.comparison.reason.value
        'unsupported'
    """
    if isinstance(source, bytes):
        return Fingerprints(
            size_bytes=len(source),
            digests=digest_bytes(source),
            picture=examine(source, mode=mode, with_features=with_features),
        )
    with opened(source) as stream:
        return _measure_stream(stream, mode, with_features=with_features)


def examine(data: bytes | memoryview | mmap, *, mode: PdqMode, with_features: bool = False) -> Picture:
    """Answer what the bytes of a file show; every input ends in a picture, none in an error.

    Args:
        data: The whole content.
        mode: How pictures are decoded.
        with_features: Look for local features too.
    """
    with memoryview(data) as view:
        head = bytes(view[:HEAD_BYTES])
        kind = media_type(head)
        refusal = _refusal(kind, size_bytes=len(view))
        if kind is None or refusal:
            is_video = kind in VIDEO_TYPES and len(view) > 0
            return Picture(kind, None, None, refusal or _unsupported(kind), moves=is_video)
        moves = may_move(head, kind) or video_start(view, kind) is not None
        return replace(_picture(view, kind, mode, with_features=with_features), moves=moves)


def _picture(data: memoryview, kind: str, mode: PdqMode, *, with_features: bool) -> Picture:
    """Decode and hash a content of a supported type."""
    # The codecs take longer to import than everything else; files without a picture never need them.
    from cairn.fingerprints.decode import decode  # noqa: PLC0415 - late, see above
    from cairn.fingerprints.pdq import pdq  # noqa: PLC0415 - late, see above

    decoded = decode(data, media_type=kind, mode=mode, with_grey=with_features)
    if isinstance(decoded.cells, NotComparable):
        return Picture(kind, decoded.width, decoded.height, decoded.cells)
    found = pdq(decoded.cells, mode=mode)
    comparison = found if found.quality >= MINIMUM_QUALITY else _blank(found.quality)
    return Picture(kind, decoded.width, decoded.height, comparison, _features(decoded.grey))


def _features(grey: NDArray[np.uint8] | None) -> LocalFeatures | None:
    """Answer the local features of a picture, a nearly blank one included: its border may hide a photo."""
    if grey is None:
        return None
    from cairn.fingerprints.local import local_features  # noqa: PLC0415 - late, as the codecs

    return local_features(grey)


def _measure_stream(stream: BinaryIO, mode: PdqMode, *, with_features: bool) -> Fingerprints:
    """Read a file once; hold it as a whole only where it may be a picture."""
    head = stream.read(HEAD_BYTES)
    kind = media_type(head)
    size_bytes = os.fstat(stream.fileno()).st_size
    refusal = _refusal(kind, size_bytes=size_bytes)
    if refusal is None:
        stream.seek(0)
        data = stream.read()
        picture = examine(data, mode=mode, with_features=with_features)
        return Fingerprints(len(data), digest_bytes(data), picture)
    digester = Digester()
    digester.update(head)
    rest_bytes, digests = digest(stream, digester)
    picture = Picture(kind, None, None, refusal, moves=kind in VIDEO_TYPES)
    return Fingerprints(len(head) + rest_bytes, digests, picture)


def _refusal(kind: str | None, *, size_bytes: int) -> NotComparable | None:
    """Say why a content is not decoded at all, or ``None`` where it is."""
    if size_bytes == 0:
        return NotComparable(Reason.EMPTY, "The file is empty.")
    if kind not in PICTURE_TYPES:
        return _unsupported(kind)
    if size_bytes > MAXIMUM_FILE_BYTES:
        limit = MAXIMUM_FILE_BYTES >> 20
        return NotComparable(
            Reason.TOO_LARGE,
            f"The file is {size_bytes >> 20:,} MiB; pictures above {limit} MiB are not decoded.",
        )
    return None


def _unsupported(kind: str | None) -> NotComparable:
    """Say that this is no picture that Cairn can compare."""
    what = f"The content is {kind}" if kind else "The content is of no type that Cairn knows"
    if kind in VIDEO_TYPES:
        return NotComparable(Reason.UNSUPPORTED, f"{what}; its frames were not looked at.")
    return NotComparable(Reason.UNSUPPORTED, f"{what}; only pictures and videos are compared.")


def _blank(quality: int) -> NotComparable:
    """Say that a picture is too flat for its hash to mean anything."""
    return NotComparable(
        Reason.BLANK,
        f"The picture is nearly blank: its quality is {quality}, and hashes below {MINIMUM_QUALITY} are "
        "not comparable.",
    )
