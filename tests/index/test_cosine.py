"""The index of learnt vectors misses nothing, and keeps what it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cairn.errors import ConfigurationError, InputError, IntegrityError
from cairn.index import cosine
from cairn.index.cosine import open_cosine

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.index import ScoredMatches
    from cairn.index.cosine import CosineIndex

SIZE = 24


def unit(count: int, seed: int) -> NDArray[np.float32]:
    made = np.random.default_rng(seed).standard_normal((count, SIZE))
    rows: NDArray[np.float32] = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    return rows


def opened(folder: Path, *, writable: bool = False) -> CosineIndex:
    return open_cosine(folder, model="m", size=SIZE, writable=writable)


def wrong_ones() -> list[NDArray[Any]]:
    fine = unit(3, 1)
    return [fine[:, :5], fine.astype(np.float64), 2 * fine, np.full((3, SIZE), np.nan, np.float32)]


def pairs(found: ScoredMatches[np.float32]) -> list[tuple[int, int]]:
    return list(zip(found.query.tolist(), found.id.tolist(), strict=True))


def test_every_vector_within_the_bound_is_answered_the_nearest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cosine, "BLOCK_VECTORS", 64)
    stored, asked = unit(500, 1), unit(7, 2)
    ids = np.arange(500, dtype=np.uint64) * 3 + (1 << 40)
    with opened(tmp_path, writable=True) as index:
        index.add(ids[:300], stored[:300])
        index.compact()
        index.add(ids[300:], stored[300:])
        index.add(ids[:5], stored[:5])
    with opened(tmp_path) as index:
        found = index.search(asked, least=0.3)
    expected = asked.astype(np.float64) @ stored.T.astype(np.float64)
    for query in range(7):
        near = np.flatnonzero(expected[query] >= 0.3)
        order = near[np.argsort(-expected[query, near])]
        assert [each for at, each in pairs(found) if at == query] == ids[order].tolist()
    assert np.allclose(
        found.score, expected[found.query, ((found.id - ids[0]) // np.uint64(3)).astype(int)], atol=1e-6
    )
    assert found.coverage.entries == 505
    assert found.coverage.is_complete


def test_what_is_removed_is_met_no_more_and_what_is_added_again_is(tmp_path: Path) -> None:
    stored = unit(10, 3)
    ids = np.arange(10, dtype=np.uint64)
    with opened(tmp_path, writable=True) as index:
        index.add(ids, stored)
        index.compact()
        index.remove(np.array([4, 5], np.uint64))
        index.add(ids[5:6], stored[5:6])
        for _ in range(2):
            assert [pairs(index.search(stored[n : n + 1], least=0.99)) for n in (4, 5, 6)] == [
                [],
                [(0, 5)],
                [(0, 6)],
            ]
            index.compact()


def test_a_damaged_file_is_refused_and_the_answer_says_so(tmp_path: Path) -> None:
    with opened(tmp_path, writable=True) as index:
        index.add(np.arange(10, dtype=np.uint64), unit(10, 3))
        index.compact()
    (segment,) = tmp_path.glob("segment-*")
    data = bytearray(segment.read_bytes())
    data[16_400] ^= 1
    segment.write_bytes(data)
    with opened(tmp_path, writable=True) as index:
        assert len(index.verify().damaged) == 1
        assert not index.search(unit(1, 3), least=0.99).coverage.is_complete


def test_vectors_of_another_model_or_length_are_refused(tmp_path: Path) -> None:
    with opened(tmp_path, writable=True) as index:
        index.add(np.arange(3, dtype=np.uint64), unit(3, 1))
        for wrong in wrong_ones():
            with pytest.raises(InputError):
                index.add(np.arange(3, dtype=np.uint64), wrong)
        with pytest.raises(InputError):
            index.search(unit(1, 1), least=0)
    with pytest.raises(IntegrityError):
        open_cosine(tmp_path, model="another", size=SIZE)


def test_a_threshold_that_tells_nothing_apart_is_an_error_and_no_flood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cosine, "MOST_MATCHES", 20)
    with opened(tmp_path, writable=True) as index:
        index.add(np.arange(30, dtype=np.uint64), np.repeat(unit(1, 1), 30, axis=0))
        with pytest.raises(ConfigurationError, match="tells nothing apart"):
            index.search(unit(1, 1), least=0.5)
