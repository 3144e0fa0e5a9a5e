from __future__ import annotations

from functools import cache

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.index import bands, engine, hamming, loading
from cairn.index.bands import SIXTEEN, THIRTEEN, Layout, Tables
from cairn.index.words import to_values, to_words, window
from index.hash_sets import KINDS, flip_bits, make_hashes, true_hits

COUNT = 400
LAYOUTS = {"sixteen bands": SIXTEEN, "thirteen bands": THIRTEEN}


@cache
def stored(kind: str, layout: str) -> tuple[np.ndarray, np.ndarray, Tables]:
    hashes = np.unique(make_hashes(kind, COUNT, 7), axis=0)
    words = to_words(hashes)
    return hashes, words, bands.build_tables(words, LAYOUTS[layout])


def questions(hashes: np.ndarray, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    near = flip_bits(hashes[random.integers(0, len(hashes), 10)], 50, seed)
    return np.concatenate([near, hashes[:1], random.integers(0, 256, (1, 32), dtype=np.uint8)])


def as_set(hits: hamming.Hits) -> set[tuple[int, int, int]]:
    rows = list(zip(hits.query.tolist(), hits.row.tolist(), hits.distance.tolist(), strict=True))
    assert len(rows) == len(set(rows)), "a hit was reported twice"
    return set(rows)


@pytest.mark.parametrize("radius", range(48))
def test_every_radius_finds_what_faiss_finds(radius: int, compiled: None) -> None:
    for kind in KINDS:
        for layout in LAYOUTS:
            hashes, words, tables = stored(kind, layout)
            queries = questions(hashes, radius)
            flat = faiss.IndexBinaryFlat(256)
            flat.add(hashes)
            limits, distances, rows = flat.range_search(queries, radius + 1)
            query = np.repeat(np.arange(len(queries)), np.diff(limits).astype(int))
            expected = set(zip(query.tolist(), rows.tolist(), distances.astype(int).tolist(), strict=True))
            assert as_set(engine.search(words, tables, to_words(queries), radius=radius)) == expected


@settings(max_examples=40)
@given(
    kind=st.sampled_from(KINDS),
    layout=st.sampled_from(sorted(LAYOUTS)),
    radius=st.integers(0, 70),
    seed=st.integers(0, 2**32),
)
def test_any_search_finds_what_unpacking_every_bit_finds(
    kind: str, layout: str, radius: int, seed: int
) -> None:
    hashes, words, tables = stored(kind, layout)
    queries = questions(hashes, seed)
    expected = true_hits(hashes, queries, radius)
    asked = to_words(queries)
    loading.warm_up()
    assert as_set(engine.search(words, tables, asked, radius=radius)) == expected
    assert as_set(engine.scan(words, asked, radius=radius)) == expected
    assert as_set(hamming.scan(words, asked, radius=radius)) == expected
    if radius <= bands.LARGEST_RADIUS:
        assert as_set(bands.search(words, tables, asked, radius=radius)) == expected


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("radius", [0, 16, 31, 47, 60])
def test_a_join_finds_each_pair_once(kind: str, layout: str, radius: int, compiled: None) -> None:
    hashes, words, tables = stored(kind, layout)
    hits = engine.join(words, tables, radius=radius)
    pairs = [
        (min(one, other), max(one, other), near)
        for one, other, near in zip(
            hits.query.tolist(), hits.row.tolist(), hits.distance.tolist(), strict=True
        )
    ]
    assert len(pairs) == len(set(pairs))
    assert set(pairs) == {hit for hit in true_hits(hashes, hashes, radius) if hit[0] < hit[1]}


@pytest.mark.parametrize("layout", LAYOUTS.values())
@pytest.mark.parametrize("radius", range(48))
def test_allowances_share_out_one_more_than_the_radius(layout: Layout, radius: int) -> None:
    allowed = bands.allowances(layout, radius)
    assert sum(allowed) == radius + 1
    assert max(allowed) - min(allowed) <= 1
    assert [step.band for step in bands.steps(layout, radius)] == [
        band for band, allowance in enumerate(allowed) if allowance
    ]


@settings(max_examples=200)
@given(
    layout=st.sampled_from(sorted(LAYOUTS)),
    radius=st.integers(0, 47),
    flipped=st.sets(st.integers(0, 255), max_size=47),
)
def test_some_band_accepts_every_true_match(layout: str, radius: int, flipped: set[int]) -> None:
    """The chain filter's theorem, checked on the differing bits alone."""
    bits = np.zeros((1, 256), np.uint8)
    bits[0, sorted(flipped)[:radius]] = 1
    difference = to_words(np.packbits(bits, axis=1))
    chosen = LAYOUTS[layout]
    accepted = []
    for step in bands.steps(chosen, radius):
        in_band = int(np.bitwise_count(window(difference, step.start, step.width))[0])
        behind = window(difference, step.start + step.width, chosen.signature_bits)
        in_both = in_band + int(np.bitwise_count(behind)[0])
        accepted.append(in_band <= step.weight and in_both <= step.limit)
    assert any(accepted)


def test_a_window_may_run_over_the_end() -> None:
    value = np.arange(32, dtype=np.uint8)[None]
    words = to_words(value)
    bits = "".join(f"{byte:08b}" for byte in value[0])
    for start, width in [(0, 1), (60, 8), (250, 20), (256, 16), (64, 64), (270, 19)]:
        wrapped = (bits * 2)[start % 256 : start % 256 + width]
        assert int(window(words, start, width)[0]) == int(wrapped, 2)


def test_words_turn_back_into_values() -> None:
    for width in (16, 20, 32):
        values = np.random.default_rng(1).integers(0, 256, (5, width), dtype=np.uint8)
        assert np.array_equal(to_values(to_words(values), width), values)


def test_few_hashes_are_scanned_and_very_many_get_thirteen_bands() -> None:
    assert bands.layout_for(100) is None
    assert bands.layout_for(1_000_000) is SIXTEEN
    assert bands.layout_for(100_000_000) is THIRTEEN
