"""What recorded media lack of the present methods, and another look at their files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

import numpy as np
import pytest
from click.testing import CliRunner

from cairn.cli import index_commands
from cairn.errors import InputError, NotComparable, Reason
from cairn.fingerprints.sandbox import Done, Job
from cairn.frames import VideoFingerprint, VideoMode
from cairn.linking.clip import ClipLink
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.footage import Footage
from cairn.records.jobs import Check, CheckItem
from cairn.records.lock import as_the_node
from cairn.records.media import Media
from cairn.services.features.second_pass import FeaturesFor
from cairn.services.footage.video_pass import VideosFor
from cairn.services.renewing import renewing
from cairn.services.renewing.lacking import Kind, Lacking, lacking
from cairn.services.renewing.renewing import renew
from cairn.synthetic import sounds
from cairn.types import Fingerprints, PdqMode, Picture
from pictures import drawn, save
from services.footage.in_process import InProcessVideos
from services.footage.test_videos_in_a_check import KNOWN, hold, run
from services.seizures import by_name
from stand_ins import InProcessPool
from tiny_sounds import RATE, sound_file
from tiny_videos import encoded, frames_of, video

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node

NOTHING = Lacking()
CRASHED: Final = NotComparable(Reason.DECODER_CRASHED, "The decoder was ended.")


def in_process(kind: Kind, workers: int) -> InProcessPool | InProcessVideos:
    if kind is Kind.VIDEOS:
        return InProcessVideos(workers=workers, mode=PdqMode.FAST, video=VideoMode.EVEN)
    return InProcessPool(
        workers=workers,
        mode=PdqMode.FAST,
        with_features=kind is Kind.PICTURES,
        with_sound=kind is Kind.SOUNDS,
    )


def test_files_of_recorded_media_are_looked_at_again_wherever_they_lie(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, moved = tmp_path / "held", tmp_path / "moved"
    held.mkdir()
    save(drawn(1), held / "one.jpg")
    (held / "known.mp4").write_bytes(video(*KNOWN, with_sound=True))
    voice = sounds.voice(31, seconds=6, rate=RATE)
    (held / "voice.mp3").write_bytes(sound_file(voice, container="mp3", codec="libmp3lame"))
    (held / "noise.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(5_000))
    hold(node, held, authority="NL-UNIT", videos=VideosFor.NEVER, features=FeaturesFor.NEVER)
    assert lacking() == Lacking(pictures=1, videos=2, sounds=1)
    held.rename(moved)
    (moved / "known.mp4").rename(moved / "another name.bin")
    save(drawn(2), moved / "unrecorded.jpg")
    at_once = renew(node, [moved], actor=node.operator, seconds=-1, workers=1, open_look=in_process)
    assert (at_once.is_whole, at_once.looked_at, at_once.left) == (False, NOTHING, lacking())
    done = renew(node, [moved], actor=node.operator, workers=1, open_look=in_process)
    assert (done.files, done.looked_at, done.failed) == (4, Lacking(1, 1, 2), 1)
    assert done.left == lacking() == Lacking(videos=1)  # noise.mp4: nobody has seen anything of it
    assert done.is_whole
    assert Media.objects.count() == 4
    told = Counter[str]()
    for event in AuditEvent.objects.filter(tag=AuditTag.FEATURES_RENEWED):
        told.update(event.counts)
    assert told == {"files": 4, "pictures": 1, "videos": 1, "sounds": 2, "failed": 1}
    assert not Footage.objects.exclude(asked=None).exists()
    again = renew(node, [moved], actor=node.operator, workers=1, open_look=in_process)
    assert (again.files, again.looked_at) == (0, NOTHING)  # noise.mp4 was looked at in vain
    again = renew(node, [moved], actor=node.operator, again=True, workers=1, open_look=in_process)
    assert (again.files, again.failed, again.left) == (1, 1, Lacking(videos=1))
    with pytest.raises(InputError, match="evidence is never written"):
        renew(node, [node.config.folder.parent], actor=node.operator, open_look=in_process)
    cropped = (np.ascontiguousarray(frame[12:108, 16:144]) for frame in frames_of(KNOWN[1:4]))
    (tmp_path / "cropped.mp4").write_bytes(encoded(cropped))
    (match,) = by_name(run(node, tmp_path / "cropped.mp4"))["cropped.mp4"].matches
    assert isinstance(match.evidence, ClipLink)
    assert match.evidence.recording


def test_what_is_kept_is_not_lost_to_a_look_that_gives_less(
    sqlite_node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = sqlite_node
    moved = tmp_path / "held"
    moved.mkdir()
    (moved / "film.mp4").write_bytes(video(*KNOWN))
    (moved / "noise.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(5_000))
    hold(node, moved, authority="NL-UNIT", features=FeaturesFor.NEVER)
    assert lacking() == NOTHING  # that a film is none was found, and nothing broke off
    _make_old()
    assert lacking() == Lacking(videos=1)
    Footage.objects.filter(comparable=0).delete()
    before = Footage.objects.values().get(detailed=0, comparable__gt=0)
    for broken_off in (_ended, _ended_half_way):
        monkeypatch.setattr(InProcessVideos, "measure_all", broken_off(InProcessVideos.measure_all))
        failed = renew(node, [moved], actor=node.operator, again=True, workers=1, open_look=in_process)
        assert (failed.looked_at, failed.failed) == (NOTHING, 2)
        assert Footage.objects.values().get(pk=before["media_id"]) == before
        monkeypatch.undo()
    with as_the_node("a test stands in for a check that still runs"):
        check_run = Check.objects.create(authority=node.operator.authority, request_digest=bytes(32))
        item = {"address_digest": bytes(16), "media_id": before["media_id"], "is_done": True}
        CheckItem.objects.create(check_run=check_run, footage_method="key-frames", **item)
    busy = renew(node, [moved], actor=node.operator, again=True, workers=1, open_look=in_process)
    assert (busy.files, busy.looked_at) == (1, NOTHING)
    assert Footage.objects.values().get(pk=before["media_id"]) == before
    Check.objects.filter(pk=check_run.pk).delete()
    monkeypatch.setattr("cairn.services.renewing.renewing.KEPT_EVERY_S", -1.0)
    before_it = AuditEvent.objects.filter(tag=AuditTag.FEATURES_RENEWED).count()
    monkeypatch.setattr(InProcessVideos, "measure_all", _killed(InProcessVideos.measure_all))
    with pytest.raises(SystemExit):
        renew(node, [moved], actor=node.operator, again=True, workers=1, open_look=in_process)
    assert AuditEvent.objects.filter(tag=AuditTag.FEATURES_RENEWED).count() == before_it + 2
    assert lacking() == Lacking(videos=1)
    Footage.objects.update(comparable=0, detailed=0, reason=Reason.DECODER_CRASHED)
    assert lacking() == Lacking(videos=2)
    monkeypatch.undo()
    clock = [0.0]
    monkeypatch.setattr(renewing, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(InProcessVideos, "measure_all", _slow(InProcessVideos.measure_all, clock))
    late = renew(node, [moved], actor=node.operator, seconds=50, again=True, workers=1, open_look=in_process)
    assert (late.files, late.is_whole) == (1, False)


def _make_old() -> None:
    """Keep the film as it was kept before frames had points."""
    Footage.objects.filter(detailed__gt=0).update(detailed=0, details=None)


MeasureAll = Callable[..., Iterator[Done]]


def _ended(measure_all: MeasureAll) -> MeasureAll:
    """Let the system end the decoder before it has seen anything."""
    return lambda pool, jobs: (
        _with(done, replace(done.result.picture, video=None, comparison=CRASHED))
        for done in measure_all(pool, jobs)
        if isinstance(done.result, Fingerprints)
    )


def _ended_half_way(measure_all: MeasureAll) -> MeasureAll:
    """Let the decoder crash after two frames."""
    return lambda pool, jobs: (
        _with(done, replace(done.result.picture, video=_begun(done.result.picture.video)))
        for done in measure_all(pool, jobs)
        if isinstance(done.result, Fingerprints)
    )


def _killed(measure_all: MeasureAll) -> MeasureAll:
    """Let the process be killed once it has looked at everything."""

    def measured(pool: object, jobs: Iterable[Job]) -> Iterator[Done]:
        yield from measure_all(pool, jobs)
        raise SystemExit

    return measured


def _slow(measure_all: MeasureAll, clock: list[float]) -> MeasureAll:
    """Let each look take more than the run has."""

    def measured(pool: object, jobs: Iterable[Job]) -> Iterator[Done]:
        for done in measure_all(pool, jobs):
            clock[0] += 100
            yield done

    return measured


def _with(done: Done, picture: Picture) -> Done:
    assert isinstance(done.result, Fingerprints)
    return replace(done, result=replace(done.result, picture=picture))


def _begun(video: VideoFingerprint | None) -> VideoFingerprint | None:
    if video is None:
        return None
    return replace(video, frames=video.frames.only(np.array([0, 1])), covered_s=0.1, stopped=CRASHED)


def test_the_operator_is_told_what_is_lacking_and_looks_again(sqlite_node: Node, tmp_path: Path) -> None:
    def index(*words: str) -> str:
        found = CliRunner().invoke(
            index_commands.index, [*words, "--node", str(sqlite_node.config.folder)], catch_exceptions=False
        )
        assert found.exit_code == 0, found.output
        return found.output

    (tmp_path / "in").mkdir()
    save(drawn(1), tmp_path / "in" / "one.jpg")
    assert "Nothing recorded lacks" in index("renew")
    hold(sqlite_node, tmp_path / "in", authority="NL-UNIT", features=FeaturesFor.NEVER)
    words = "1 pictures, 0 videos, 0 sounds"
    status = index("status")
    assert f"lacking           Not looked at with the present methods: {words}." in status
    assert "first stage" not in status
    told = index("renew", str(tmp_path / "in"), "--workers", "1")
    assert "looked at again" not in told
    assert "Nothing recorded lacks" in told
    assert json.loads(index("renew", "--json", str(tmp_path / "in"))) == {
        "left": {"pictures": 0, "videos": 0, "sounds": 0},
        "is_whole": True,
    }
    assert "cairn link suggest" in told
    assert "cairn link suggest" not in index("renew", str(tmp_path / "in"))
    assert '"pictures": 0' in index("renew", "--json")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["EMPTY"], "no file at or below"),
        (["NODE"], "looked at again"),
        (["EMPTY", "--minutes", "nan"], "as a number"),
        (["EMPTY", "--minutes", "inf"], "as a number"),
        (["EMPTY", "--minutes", "0"], "above 0"),
        (["--workers", "2"], "in which folders"),
        (["--minutes", "3"], "in which folders"),
        (["--again"], "in which folders"),
    ],
)
def test_a_look_at_nothing_is_refused(sqlite_node: Node, tmp_path: Path, words: list[str], why: str) -> None:
    (tmp_path / "empty").mkdir()
    places = {"EMPTY": str(tmp_path / "empty"), "NODE": str(sqlite_node.config.folder)}
    given = ["renew", *(places.get(each, each) for each in words), "--node", places["NODE"]]
    with pytest.raises(InputError, match=why):
        CliRunner().invoke(index_commands.index, given, catch_exceptions=False)
    assert not AuditEvent.objects.filter(tag=AuditTag.FEATURES_RENEWED).exists()
