"""How long it takes to see what follows from a million judgements, with and without contradictions."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from cairn.linking.series import grouped

if TYPE_CHECKING:
    from numpy.typing import NDArray

JUDGEMENTS = 1_000_000
CLUSTER = 20
"""Media that hang together, as copies of one picture and its neighbours do."""


def main() -> None:
    """Print the seconds for groups as they come in practice, and for one tree that holds everything."""
    numbers = np.random.default_rng(1)
    clusters = _in_clusters(numbers, JUDGEMENTS)
    tree = _tree(numbers)
    grouped(clusters[:1_000], clusters[:10, :2])
    print(f"{JUDGEMENTS:,} confirmed pairs")
    for rejections in (0, 1_000, 100_000):
        _measure(f"groups of {CLUSTER}", clusters, _in_clusters(numbers, rejections)[:, :2])
    for rejections in (0, 100_000):
        _measure("one tree", tree, numbers.integers(0, JUDGEMENTS, (rejections, 2), np.int64))


def _measure(name: str, confirmed: NDArray[np.int64], rejected: NDArray[np.int64]) -> None:
    start = perf_counter()
    found = grouped(confirmed, rejected)
    seconds = perf_counter() - start
    print(
        f"  {name:<13} {len(rejected):>7,} rejected, {len(found.contradicted):>7,} contradicted, "
        f"{len(found.held_back):>7,} held back   {seconds:6.2f} s"
    )


def _in_clusters(numbers: np.random.Generator, count: int) -> NDArray[np.int64]:
    start = numbers.integers(0, JUDGEMENTS // CLUSTER, count) * CLUSTER
    ends = start[:, None] + numbers.integers(0, CLUSTER, (count, 2))
    return np.column_stack([ends, numbers.integers(1, 4, count)]).astype(np.int64)


def _tree(numbers: np.random.Generator) -> NDArray[np.int64]:
    media = np.arange(1, JUDGEMENTS + 1)
    above = (numbers.random(JUDGEMENTS) * media).astype(np.int64)
    return np.column_stack([media, above, np.ones(JUDGEMENTS, np.int64)])


if __name__ == "__main__":
    main()
