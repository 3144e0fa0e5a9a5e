"""Turns rows that do not fit into findings: was an entry changed, or does it stand where another was?"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from cairn.records.lock import node_work
from cairn.services.auditing.findings import Finding, Wrong, positions

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cairn.records.audit import StoredRow

_MOST_TRIED = 200
"""Positions that are tried for each row; each costs one hash."""
_NEAR = 16


@node_work("the log is verified whole")
def named_rows(
    suspects: Sequence[tuple[StoredRow, bytes]], gaps: Sequence[tuple[int, int]]
) -> Iterator[Finding]:
    """Answer for every suspect row whether it was moved or changed, and for every gap what is missing.

    Args:
        suspects: Rows, each with the hash that was written at its position.
        gaps: First and last position of stretches without a row.
    """
    true = {row.position: leaf for row, leaf in suspects}
    empty = chain.from_iterable(range(first, last + 1) for first, last in gaps)
    candidates = list(islice(chain(true, empty), _MOST_TRIED))
    shift = 0
    for row, _ in suspects:
        near = (row.position + step for step in (shift, *range(-_NEAR, _NEAR + 1)))
        origin = _origin(row, true, chain(near, candidates))
        if origin is None:
            yield _changed(row)
        else:
            shift = origin - row.position
            yield _moved(row, origin)
    for first, last in gaps:
        yield _removed(first, last)


def _origin(row: StoredRow, true: Mapping[int, bytes], candidates: Iterator[int]) -> int | None:
    """Answer at which other position this row was written, where its contents say so."""
    for position in candidates:
        if position < 0 or position == row.position:
            continue
        if row.leaf_at(position) in {row.leaf, true.get(position)} - {None}:
            return position
    return None


def _changed(row: StoredRow) -> Finding:
    at = positions(row.position, row.position)
    return Finding(
        Wrong.CHANGED,
        f"The entry at {at} (row {row.id}) was changed after it was written.",
        row.position,
        row.position,
        (row.id,),
    )


def _moved(row: StoredRow, origin: int) -> Finding:
    return Finding(
        Wrong.MOVED,
        f"Row {row.id} stands at position {row.position}, and was written at position {origin}.",
        row.position,
        row.position,
        (row.id,),
    )


def _removed(first: int, last: int) -> Finding:
    are = "The entry at" if first == last else "The entries at"
    were = "was" if first == last else "were"
    return Finding(Wrong.REMOVED, f"{are} {positions(first, last)} {were} removed.", first, last)
