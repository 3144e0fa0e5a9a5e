"""The words about a picture: of what type and size it is, and its hash or why there is none.

As in ``message``, nothing is believed: sides and qualities have a range, types an alphabet.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from cairn.errors import NotComparable
from cairn.fingerprints.sandbox.body import MessageError
from cairn.fingerprints.sandbox.pieces import LARGEST_SIDE, REASONS, short, text
from cairn.types import ORIENTATIONS, PDQ_BYTES, Pdq, PdqMode, Picture

if TYPE_CHECKING:
    from cairn.fingerprints.sandbox.body import Body

_SIZE = struct.Struct(">BII")
_KNOWN_WIDTH, _KNOWN_HEIGHT, _MOVES = 1, 2, 4
_BEST_QUALITY = 100
_MODES = tuple(PdqMode)
_MEDIA_TYPE = re.compile(r"[a-z]{1,16}/[a-z0-9][a-z0-9.+-]{0,62}")


def pack_picture(picture: Picture) -> bytes:
    """Answer the body of a picture, up to what was made of its file beside the hash."""
    width, height = _plausible(picture.width), _plausible(picture.height)
    known = (_KNOWN_WIDTH if width is not None else 0) | (_KNOWN_HEIGHT if height is not None else 0)
    known |= _MOVES if picture.moves else 0
    start = short((picture.media_type or "").encode("ascii")) + _SIZE.pack(known, width or 0, height or 0)
    match picture.comparison:
        case Pdq(hashes, quality, mode):
            return start + bytes([quality, _MODES.index(mode)]) + b"".join(hashes)
        case NotComparable(reason, sentence):
            return start + bytes([REASONS.index(reason)]) + text(sentence)


def _plausible(side: int | None) -> int | None:
    """Answer a side as it is, or ``None`` for one that a damaged header made up and no picture has."""
    return side if side is not None and 0 <= side <= LARGEST_SIDE else None


def parse_picture(body: Body, *, hashed: bool) -> Picture:
    """Read a picture."""
    media_type = body.name(_MEDIA_TYPE, "media type", may_lack=True) or None
    known, width, height = _SIZE.unpack(body.take(_SIZE.size))
    if known > (_KNOWN_WIDTH | _KNOWN_HEIGHT | _MOVES) or width > LARGEST_SIDE or height > LARGEST_SIDE:
        raise MessageError("An answer gives a picture an impossible size.")
    return Picture(
        media_type,
        width if known & _KNOWN_WIDTH else None,
        height if known & _KNOWN_HEIGHT else None,
        _parse_hash(body) if hashed else _parse_refusal(body),
        moves=bool(known & _MOVES),
    )


def _parse_hash(body: Body) -> Pdq:
    """Read a PDQ hash in its eight orientations."""
    quality = body.number()
    if quality > _BEST_QUALITY:
        raise MessageError(f"An answer gives a hash the quality {quality}.")
    mode = body.choice(_MODES)
    hashes = body.take(PDQ_BYTES * len(ORIENTATIONS))
    return Pdq(tuple([hashes[at : at + PDQ_BYTES] for at in range(0, len(hashes), PDQ_BYTES)]), quality, mode)


def _parse_refusal(body: Body) -> NotComparable:
    """Read why there is no hash."""
    return NotComparable(body.choice(REASONS), body.sentence())
