from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.linking.clip.known_parts import SHORTEST_S, new_seconds, parts
from cairn.linking.clip.link import ClipLink
from cairn.linking.clip.spans import Span
from cairn.types import Orientation

SPAN = Span(
    0,
    0,
    0,
    0,
    1.0,
    Orientation.ORIGINAL,
    frames=20,
    moments=5,
    distance_bits=4,
    covered_bits=4,
    elsewhere_bits=120,
    together=9,
)


def known(*stretches: tuple[float, float], moments: int = 5) -> ClipLink:
    spans = tuple(
        replace(SPAN, file_from_s=begin, file_to_s=end, moments=moments) for begin, end in stretches
    )
    return ClipLink(spans, (), 0.0, 0.0, "test/1")


def test_a_compilation_is_told_part_by_part_and_the_rest_is_new() -> None:
    links = {7: known((10, 20), (30, 40)), 8: known((15, 25), moments=9)}
    told = [(part.from_s, part.to_s, part.known) for part in parts(links, file_s=50)]
    assert told == [
        (0, 10, ()),
        (10, 15, (7,)),
        (15, 20, (8, 7)),
        (20, 25, (8,)),
        (25, 30, ()),
        (30, 40, (7,)),
        (40, 50, ()),
    ]
    assert new_seconds(links, file_s=50) == ((0, 10), (25, 30), (40, 50))


def test_a_file_that_nothing_explains_is_new_from_end_to_end() -> None:
    assert new_seconds({}, file_s=12.5) == ((0, 12.5),)
    assert new_seconds({1: known((0, 12.5))}, file_s=12.5) == new_seconds({}, file_s=0.0) == ()


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20), st.integers(1, 4)), max_size=8))
def test_parts_tile_the_file(found: list[tuple[int, int, int]]) -> None:
    links = {
        media: known(*((float(begin), float(begin + length)) for begin, length, own in found if own == media))
        for media in range(1, 5)
    }
    told = parts(links, file_s=50)
    assert (told[0].from_s, told[-1].to_s) == (0, 50)
    assert all(one.to_s == other.from_s and one.known != other.known for one, other in pairwise(told))
    for part in told:
        middle = (part.from_s + part.to_s) / 2
        assert set(part.known) == {own for begin, length, own in found if begin <= middle <= begin + length}


def shown(file_ms: int, known_ms: int, length_ms: int, speed: float) -> Span:
    """Answer a span of the file that shows these milliseconds of a known video, by way of floats."""
    file_s, known_s, length_s = file_ms / 1000, known_ms / 1000, length_ms / 1000
    return replace(
        SPAN,
        file_from_s=file_s,
        file_to_s=file_s + length_s / speed,
        known_from_s=known_s,
        known_to_s=known_s + length_s,
        speed=speed,
    )


SPEEDS = st.sampled_from((0.9, 0.96, 1.0, 1.04, 1.1))


@given(
    st.integers(0, 5_000), st.integers(0, 90_000), st.integers(0, 90_000), st.integers(1_000, 9_000), SPEEDS
)
def test_a_border_in_two_copies_is_one_cut_and_no_sliver_has_two_victims(
    begin: int, one: int, other: int, border: int, speed: float
) -> None:
    starts = {1: one, 2: other}
    links = {
        media: ClipLink((shown(begin, at, 10_000, speed),), (), 0.5, 0.5, "test/1")
        for media, at in starts.items()
    }
    owners = {
        media: {7: ((at / 1000, (at + border) / 1000),), 8: (((at + border) / 1000, at / 1000 + 10),)}
        for media, at in starts.items()
    }
    told = parts(links, file_s=20.0, owners=owners)
    assert [part.series for part in told if part.known] == [(7,), (8,)]
    assert all(part.to_s - part.from_s >= SHORTEST_S for part in told)
    assert all((a.known, a.series) != (b.known, b.series) for a, b in pairwise(told))


@pytest.mark.parametrize("speed", [0.9, 0.96, 1.04, 1.1])
def test_a_stretch_as_long_as_what_is_shown_of_it_is_one_part(speed: float) -> None:
    for known in range(0, 40_000, 333):
        link = ClipLink((shown(1_700, known, 7_100, speed),), (), 0.5, 0.5, "test/1")
        owners = {1: {7: ((known / 1000, (known + 7_100) / 1000),)}}
        told = parts({1: link}, file_s=20.0, owners=owners)
        assert [(part.known, part.series) for part in told] == [((), ()), ((1,), (7,)), ((), ())]
