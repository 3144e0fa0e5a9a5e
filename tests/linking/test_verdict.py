"""One word a file, by rules that put the consequences first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cairn.linking import Knowledge, decide
from cairn.types import SeriesStatus, Verdict

knowledge = st.builds(
    Knowledge,
    is_recorded=st.booleans(),
    series=st.lists(st.sampled_from(SeriesStatus), max_size=3).map(tuple),
    treated_irrelevant=st.lists(st.booleans(), max_size=3).map(tuple),
)


def verdict(known: Knowledge, *, near: bool = False, comparable: bool = True) -> Verdict:
    return decide(known, has_neighbours=near, is_comparable=comparable)


def test_a_file_in_a_settled_series_is_identified() -> None:
    assert verdict(Knowledge(True, (SeriesStatus.IDENTIFIED,))) is Verdict.IDENTIFIED
    assert verdict(Knowledge(True, (SeriesStatus.SAFEGUARDED,))) is Verdict.IDENTIFIED


def test_one_settled_series_among_several_is_enough() -> None:
    assert (
        verdict(Knowledge(True, (SeriesStatus.UNIDENTIFIED, SeriesStatus.IDENTIFIED))) is Verdict.IDENTIFIED
    )


def test_a_file_in_an_open_series_is_known() -> None:
    assert verdict(Knowledge(False, (SeriesStatus.IN_PROGRESS,))) is Verdict.KNOWN


def test_a_recorded_file_is_known() -> None:
    assert verdict(Knowledge(is_recorded=True)) is Verdict.KNOWN


def test_a_known_good_file_is_irrelevant() -> None:
    assert verdict(Knowledge(True, (), (True, True))) is Verdict.IRRELEVANT


def test_one_authority_that_disagrees_keeps_a_file_from_being_irrelevant() -> None:
    assert verdict(Knowledge(True, (), (True, False))) is Verdict.KNOWN


def test_a_series_outweighs_a_known_good_list() -> None:
    assert verdict(Knowledge(True, (SeriesStatus.UNIDENTIFIED,), (True,))) is Verdict.KNOWN


def test_an_unrecorded_file_near_a_recorded_one_is_similar() -> None:
    assert verdict(Knowledge(), near=True) is Verdict.SIMILAR


def test_an_unrecorded_file_with_no_neighbour_is_new() -> None:
    assert verdict(Knowledge()) is Verdict.NEW


def test_a_file_that_cannot_be_compared_is_never_called_new() -> None:
    assert verdict(Knowledge(), comparable=False) is Verdict.NOT_COMPARABLE


@given(knowledge, st.booleans())
def test_what_is_known_by_digest_does_not_depend_on_the_picture(known: Knowledge, near: bool) -> None:
    if known != Knowledge():
        assert verdict(known, near=near, comparable=True) == verdict(known, near=near, comparable=False)


@given(knowledge, st.booleans(), st.booleans())
def test_a_file_is_identified_exactly_when_a_person_has_settled_one_of_its_series(
    known: Knowledge, near: bool, comparable: bool
) -> None:
    settled = any(status.is_settled for status in known.series)
    assert (verdict(known, near=near, comparable=comparable) is Verdict.IDENTIFIED) == settled
