"""What a learnt model says names the model, in words and as values."""

from __future__ import annotations

from cairn.linking.evidence import in_words, kind_of_link, stored, stored_in_words
from cairn.linking.judgement import LinkKind
from cairn.linking.learnt import LearntNear, learnt_from_stored

NEAR = LearntNear("tiny/1", "ab" * 32, "Apache-2.0", "duplicate", 0.95123, 0.9, "drawn pictures")


def test_the_sentence_names_the_model_its_digest_its_licence_and_what_was_measured() -> None:
    words = in_words(NEAR)
    for part in (
        "tiny/1",
        "abababab",
        "Apache-2.0",
        "0.951",
        "0.900",
        "drawn pictures",
        "Perhaps an altered copy",
    ):
        assert part in words
    assert stored_in_words(stored(NEAR)) == words


def test_the_kind_of_link_is_the_one_that_the_operator_named() -> None:
    assert kind_of_link(NEAR) is LinkKind.DUPLICATE
    scene = LearntNear("tiny/1", "ab" * 32, "MIT", "scene", 0.95, 0.9, "")
    assert kind_of_link(scene) is LinkKind.SCENE
    assert "the same place" in in_words(scene)
    assert "of which nothing is said" in in_words(scene)


def test_values_that_lack_something_are_no_evidence_of_this_kind() -> None:
    values = stored(NEAR)
    found = learnt_from_stored(values)
    assert found is not None
    assert found.similarity == 0.9512
    assert learnt_from_stored({**values, "kind": "pdq-near"}) is None
    assert learnt_from_stored({key: value for key, value in values.items() if key != "licence"}) is None
