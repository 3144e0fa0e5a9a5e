"""Evidence of detailed comparisons: values that are stored, read back, and told in words with figures."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from cairn.linking.detailed import Compared, DetailPolicies
from cairn.linking.evidence import in_words, kind_of_link, stored, stored_in_words
from cairn.linking.judgement import LinkKind
from cairn.linking.left_out import LeftOut
from cairn.linking.places import MOST_LINES
from cairn.linking.points import PlaceAgrees, PointsAgree, alternatives_in_words, from_stored, percent
from cairn.synthetic import alterations as alter
from cairn.synthetic import distortions as distort
from cairn.synthetic.rooms import room
from cairn.synthetic.scenes import render
from linking.local_pictures import busy, features, features_of

POLICIES = DetailPolicies()


@pytest.fixture(scope="module")
def slanted() -> PointsAgree:
    """The evidence of a picture seen aslant."""
    found = Compared(features(distort.slanted(busy(1), 0.2, seed=1)), POLICIES).with_known(features_of(1))
    assert isinstance(found, PointsAgree)
    return found


@pytest.fixture(scope="module")
def place() -> PlaceAgrees:
    """The evidence of two views of one room, the furniture moved."""
    views = [
        features(render(room(80_000, furnishing=furnishing, standing=furnishing), (1024, 768)))
        for furnishing in (0, 1)
    ]
    found = Compared(views[0], POLICIES).with_known(views[1])
    assert isinstance(found, PlaceAgrees)
    return found


def test_an_altered_copy_reads_as_two_sentences_that_name_its_kind(slanted: PointsAgree) -> None:
    words = in_words(slanted)
    named = "Altered copy, or one flat thing from another side"
    assert words.startswith(f"{named}: {slanted.places} of {slanted.alike} points that look alike")
    assert "agree under one perspective change, spanning" in words
    assert words.endswith("Of 3,280,900 pairs of unrelated pictures, none agreed that well")
    assert in_words(replace(slanted, chance_links=0)).endswith("none agreed that well")
    assert kind_of_link(slanted) is LinkKind.DUPLICATE


def test_a_mirrored_copy_says_so_and_what_else_was_tried() -> None:
    found = Compared(features(alter.mirrored(busy(1))), POLICIES).with_known(features_of(1))
    assert isinstance(found, PointsAgree)
    assert "under mirrored, one" in in_words(found)
    assert alternatives_in_words(found.tried).startswith("mirrored, ")


def test_another_view_of_a_room_is_the_same_place_with_its_likelihood(place: PlaceAgrees) -> None:
    words = in_words(place)
    assert words.startswith(f"Same place: of {place.alike} points that look alike")
    assert f"{place.likelihood_ratio:,.0f} times as frequent" in words
    assert "10,033 pairs, 2 of which" in words
    assert kind_of_link(place) is LinkKind.SCENE


def test_strangers_have_no_evidence() -> None:
    assert Compared(features_of(20), POLICIES).with_known(features_of(1)) is None


@pytest.mark.parametrize("which", ["slanted", "place"])
def test_stored_evidence_is_read_back_as_it_was(which: str, request: pytest.FixtureRequest) -> None:
    found: PointsAgree | PlaceAgrees = request.getfixturevalue(which)
    values = json.loads(json.dumps(stored(found)))
    again = from_stored(values)
    assert again is not None
    assert stored(again) == stored(found)
    assert stored_in_words(values) == in_words(found)
    assert 10 <= len(again.lines) <= MOST_LINES
    assert np.abs(np.array(again.lines) - np.array(found.lines)).max() < 0.001


def test_evidence_that_lacks_something_is_told_by_its_kind(slanted: PointsAgree) -> None:
    values = stored(slanted)
    del values["outline"]
    assert from_stored(values) is None
    assert stored_in_words(values) == "evidence of the kind points-agree"


def test_a_sliver_is_not_called_nothing() -> None:
    assert [percent(share) for share in (0.0, 0.001, 0.62, 1.0)] == ["0 %", "less than 1 %", "62 %", "100 %"]


def test_what_was_left_out_is_read_back_with_some_of_its_places_and_without_from_older_links(
    slanted: PointsAgree,
) -> None:
    many = tuple((number / 200, 0.123456) for number in range(200))
    found = replace(slanted, left_out=(LeftOut("app", 200, 9, many, in_known=True),))
    again = from_stored(json.loads(json.dumps(stored(found))))
    assert again is not None
    (left_out,) = again.left_out
    assert (left_out.name, left_out.points, left_out.pictures, left_out.in_known) == ("app", 200, 9, True)
    assert left_out.places == tuple((round(across, 3), 0.123) for across, _ in many[::2])
    older = from_stored(stored(slanted) | {"left_out": [["app", 200, 9]]})
    assert older is not None
    assert older.left_out == (LeftOut("app", 200, 9),)
