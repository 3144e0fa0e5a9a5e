"""Which seconds are a series': a match names those of the seconds that agree, against brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.linking.clip.known_parts import parts
from cairn.linking.clip.link import ClipLink, joined, the_same
from cairn.linking.evidence import DigestEqual, PdqNear
from cairn.linking.footage import FrameNear
from cairn.linking.owned import Owners, meets, overlap, put_together, without
from cairn.linking.sound_spans import SoundAgrees, SoundSpan
from cairn.types import Orientation

ORIGINAL = Orientation.ORIGINAL
(SPAN,) = the_same(covered_s=60.0, frames=5).recording
HEARD = SoundAgrees("s/1", (SoundSpan(0, 5_000, 20_000, 25_000, 9, 9, 9.0),), 1.0, True, 0.1, 0.1, 1, 0)
VICTIM = ((10.0, 20.0),)


def clip(begin: float, known: float, length: float, speed: float = 1.0) -> ClipLink:
    span = replace(
        SPAN,
        file_from_s=begin,
        file_to_s=begin + length,
        known_from_s=known,
        known_to_s=known + length * speed,
        speed=speed,
    )
    return ClipLink((span,), (), 0.5, 0.5, "test/1")


@pytest.mark.parametrize(
    ("evidence", "is_met"),
    [
        (clip(0, 15, 10), True),
        (clip(0, 20, 10), False),
        (ClipLink((), clip(0, 12, 1).recording, 0.0, 0.0, "test/1"), True),
        (ClipLink(clip(0, 30, 9).recording, clip(9, 12, 1).recording, 0.5, 0.5, "test/1"), True),
        (HEARD, False),
        (FrameNear(4, ORIGINAL, 10.5, in_file=False), True),
        (FrameNear(4, ORIGINAL, 9.5, in_file=False), True),
        (FrameNear(4, ORIGINAL, 20.5, in_file=False), False),
        (FrameNear(4, ORIGINAL, 90.0, in_file=True), True),
        (PdqNear(4, ORIGINAL), True),
        (DigestEqual(), True),
    ],
)
def test_a_series_is_met_where_what_agrees_lies_in_its_seconds(evidence: object, is_met: bool) -> None:
    assert meets(evidence, VICTIM) is is_met  # type: ignore[arg-type]  # one of each kind
    assert Owners({3: VICTIM, 4: None}).met_by(evidence) == ((3, 4) if is_met else (4,))  # type: ignore[arg-type]


def test_a_recorded_frame_stands_until_the_next_that_was_kept() -> None:
    near = FrameNear(4, ORIGINAL, 2.0, in_file=False)
    assert meets(near, VICTIM, frames=(0.0, 2.0004, 12.0))
    assert not meets(near, VICTIM, frames=(0.0, 2.0, 10.0))
    assert not meets(near, VICTIM, frames=(0.0, 2.0))


MOMENTS = st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda row: (row[0], row[0] + row[1]))
STRETCHES = st.lists(MOMENTS, max_size=5).map(lambda row: tuple(joined((float(a), float(b)) for a, b in row)))
SPEEDS = st.sampled_from((0.5, 0.8, 1.0, 1.25, 2.0))


def seconds(owned: tuple[tuple[float, float], ...]) -> set[int]:
    return {second for second in range(80) if any(a <= second < b for a, b in owned)}


@given(STRETCHES, STRETCHES)
def test_putting_together_and_taking_out_are_those_of_sets(
    one: tuple[tuple[float, float], ...], other: tuple[tuple[float, float], ...]
) -> None:
    both = put_together(one, other)
    assert both is not None
    assert seconds(both) == seconds(one) | seconds(other)
    assert seconds(without(one, other)) == seconds(one) - seconds(other)
    assert put_together(one, None) is None


@given(MOMENTS, MOMENTS)
def test_stretches_overlap_where_they_share_a_second(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert overlap(one, other) is bool(set(range(*one)) & set(range(*other)))


@given(
    st.lists(st.tuples(st.integers(1, 2), MOMENTS, st.integers(0, 30), SPEEDS), max_size=4),
    st.dictionaries(st.integers(1, 2), st.dictionaries(st.integers(7, 9), STRETCHES | st.none(), max_size=3)),
)
def test_every_moment_of_a_file_is_of_the_series_that_own_it_there(
    found: list[tuple[int, tuple[int, int], int, float]],
    owners: dict[int, dict[int, tuple[tuple[float, float], ...] | None]],
) -> None:
    links: dict[int, ClipLink] = {}
    for media, (begin, end), known, speed in found:
        spans = links[media].recording if media in links else ()
        new = clip(begin, known, end - begin, speed).recording
        links[media] = ClipLink((*spans, *new), (), 0.5, 0.5, "test/1")
    told = parts(links, file_s=60.0, owners=owners)
    for quarter in range(2, 240, 4):
        at = quarter / 4 + 0.03  # no border lies here: all are multiples of a twentieth of a second
        (part,) = [each for each in told if each.from_s <= at < each.to_s] or [told[-1]]
        expected = {
            series
            for media, link in links.items()
            for span in link.recording
            if span.file_from_s <= at < span.file_to_s
            for series, owned in owners.get(media, {}).items()
            if owned is None
            or any(a <= span.known_from_s + (at - span.file_from_s) * span.speed < b for a, b in owned)
        }
        assert set(part.series) == expected
    assert all(one.to_s == other.from_s for one, other in pairwise(told))
