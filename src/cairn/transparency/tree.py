"""The Merkle tree over a log: one hash speaks for every entry, their contents and their order (RFC 9162).

An entry becomes a leaf hash, two neighbours become the hash of both, and so on up to one root. To append, the
tree need not be at hand: the roots of its complete subtrees are enough, one for each bit that is set in the
number of entries. They are the *frontier*, at most 64 hashes however long the log becomes.

Leaves and inner nodes are hashed with different first bytes, so that no inner node can be passed off as an
entry. Source: RFC 9162 (Certificate Transparency Version 2.0), Section 2.1, with SHA-256.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from cairn.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterable

HASH_BYTES = 32
EMPTY_ROOT = sha256().digest()
"""The root of a log without entries. RFC 9162, Section 2.1.1."""


def leaf_hash(entry: bytes) -> bytes:
    """Answer the hash of one entry. RFC 9162, Section 2.1.1: ``MTH({d[0]}) = HASH(0x00 || d[0])``."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Answer the hash of two subtrees. RFC 9162, Section 2.1.1: ``HASH(0x01 || left || right)``."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """What has to be kept of a tree so that it can grow: its size and the roots of its complete subtrees.

    Attributes:
        size: The number of entries.
        hashes: The subtrees' roots from left to right, the largest first: one for each bit set in ``size``.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    @property
    def root(self) -> bytes:
        """The root of the whole tree. RFC 9162, Section 2.1.2, step 5."""
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root

    def append(self, leaf: bytes) -> Frontier:
        """Answer the frontier with one more leaf hash. RFC 9162, Section 2.1.2, steps 2 to 4."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> Frontier:
        """Answer the frontier with these leaf hashes more, in their order; each costs one hash on average.

        RFC 9162, Section 2.1.2: a subtree that is complete is merged with its left neighbour of its size.
        """
        size, hashes = self.size, list(self.hashes)
        for leaf in leaves:
            merged, rest = leaf, size
            while rest & 1:
                merged = node_hash(hashes.pop(), merged)
                rest >>= 1
            hashes.append(merged)
            size += 1
        return Frontier(size, tuple(hashes))

    def to_bytes(self) -> bytes:
        """Answer the hashes one after the other; with the size they make the same frontier again."""
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, joined: bytes) -> Frontier:
        """Answer the frontier of a tree of ``size`` entries from what ``to_bytes`` answered.

        Raises:
            IntegrityError: The length does not fit the size (``log.frontier``).
        """
        if size < 0 or len(joined) != size.bit_count() * HASH_BYTES:
            raise IntegrityError("The state of the log does not fit its length.", code="log.frontier")
        hashes = tuple(joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES))
        return cls(size, hashes)
