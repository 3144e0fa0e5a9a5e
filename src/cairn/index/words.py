"""A 256-bit hash as four 64-bit words, most significant first.

The words of sorted hashes are in the order of their hexadecimal forms, and any run of bits, also one that
wraps around the end, is two shifts away. All of the index works on words; bytes appear only at the door.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cairn.types import PDQ_BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

WORDS = 4
WORD_BITS = 64
WORD_BYTES = 8


def to_words(values: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Answer ``(n, width) uint8`` values as ``(n, width / 8) uint64`` words, zeros at the end."""
    missing = -values.shape[1] % WORD_BYTES
    if missing:
        values = np.pad(values, ((0, 0), (0, missing)))
    return values.view(">u8").astype(np.uint64)


def to_values(words: NDArray[np.uint64], width: int) -> NDArray[np.uint8]:
    """Answer words as ``(n, width) uint8`` values: the reverse of ``to_words``."""
    return np.ascontiguousarray(words.astype(">u8").view(np.uint8)[:, :width])


def window(words: NDArray[np.uint64], start: int, width: int) -> NDArray[np.uint64]:
    """Answer ``width`` bits (64 at most) of each hash from bit ``start``, counted from the most significant.

    Args:
        words: ``(…, 4) uint64``.
        start: 0 to 255; a window may run over the end and goes on at bit 0.
        width: 1 to 64.
    """
    word, shift = divmod(start % PDQ_BITS, WORD_BITS)
    bits = words[..., word] << np.uint64(shift)
    if shift:
        bits = bits | (words[..., (word + 1) % WORDS] >> np.uint64(WORD_BITS - shift))
    return bits >> np.uint64(WORD_BITS - width)


def distances(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """Answer the number of differing bits of hashes given as words, broadcast over the leading axes."""
    counts: NDArray[np.uint16] = np.bitwise_count(left ^ right).sum(axis=-1, dtype=np.uint16)
    return counts
