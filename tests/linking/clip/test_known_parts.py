from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cairn.linking.clip.known_parts import new_seconds, parts
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
    assert new_seconds({1: known((0, 12.5))}, file_s=12.5) == ()


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
