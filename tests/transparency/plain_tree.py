"""The tree and its proofs as RFC 9162 defines them: by recursion over all entries, slow and plain."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def plain_root(entries: Sequence[bytes]) -> bytes:
    """Answer MTH(D_n), Section 2.1.1."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    half = plain_split(len(entries))
    return sha256(b"\x01" + plain_root(entries[:half]) + plain_root(entries[half:])).digest()


def plain_path(index: int, entries: Sequence[bytes]) -> list[bytes]:
    """Answer PATH(m, D_n), Section 2.1.3.1."""
    if len(entries) == 1:
        return []
    half = plain_split(len(entries))
    if index < half:
        return [*plain_path(index, entries[:half]), plain_root(entries[half:])]
    return [*plain_path(index - half, entries[half:]), plain_root(entries[:half])]


def plain_proof(old_size: int, entries: Sequence[bytes], *, is_whole: bool = True) -> list[bytes]:
    """Answer SUBPROOF(m, D_n, b), Section 2.1.4.1."""
    if old_size == len(entries):
        return [] if is_whole else [plain_root(entries)]
    half = plain_split(len(entries))
    if old_size <= half:
        return [*plain_proof(old_size, entries[:half], is_whole=is_whole), plain_root(entries[half:])]
    return [
        *plain_proof(old_size - half, entries[half:], is_whole=False),
        plain_root(entries[:half]),
    ]


def plain_split(size: int) -> int:
    """Answer the largest power of two below ``size``, by trying."""
    half = 1
    while half * 2 < size:
        half *= 2
    return half
