from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.errors import InputError
from cairn.index import Algorithm, open_digests
from cairn.index.digests import make_table
from cairn.index.snapshot import live_rows
from cairn.index.words import to_words
from index.test_search import ids_of

if TYPE_CHECKING:
    from pathlib import Path


@settings(max_examples=80)
@given(
    width=st.sampled_from([16, 20, 32]),
    count=st.integers(0, 400),
    letters=st.sampled_from([1, 2, 3, 256]),
    seed=st.integers(0, 1000),
)
def test_a_table_finds_exactly_what_it_holds(width: int, count: int, letters: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    digests = random.integers(0, letters, (count, width), dtype=np.uint8)
    digests[:, :12] = random.integers(0, 256, 12, dtype=np.uint8) if seed % 3 == 0 else digests[:, :12]
    stored = np.unique(digests, axis=0)
    asked = np.concatenate([digests, random.integers(0, letters, (50, width), dtype=np.uint8)])
    query, row = make_table(to_words(stored)).find(to_words(asked))
    held = {value.tobytes(): place for place, value in enumerate(stored)}
    expected = [
        (place, held[value.tobytes()]) for place, value in enumerate(asked) if value.tobytes() in held
    ]
    assert list(zip(query.tolist(), row.tolist(), strict=True)) == expected


@pytest.mark.parametrize("algorithm", Algorithm)
def test_digests_are_looked_up_added_and_removed(algorithm: Algorithm, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    digests = random.integers(0, 256, (3000, algorithm.width), dtype=np.uint8)
    ids = np.arange(3000, dtype=np.uint64)
    with (
        open_digests(tmp_path, algorithm, writable=True) as index,
        open_digests(tmp_path, algorithm) as reader,
    ):
        assert len(reader.look_up(digests)) == 0
        index.add(ids, digests)
        index.add(ids_of(5000, 5), digests[[5, 5]])
        for _ in range(2):
            found = reader.look_up(digests[4:7])
            assert list(zip(found.query.tolist(), found.id.tolist(), strict=True)) == [
                (0, 4),
                (1, 5),
                (1, 5000),
                (2, 6),
            ]
            assert reader.look_up(digests[4:7]).id.tolist() == found.id.tolist()
            index.compact()
        index.remove(ids_of(5))
        assert reader.look_up(digests[4:7]).id.tolist() == [4, 5000, 6]
        index.compact()
        assert reader.look_up(digests[4:7]).id.tolist() == [4, 5000, 6]
        assert reader.stats().live_entries == 3000
        assert len(reader.look_up(digests[:0])) == 0
        assert not reader.verify().damaged
        reader.preload()
        with pytest.raises(InputError, match=f"{algorithm.width} columns"):
            reader.look_up(digests[:, 1:])


def test_wide_ids_survive_the_narrow_column(tmp_path: Path) -> None:
    digests = np.random.default_rng(1).integers(0, 256, (4, 16), dtype=np.uint8)
    cases = [[2**63, 2**63 + 1, 2**63 + 5, 2**63 + 2], [0, 2**64 - 1, 5, 2**33], [0, 2**32 - 1, 1, 2]]
    for place, values in enumerate(cases):
        with open_digests(tmp_path / str(place), Algorithm.MD5, writable=True) as index:
            index.add(ids_of(*values), digests)
            index.compact()
            assert index.look_up(digests).id.tolist() == values
            assert sorted(live_rows(index._store.snapshot().parts, 16).ids.tolist()) == sorted(values)
