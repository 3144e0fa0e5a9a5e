"""Evidence reads as a sentence."""

from __future__ import annotations

import json

import pytest

from cairn.linking.clip.link import ClipLink, the_same
from cairn.linking.evidence import (
    DigestEqual,
    PdqNear,
    in_words,
    orientation_in_words,
    stored,
    stored_in_words,
    undo,
)
from cairn.types import Orientation


def test_equal_digests_are_said_to_be_the_same_content() -> None:
    assert in_words(DigestEqual()) == "SHA-256 is equal: the same content, byte for byte"


def test_a_near_hash_is_given_in_bits_and_with_its_turn() -> None:
    words = in_words(PdqNear(6, Orientation.FLIPPED_LEFT_RIGHT))
    assert words == "PDQ distance 6 of 256 bits, mirrored left to right"


def test_every_orientation_has_words_of_its_own() -> None:
    assert len({orientation_in_words(orientation) for orientation in Orientation}) == 8


@pytest.mark.parametrize("orientation", Orientation)
def test_undoing_twice_is_the_turn_itself(orientation: Orientation) -> None:
    assert undo(undo(orientation)) is orientation


def test_a_quarter_turn_is_undone_by_the_other_quarter_turn() -> None:
    assert undo(Orientation.ROTATED_90) is Orientation.ROTATED_270


@pytest.mark.parametrize("orientation", Orientation)
def test_stored_evidence_reads_like_the_evidence_itself(orientation: Orientation) -> None:
    evidence = PdqNear(17, orientation)
    assert stored_in_words(json.loads(json.dumps(stored(evidence)))) == in_words(evidence)


def test_evidence_that_this_version_does_not_know_is_named_by_its_kind() -> None:
    assert stored_in_words({"kind": "local-features", "matches": 40}) == "evidence of the kind local-features"
    assert stored_in_words({}) == "evidence of the kind None"


def test_a_view_beside_a_recording_is_said_with_its_seconds() -> None:
    same = the_same(covered_s=60.0, frames=5)
    words = in_words(ClipLink(same.recording, same.recording, 1.0, 1.0, "test/1"))
    view = "; and perhaps the same view, or another recording of one place: 00:00:00–00:01:00 is "
    assert words == f"{in_words(same)}{view}00:00:00–00:01:00 there"
