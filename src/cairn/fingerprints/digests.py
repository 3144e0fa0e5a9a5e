"""Three cryptographic digests of one content, in one pass over its bytes.

Hash lists of the field carry MD5, SHA-1 or SHA-256, so all three are always computed. The bytes are walked
once in blocks that stay in the processor's cache while each of the three reads them; hashlib releases the
interpreter lock, so several files are hashed at the same time by threads.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, BinaryIO

from cairn.types import Digests

if TYPE_CHECKING:
    from typing_extensions import Buffer

BLOCK_BYTES = 1 << 18
"""A quarter of a MiB: fits the second-level cache, and is long enough that call overhead does not show."""


class Digester:
    """Takes the bytes of one content piece by piece and ends in its digests."""

    __slots__ = ("_hashes",)

    def __init__(self) -> None:
        """Start with nothing read."""
        # MD5 and SHA-1 find equal files in lists of others; they protect nothing here.
        self._hashes = tuple(hashlib.new(name, usedforsecurity=False) for name in ("md5", "sha1", "sha256"))

    def update(self, block: Buffer) -> None:
        """Add the next bytes of the content."""
        for running in self._hashes:
            running.update(block)

    def finish(self) -> Digests:
        """Answer the digests of all bytes added so far."""
        md5, sha1, sha256 = (running.digest() for running in self._hashes)
        return Digests(md5=md5, sha1=sha1, sha256=sha256)


def digest(stream: BinaryIO, digester: Digester | None = None) -> tuple[int, Digests]:
    """Answer how many bytes a stream held from its position to its end, and the digests of the content.

    Args:
        stream: Opened for reading bytes; it is read to the end and left open.
        digester: One that already took the bytes before the position; without it the content starts here.

    Returns:
        The count of bytes and the digests.
    """
    digester = digester or Digester()
    size_bytes = 0
    while block := stream.read(BLOCK_BYTES):
        size_bytes += len(block)
        digester.update(block)
    return size_bytes, digester.finish()


def digest_bytes(data: Buffer) -> Digests:
    """Answer the digests of bytes that are already in memory, without copying them.

    Args:
        data: Any object with a contiguous buffer: ``bytes``, ``memoryview``, ``mmap``.
    """
    digester = Digester()
    view = memoryview(data).cast("B")
    for start in range(0, len(view), BLOCK_BYTES):
        digester.update(view[start : start + BLOCK_BYTES])
    return digester.finish()
