"""How the codes of features lie in a cell: interleaved by blocks of 32, as FAISS compares them at once.

A cell of ``n`` features is its blocks, the last one filled up with zeros, and behind them ``n`` entries of
eight bytes. The order within a block is FAISS's own and is learnt from FAISS, so that nothing here depends
on it; files of another order have another kind (``order_mark``).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import faiss
import numpy as np

from cairn.index.codebook import BLOCK_CODES, PIECES, WORD_BITS
from cairn.index.local_rows import CODE_BYTES
from cairn.types import DESCRIPTOR_BYTES

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK_BYTES: Final = BLOCK_CODES * CODE_BYTES
BLOCK_WORDS: Final = BLOCK_BYTES // 8
_NIBBLES: Final = 2 * BLOCK_BYTES
_AT_ONCE: Final = 1 << 16
"""Blocks that are turned at once, so that it takes little memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where everything of a file's cells lies, in words of eight bytes.

    Attributes:
        blocks: ``(blocks,) int64``, where each block of codes begins.
        codes: ``(features,) int64``, the number of each feature's code among all places of all blocks.
        entries: ``(features,) int64``, where each feature's entry stands.
        words: How many words there are.
    """

    blocks: NDArray[np.int64]
    codes: NDArray[np.int64]
    entries: NDArray[np.int64]
    words: int


def places(sizes: NDArray[np.uint32]) -> Places:
    """Answer where everything lies in cells of these sizes.

    Args:
        sizes: ``(cells,) uint32``, features in each.
    """
    many = sizes.astype(np.int64)
    blocks = -(-many // BLOCK_CODES)
    start, block_start = cell_starts(many), np.cumsum(blocks) - blocks
    block = np.arange(int(blocks.sum())) - np.repeat(block_start, blocks)
    rank = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    return Places(
        blocks=np.repeat(start, blocks) + BLOCK_WORDS * block,
        codes=np.repeat(BLOCK_CODES * block_start, many) + rank,
        entries=np.repeat(start + BLOCK_WORDS * blocks, many) + rank,
        words=word_count(many),
    )


def word_count(sizes: NDArray[np.int64]) -> int:
    """Answer how many words cells of these sizes take."""
    return BLOCK_WORDS * int((-(-sizes // BLOCK_CODES)).sum()) + int(sizes.sum())


def cell_starts(sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Answer at which word each cell begins, of cells of these sizes."""
    length = BLOCK_WORDS * -(-sizes // BLOCK_CODES) + sizes
    return np.asarray(np.cumsum(length) - length, np.int64)


def packed(codes: NDArray[np.uint8], at: Places) -> NDArray[np.uint8]:
    """Answer ``(blocks, 512) uint8`` blocks of ``(features, 16) uint8`` codes."""
    flat = np.zeros((len(at.blocks) * BLOCK_CODES, CODE_BYTES), np.uint8)
    flat[at.codes] = codes
    return _turned(flat.reshape(-1, BLOCK_BYTES), _order())


def unpacked(blocks: NDArray[np.uint8], at: Places) -> NDArray[np.uint8]:
    """Answer the ``(features, 16) uint8`` codes of ``(blocks, 512) uint8`` blocks."""
    return _turned(blocks, np.argsort(_order())).reshape(-1, CODE_BYTES)[at.codes]


def order_mark() -> str:
    """Answer eight digits that tell one order within blocks from another."""
    return f"{zlib.crc32(_order().astype('<u2').tobytes()):08x}"


@cache
def _order() -> NDArray[np.int64]:
    """Answer for each half byte of a block which one of the codes it holds, as FAISS packs them."""
    cells = faiss.IndexFlatL2(DESCRIPTOR_BYTES)
    packer = faiss.IndexIVFPQFastScan(
        cells, DESCRIPTOR_BYTES, 1, PIECES, WORD_BITS, faiss.METRIC_L2, BLOCK_CODES
    ).get_CodePacker()
    found = np.zeros(_NIBBLES, np.int64)
    for shift in range(0, _NIBBLES.bit_length() - 1, WORD_BITS):
        flat = _bytes(((np.arange(_NIBBLES) >> shift) & 0xF).astype(np.uint8))
        block = np.zeros(BLOCK_BYTES, np.uint8)
        packer.pack_all(faiss.swig_ptr(flat), faiss.swig_ptr(block))
        found |= _half_bytes(block).astype(np.int64) << shift
    return found


def _turned(blocks: NDArray[np.uint8], order: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Answer blocks whose half bytes stand in another order."""
    made = np.empty_like(blocks)
    for start in range(0, len(blocks), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        made[some] = _bytes(_half_bytes(blocks[some])[:, order])
    return made


def _half_bytes(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Answer the half bytes of bytes, the lower one of each first."""
    return np.stack([values & 0xF, values >> WORD_BITS], axis=-1).reshape(*values.shape[:-1], -1)


def _bytes(halves: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Answer the bytes of half bytes."""
    return np.ascontiguousarray(halves[..., ::2] | halves[..., 1::2] << WORD_BITS)
