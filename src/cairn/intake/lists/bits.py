"""Telling PDQ hashes from SHA-256 digests, which both have 64 digits.

PDQ sets a bit where a coefficient is above the median of its 256, so that exactly half of the bits are set:
this is so for all 392 hashes of the reference pictures in their eight orientations. A digest has exactly
128 bits set in one of twenty. So a few lines tell: with four, a list of digests is taken for PDQ once in
160,000 times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cairn.intake.lists.entry import Hash
from cairn.types import PDQ_BITS

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST_TO_TELL: Final = 4
MOST_ODD_PDQ: Final = 0.25
"""Pictures with equal coefficients have fewer bits set; no list of pictures consists of them."""

MOST_HALVED_DIGESTS: Final = 0.5


def tell_64_digits(hashes: Sequence[bytes]) -> Hash | None:
    """Answer what hashes of 32 bytes are, or ``None`` if they are too few or too mixed to tell."""
    if not hashes:
        return None
    halved = sum(2 * int.from_bytes(each).bit_count() == PDQ_BITS for each in hashes) / len(hashes)
    if len(hashes) >= FEWEST_TO_TELL and halved >= 1 - MOST_ODD_PDQ:
        return Hash.PDQ
    if halved == 0 or (len(hashes) >= FEWEST_TO_TELL and halved <= MOST_HALVED_DIGESTS):
        return Hash.SHA256
    return None
