"""What a call answers of a video or a sound has the keys of what it is made of, neither more nor fewer."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from cairn.api.moving import ClipOut, EvidenceOut, SoundOut, SoundSpanOut, StretchOut, VideoFactsOut, VideoOut
from cairn.frames import VideoFacts
from cairn.linking.clip.spans import Span
from cairn.services.answering.answer_evidence import evidence_row
from cairn.services.answering.answer_json import video_row
from cairn.services.footage.keeping import facts_row
from services.answers import COPY, FOLLOWED, HEARD, VIDEO

if TYPE_CHECKING:
    from cairn.linking import Evidence


def test_a_stretch_and_what_was_seen_of_a_video_have_every_key_that_is_written() -> None:
    clip: dict[str, Any] = evidence_row(FOLLOWED)["clip"]
    sound: dict[str, Any] = evidence_row(HEARD)["sound"]
    for shape, keys in (
        (StretchOut, {each.name for each in fields(Span)}),
        (ClipOut, clip.keys()),
        (SoundOut, sound.keys()),
        (SoundSpanOut, sound["spans"][0].keys()),
        (VideoOut, video_row(VIDEO).keys()),
        (VideoFactsOut, facts_row(VideoFacts("mp4", "h264", 64, 48)).keys()),
    ):
        assert shape.model_fields.keys() == keys, shape


@pytest.mark.parametrize("evidence", [FOLLOWED, HEARD, COPY])
def test_evidence_has_the_keys_of_a_check_but_for_those_that_a_call_never_compares(
    evidence: Evidence,
) -> None:
    row = evidence_row(evidence)
    told = EvidenceOut.of(evidence).model_dump(mode="json")
    assert told == {key: value for key, value in row.items() if key in told}
    assert row.keys() - told.keys() == {"points", "learnt", "photodna"}
