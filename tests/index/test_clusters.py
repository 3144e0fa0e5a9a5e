from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.index import Index, WeakLink, open_index
from index.hash_sets import make_hashes
from index.test_search import close_journal, ids_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

Row = tuple[int, int, bytes]


def hash_with(*bits: int) -> np.ndarray:
    value = np.zeros(256, np.uint8)
    value[list(bits)] = 1
    return np.packbits(value)


def near(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def true_pairs(rows: set[Row], radius: int) -> set[tuple[int, int, int, int, int]]:
    return {
        (one[0], other[0], one[1], other[1], near(one[2], other[2]))
        for one in rows
        for other in rows
        if one[0] < other[0] and near(one[2], other[2]) <= radius
    }


def true_groups(pairs: set[tuple[int, int, int, int, int]]) -> list[list[int]]:
    group: dict[int, set[int]] = {}
    for one, other, *_ in pairs:
        joined = group.get(one, {one}) | group.get(other, {other})
        group |= dict.fromkeys(joined, joined)
    return [list(members) for members in sorted({tuple(sorted(members)) for members in group.values()})]


def found_pairs(index: Index, radius: int) -> list[tuple[int, int, int, int, int]]:
    pairs = index.pairs(radius=radius)
    columns = (
        pairs.first_id,
        pairs.second_id,
        pairs.first_timestamp_ms,
        pairs.second_timestamp_ms,
        pairs.distance,
    )
    return list(zip(*(column.tolist() for column in columns), strict=True))


@settings(max_examples=15)
@given(
    seed=st.integers(0, 1000),
    radius=st.sampled_from([0, 5, 31, 50]),
    kind=st.sampled_from(["photo-like", "flat", "one bit apart", "all equal"]),
    cuts=st.lists(st.integers(0, 60), max_size=3),
)
def test_pairs_and_groups_are_those_of_a_plain_list_however_the_index_is_cut(
    tmp_path_factory: pytest.TempPathFactory, seed: int, radius: int, kind: str, cuts: list[int]
) -> None:
    random = np.random.default_rng(seed)
    hashes = make_hashes(kind, 60, seed)
    ids = random.integers(0, 40, 60).astype(np.uint64)
    stamps = random.integers(0, 2, 60).astype(np.uint32)
    rows = {
        (one, stamp, value.tobytes())
        for one, stamp, value in zip(ids.tolist(), stamps.tolist(), hashes, strict=True)
    }
    rows = {row for row in rows if row[0] not in {3, 4}}
    with open_index(tmp_path_factory.mktemp("clusters"), writable=True) as index:
        edges = [0, *sorted(cuts), 60]
        for begin, end in itertools.pairwise(edges):
            index.add(ids[begin:end], hashes[begin:end], timestamps_ms=stamps[begin:end])
            close_journal(index)
        index.remove(ids_of(3, 4))
        expected = true_pairs(rows, radius)
        cut = index.clusters(radius=radius)
        assert found_pairs(index, radius) == sorted(expected)
        groups = [cut.id[cut.group == number].tolist() for number in range(len(cut))]
        assert groups == true_groups(expected)
        index.settle()
        index.compact()
        whole = index.clusters(radius=radius)
        assert found_pairs(index, radius) == sorted(expected)
        assert whole.weak_links == cut.weak_links
        assert whole.id.tolist() == cut.id.tolist()


def test_two_groups_that_hang_by_one_link_say_so(tmp_path: Path) -> None:
    left = [hash_with(), hash_with(0), hash_with(1)]
    right = [hash_with(*range(10, 30)), hash_with(*range(10, 31)), hash_with(*range(10, 30), 40)]
    with open_index(tmp_path, writable=True) as index:
        index.add(ids_of(1, 2, 3, 4, 5, 6), np.stack(left + right))
        assert index.clusters(radius=20).weak_links == (WeakLink(0, 1, 4, 20, 3, 3),)
        index.add(ids_of(7), left[0][None])
        assert index.clusters(radius=20).weak_links == (WeakLink(0, 1, 4, 20, 4, 3),)
        assert index.clusters(radius=19).weak_links == ()
        assert len(index.clusters(radius=19)) == 2
        index.add(ids_of(6), left[1][None])
        assert index.clusters(radius=20).weak_links == ()
        assert len(index.clusters(radius=20)) == 1


def test_a_single_id_at_the_end_of_a_link_is_no_chain(tmp_path: Path) -> None:
    with open_index(tmp_path, writable=True) as index:
        chain = np.stack([hash_with(), hash_with(*range(20)), hash_with(*range(40)), hash_with(*range(60))])
        index.add(ids_of(1, 2, 3), chain[:3])
        assert index.clusters(radius=20).weak_links == ()
        index.add(ids_of(4), chain[3:])
        assert index.clusters(radius=20).weak_links == (WeakLink(0, 2, 3, 20, 2, 2),)


def test_large_groups_of_equal_hashes_need_no_pair_for_each_two(tmp_path: Path) -> None:
    count = 5000
    with open_index(tmp_path, writable=True) as index:
        index.add(np.arange(count, dtype=np.uint64), make_hashes("all equal", count, 1))
        clusters = index.clusters(radius=31)
        assert len(clusters) == 1
        assert len(clusters.id) == count
