"""Files that are followed and looked up: what is asked before, and what is told of many recorded clips."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from cairn.errors import NotComparable, Reason
from cairn.fingerprints import measure
from cairn.frames import VideoFacts, VideoFingerprint, VideoMode, no_frames
from cairn.linking import PdqNear
from cairn.records.media import Media
from cairn.services.checking.even_time import evenly
from cairn.services.checking.knowledge import Recollection
from cairn.services.directory.acting import operator_of
from cairn.services.fingerprinting.following import Followed, Wanted
from cairn.services.looking_up import asking
from cairn.services.looking_up.asking import look_file_up, worth_following
from cairn.services.looking_up.hashes import HashKind
from cairn.services.looking_up.meeting_media import Contact
from cairn.services.looking_up.occasion import step_s
from cairn.services.series.opening import create_series
from cairn.types import Handling, Verdict
from pictures import drawn, save
from services.answers import FOLLOWED
from services.seizures import hold, unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from cairn.linking.clip import ClipLink
    from cairn.services.footage.deadline import Deadline
    from cairn.services.node.opening import Node

CLIPS = 25
FOLLOWED_FILE = Followed(
    VideoFingerprint(VideoFacts("", "", 0, 0), no_frames(), VideoMode.EVEN, float(CLIPS))
)


def second(at: int) -> ClipLink:
    """Answer that the first second of a recorded clip is this second of a file."""
    (span,) = FOLLOWED.recording
    here = replace(span, file_from_s=float(at), file_to_s=at + 1.0, known_from_s=0.0, known_to_s=1.0)
    return replace(FOLLOWED, recording=(here,), views=())


def test_before_a_file_is_followed_nothing_hidden_is_asked_and_that_takes_an_even_time(
    sqlite_node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[float] = []

    @contextmanager
    def counted(seconds: float) -> Iterator[None]:
        steps.append(seconds)
        with evenly(seconds):
            yield

    def asked(*_: object) -> None:
        raise AssertionError("what is hidden was asked")

    monkeypatch.setattr(asking, "evenly", counted)
    drawn(41).save(tmp_path / "moves.gif", save_all=True, append_images=[drawn(42)], duration=700)
    found = measure(tmp_path / "moves.gif")
    node = sqlite_node
    unit(node, "BR-UNIT")
    create_series("Veiled", actor=operator_of(node, "BR-UNIT"), handling=Handling.BLIND)
    hold(node, tmp_path / "moves.gif", authority="BR-UNIT", series="Veiled")
    with monkeypatch.context() as patch:
        patch.setattr(Recollection, "hidden_series", asked)
        assert worth_following(node, found, actor=node.operator) == Wanted(video=True)
    hold(node, tmp_path / "moves.gif", authority="NL-UNIT")
    assert worth_following(node, found, actor=node.operator) == Wanted()
    assert steps == [step_s(1)] * 2


def test_the_parts_of_a_compilation_name_every_clip_also_those_past_the_most(
    sqlite_node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "held").mkdir()
    for number in range(CLIPS - 1):
        (tmp_path / "held" / f"{number:02}.mp4").write_bytes(b"clip %d" % number)
    save(drawn(1), tmp_path / "held" / "still.png")
    hold(sqlite_node, tmp_path / "held", authority="NL-UNIT")
    drawn(1).save(tmp_path / "film.gif", save_all=True, append_images=[drawn(2)], duration=700)
    recorded = Media.objects.order_by("pk").values_list("pk", flat=True)
    links = [Contact(HashKind.SHA256, 0, media, second(at)) for at, media in enumerate(recorded)]

    def clips(*_: object, deadline: Deadline, **__: object) -> Iterator[Contact]:
        deadline.was_met = True
        return iter(links)

    monkeypatch.setattr(asking, "contacts_of_video", clips)
    found = measure(tmp_path / "film.gif")
    assert not isinstance(found.picture.comparison, NotComparable)
    answer = look_file_up(sqlite_node, found, actor=sqlite_node.operator, followed=FOLLOWED_FILE)
    (hit,) = answer.hits
    assert (hit.verdict, len(hit.matches), hit.more) == (Verdict.SIMILAR, 20, True)
    assert answer.video is not None
    assert answer.video.stopped is not None
    assert answer.video.stopped.reason is Reason.TIMED_OUT
    assert [len(part.media) for part in answer.video.parts] == [1] * CLIPS
    assert {answer.contents[part.media[0]] for part in answer.video.parts} == set(recorded)
    by_hash = hit.matches[0]
    assert isinstance(by_hash.evidence, PdqNear)
    assert by_hash.media in {part.media[0] for part in answer.video.parts}, "its seconds are told beside"
