"""Sets of hashes that are easy, hard, and cruel to an index, and the brute force that knows the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

KINDS = ("random", "photo-like", "all equal", "flat", "one bit apart", "one band apart")


def make_hashes(kind: str, count: int, seed: int) -> NDArray[np.uint8]:
    """Answer ``count`` hashes of a kind."""
    random = np.random.default_rng(seed)
    if kind == "random":
        return random.integers(0, 256, (count, 32), dtype=np.uint8)
    if kind == "photo-like":
        originals = random.integers(0, 256, (max(1, count // 6), 32), dtype=np.uint8)
        return flip_bits(originals[random.integers(0, len(originals), count)], 60, seed + 1)
    if kind == "all equal":
        return np.repeat(random.integers(0, 256, (1, 32), dtype=np.uint8), count, axis=0)
    if kind == "flat":
        return flip_bits(np.zeros((count, 32), np.uint8), 12, seed + 1)
    one = np.repeat(random.integers(0, 256, (1, 32), dtype=np.uint8), count, axis=0)
    bits = np.arange(count) % 256
    if kind == "one bit apart":
        one[np.arange(count), bits // 8] ^= (1 << (bits % 8)).astype(np.uint8)
    else:
        one[:, 6:8] = random.integers(0, 256, (count, 2), dtype=np.uint8)
    return one


def flip_bits(hashes: NDArray[np.uint8], most: int, seed: int) -> NDArray[np.uint8]:
    """Answer the hashes with up to ``most`` bits of each flipped."""
    random = np.random.default_rng(seed)
    bits = np.unpackbits(hashes, axis=1)
    for row in bits:
        chosen = random.integers(0, 256, random.integers(0, most + 1))
        row[chosen] ^= 1
    return np.packbits(bits, axis=1)


def true_hits(
    hashes: NDArray[np.uint8], queries: NDArray[np.uint8], radius: int
) -> set[tuple[int, int, int]]:
    """Answer query, row and distance of every hash within the radius, by unpacking every bit."""
    stored = np.unpackbits(hashes, axis=1).astype(np.float32)
    asked = np.unpackbits(queries, axis=1).astype(np.float32)
    differing = asked.sum(axis=1)[:, None] + stored.sum(axis=1) - 2 * asked @ stored.T
    query, row = np.nonzero(differing <= radius)
    distance = differing[query, row].astype(int)
    return set(zip(query.tolist(), row.tolist(), distance.tolist(), strict=True))
