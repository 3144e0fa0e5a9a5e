"""Proofs about a log that need not be trusted with the log: this entry is in it, and it has only grown.

A proof is a short list of subtree roots. Which subtrees depends on numbers alone, so it is first *planned* as
spans of positions, and the hashes are computed by whoever holds the entries. All spans of a proof are
disjoint: one pass over the leaf hashes is enough.

Source: RFC 9162, Section 2.1.3 (inclusion) and Section 2.1.4 (consistency). The verifying halves follow the
step lists there and share no code with the planning halves.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from cairn.transparency.tree import EMPTY_ROOT, Frontier, node_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Span:
    """The entries from ``start`` up to, and without, ``end``: one subtree."""

    start: int
    end: int


def inclusion_spans(index: int, *, size: int) -> tuple[Span, ...]:
    """Answer which subtrees prove that entry ``index`` is in a log of ``size`` entries, leaf side first.

    RFC 9162, Section 2.1.3.1: ``PATH(m, D_n)``.

    Raises:
        ValueError: There is no such entry.
    """
    if not 0 <= index < size:
        raise ValueError(f"no entry {index} in a log of {size}")
    start, end, siblings = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            siblings.append(Span(middle, end))
            end = middle
        else:
            siblings.append(Span(start, middle))
            start = middle
    return tuple(reversed(siblings))


def consistency_spans(old_size: int, *, size: int) -> tuple[Span, ...]:
    """Answer which subtrees prove that the first ``old_size`` entries of a log of ``size`` are unchanged.

    RFC 9162, Section 2.1.4.1: ``PROOF(m, D_n)`` and ``SUBPROOF``. From nothing to anything, and from a log to
    itself, nothing is needed.

    Raises:
        ValueError: The log was never that long.
    """
    if not 0 <= old_size <= size:
        raise ValueError(f"no log of {old_size} within a log of {size}")
    if old_size in {0, size}:
        return ()
    start, end, spans, is_whole = 0, size, [], True
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start, is_whole = middle, False
    if not is_whole:
        spans.append(Span(start, end))
    return tuple(reversed(spans))


def span_roots(spans: Sequence[Span], leaves: Iterable[bytes]) -> tuple[bytes, ...]:
    """Answer the root of every span, in the order of the spans, in one pass.

    Args:
        spans: Disjoint spans, as planned above.
        leaves: The leaf hashes of the log from position 0 on, at least up to the last end.

    Raises:
        ValueError: There are fewer leaves than the spans need.
    """
    roots: dict[Span, bytes] = {}
    position, supply = 0, iter(leaves)
    for span in sorted(spans, key=lambda each: each.start):
        skipped = islice(supply, span.start - position, None)
        subtree = Frontier().extend(islice(skipped, span.end - span.start))
        if subtree.size < span.end - span.start:
            raise ValueError("fewer leaves than the proof needs")
        roots[span], position = subtree.root, span.end
    return tuple(roots[span] for span in spans)


def proves_inclusion(proof: Sequence[bytes], *, leaf: bytes, index: int, size: int, root: bytes) -> bool:
    """Answer whether the proof holds: ``leaf`` is at ``index`` of the log of ``size`` entries with this root.

    RFC 9162, Section 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    first, second, known = index, size - 1, leaf
    for other in proof:
        if second == 0:
            return False
        if first & 1 or first == second:
            known = node_hash(other, known)
            while not first & 1 and first:
                first, second = first >> 1, second >> 1
        else:
            known = node_hash(known, other)
        first, second = first >> 1, second >> 1
    return second == 0 and known == root


def proves_consistency(
    proof: Sequence[bytes], *, old_size: int, old_root: bytes, size: int, root: bytes
) -> bool:
    """Answer whether the proof holds: the log with ``root`` begins with the whole log that had ``old_root``.

    RFC 9162, Section 2.1.4.2. A log of no entries has one root, and every log begins with it.
    """
    if not 0 <= old_size <= size:
        return False
    if old_size == size:
        return not proof and old_root == root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof) if old_size & (old_size - 1) else [old_root, *proof]
    if not path:
        return False
    first, second = old_size - 1, size - 1
    while first & 1:
        first, second = first >> 1, second >> 1
    known_old = known_new = path[0]
    for other in path[1:]:
        if second == 0:
            return False
        if first & 1 or first == second:
            known_old, known_new = node_hash(other, known_old), node_hash(other, known_new)
            while not first & 1 and first:
                first, second = first >> 1, second >> 1
        else:
            known_new = node_hash(known_new, other)
        first, second = first >> 1, second >> 1
    return second == 0 and known_old == old_root and known_new == root


def _split(size: int) -> int:
    """Answer the largest power of two below ``size``: where the left subtree ends. Section 2.1.1."""
    return 1 << (size - 1).bit_length() - 1
