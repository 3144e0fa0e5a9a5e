from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.errors import InputError
from cairn.index import loading, open_photodna, squares
from index.test_search import ids_of

if TYPE_CHECKING:
    from pathlib import Path


def true_matches(values: np.ndarray, queries: np.ndarray, bound: int) -> list[tuple[int, int, int]]:
    difference = queries[:, None].astype(np.int64) - values[None].astype(np.int64)
    total = (difference**2).sum(axis=2)
    return sorted((int(q), int(total[q, row]), int(row)) for q, row in np.argwhere(total <= bound))


@pytest.mark.parametrize("loaded", [False, True], ids=["with NumPy", "with the compiled kernels"])
def test_every_value_within_the_bound_is_found(
    loaded: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(3)
    values = random.integers(0, 256, (1500, 144), dtype=np.uint8)
    values[500:1000] = np.clip(values[:500].astype(int) + random.integers(-9, 10, (500, 144)), 0, 255)
    values[1400:] = np.repeat(random.integers(0, 2, (100, 1)) * 255, 144, axis=1)
    queries = np.concatenate([values[::97], random.integers(0, 256, (3, 144), dtype=np.uint8)])
    monkeypatch.setattr(squares, "SMALLEST_SHARE", 100)
    monkeypatch.setattr(squares, "SQUARES_BLOCK_ROWS", 400)
    if loaded:
        loading.warm_up()
    else:
        monkeypatch.setattr(loading, "KERNELS", loading.Kernels())
        monkeypatch.setattr(loading, "PATIENCE", float("inf"))
    with open_photodna(tmp_path, writable=True) as index:
        index.add(np.arange(1500, dtype=np.uint64), values)
        for _ in range(2):
            for bound in (0, 1, 1000, 6000, 50_000, 1_500_000, 144 * 255 * 255):
                found = index.search(queries, bound=bound)
                columns = (found.query, found.score, found.id)
                rows = list(zip(*(column.tolist() for column in columns), strict=True))
                assert rows == true_matches(values, queries, bound)
                assert len(found) == len(rows)
            index.compact()


def test_values_are_removed_and_repeated_ones_stored_once(tmp_path: Path) -> None:
    values = np.random.default_rng(3).integers(0, 256, (20, 144), dtype=np.uint8)
    ids = np.arange(20, dtype=np.uint64)
    with open_photodna(tmp_path, writable=True) as index, open_photodna(tmp_path) as reader:
        assert len(reader.search(values, bound=0)) == 0
        index.add(ids, values)
        index.add(ids[:5], values[:5])
        index.add(ids[:5], values[5:10])
        index.compact()
        assert reader.stats().entries == 25
        assert reader.search(values[5:7], bound=0).id.tolist() == [0, 5, 1, 6]
        index.remove(ids_of(0, 5))
        assert reader.search(values[5:7], bound=0).id.tolist() == [1, 6]
        assert not reader.verify().damaged
        reader.preload()
        for bound in (-1, 144 * 255 * 255 + 1):
            with pytest.raises(InputError, match="bound"):
                reader.search(values, bound=bound)
