"""Videos and sounds that come with a call: followed as a check does, within bounds, for whoever may know."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, cast

import pytest
from jsonschema import Draft202012Validator

from api.calls import Caller, api_of, key
from cairn.api import uploads
from cairn.errors import ConfigurationError, Reason
from cairn.fingerprints.sandbox import limits
from cairn.frames import VideoMode
from cairn.records.alerts import Alert
from cairn.records.authorities import AuthorityKind
from cairn.records.footage import Footage
from cairn.records.lock import as_the_node
from cairn.records.media import Media
from cairn.records.sounds import Sound
from cairn.records.users import Actor, Role
from cairn.services.answering.answer_json import as_json
from cairn.services.directory.acting import operator_of
from cairn.services.features.second_pass import FeaturesFor
from cairn.services.fingerprinting.following import MOST_AT_ONCE, Follower, Wanted
from cairn.services.fingerprinting.uploads import Measurer
from cairn.services.footage.video_pass import VideosFor
from cairn.services.series.names import find_series
from cairn.services.series.opening import create_series
from cairn.services.series.owning_spans import put_spans
from cairn.synthetic import sounds
from cairn.types import Handling, PdqMode
from pictures import drawn, save
from services.footage.in_process import InProcessVideos
from services.footage.test_videos_in_a_check import FILM, KNOWN, hold, run
from services.persons import settled_series
from services.seizures import unit
from stand_ins import InProcessPool
from tiny_sounds import RATE, sound_file
from tiny_videos import video

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cairn.services.fingerprinting.following import Followed
    from cairn.services.node.opening import Node

NEW = FeaturesFor.NEW


class InProcess:
    """Follows files without a sandbox, and remembers what each was allowed."""

    def __init__(self) -> None:
        self.allowed: list[int] = []

    def videos(self, work_s: int) -> InProcessVideos:
        self.allowed.append(work_s)
        return InProcessVideos(workers=1, mode=PdqMode.FAST, video=VideoMode.EVEN)

    def sounds(self, work_s: int) -> InProcessPool:
        self.allowed.append(work_s)
        return InProcessPool(workers=1, mode=PdqMode.FAST, with_sound=True)


@pytest.fixture
def pools() -> InProcess:
    return InProcess()


@pytest.fixture
def api(sqlite_node: Node, pools: InProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    monkeypatch.setattr(uploads, "_measurer", Measurer(lambda: InProcessPool(workers=1, mode=PdqMode.EXACT)))
    monkeypatch.setattr(uploads, "_follower", Follower(pools))
    with api_of(sqlite_node):
        yield sqlite_node


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    (folder / "known.mp4").write_bytes(video(*KNOWN))
    (folder / "film.mkv").write_bytes(video(*FILM, container="matroska", codec="libx264"))
    return folder


def test_a_clip_says_its_seconds_as_a_check_does_and_nothing_of_it_is_kept(
    api: Node, films: Path, pools: InProcess
) -> None:
    settled_series("Stone", unit(api, "BR-UNIT"))
    hold(api, films / "known.mp4", authority="BR-UNIT", features=NEW)
    owner = operator_of(api, "BR-UNIT")
    known = Media.objects.get(sighting__address__endswith="known.mp4")
    put_spans(find_series("Stone", actor=owner), known.name, [(3.0, 6.0)], actor=owner)
    (wanted,) = cast("Any", as_json(run(api, films / "film.mkv", features=NEW))["files"])
    kept = Media.objects.count(), Footage.objects.count(), Sound.objects.count()
    found = Caller(key(api.operator)).upload("v1/check", films / "film.mkv").body
    assert found["verdict"] == wanted["verdict"] == "similar"
    assert [bool(part["media"]) for part in found["video"]["parts"]] == [False, True, True, True, False]
    assert found["video"] == wanted["video"]
    (match,), (same,) = found["matches"], wanted["matches"]
    assert match["evidence"] == {name: same["evidence"][name] for name in match["evidence"]}
    (span,) = match["evidence"]["clip"]["recording"]
    assert abs(span["file_from_s"] - 4) < 1.1
    assert (match["spans"], match["series"]) == (same["spans"], same["series"])
    assert found["file"]["not_comparable"] is None
    assert kept == (Media.objects.count(), Footage.objects.count(), Sound.objects.count())
    assert pools.allowed == [10, 20]
    described = Caller(None).get("v1/openapi.json").body
    Draft202012Validator({**described, "$ref": "#/components/schemas/CheckOut"}).validate(found)
    again = Caller(key(api.operator)).upload("v1/check", films / "known.mp4").body
    assert (again["verdict"], again["video"], len(pools.allowed)) == ("known", None, 2)


def test_whoever_may_not_know_of_a_film_learns_nothing_of_it(
    api: Node, films: Path, pools: InProcess
) -> None:
    unit(api, "BR-UNIT")
    create_series("Veiled", actor=operator_of(api, "BR-UNIT"), handling=Handling.BLIND)
    hold(api, films / "known.mp4", authority="BR-UNIT", series="Veiled")
    for name in ("film.mkv", "known.mp4"):
        found = Caller(key(api.operator)).upload("v1/check", films / name).body
        assert (found["verdict"], found["matches"], found["series"]) == ("new", [], [])
        assert found["video"]["parts"] == []
        assert found["video"]["comparable"] > 0
    with as_the_node("a test looks"):
        told = Alert.objects.filter(authority__code="BR-UNIT").count()
    assert told
    asked = len(pools.allowed)
    line = Actor.operator(unit(api, "EX-LINE", kind=AuthorityKind.HOTLINE))
    reporter = Caller(key(line, Role.REPORTER)).upload("v1/check", films / "film.mkv")
    assert (reporter.status, set(reporter.body)) == (200, {"file", "match", "policy"})
    nobody = Caller("cairn_nothing").upload("v1/check", films / "film.mkv")
    assert (nobody.status, len(pools.allowed)) == (401, asked)


def test_a_sound_and_a_moving_picture_are_followed_too(api: Node, tmp_path: Path) -> None:
    voice = sounds.voice(31, seconds=12, rate=RATE)
    (tmp_path / "held.mp4").write_bytes(sound_file(voice, shade=60))
    (tmp_path / "cut.mp3").write_bytes(sound_file(voice[4 * RATE :], container="mp3", codec="libmp3lame"))
    pictures = [drawn(seed, size=(208, 120)) for seed in (41, 42, 43, 44)]
    pictures[0].save(tmp_path / "moves.gif", save_all=True, append_images=pictures[1:], duration=700)
    pictures[2].save(tmp_path / "third.png")
    hold(api, tmp_path / "held.mp4", tmp_path / "third.png", authority="NL-UNIT", features=NEW)
    caller = Caller(key(api.operator))
    heard = caller.upload("v1/check", tmp_path / "cut.mp3").body
    assert (heard["verdict"], heard["video"]) == ("similar", None)
    assert heard["sound"]["covered_s"] == pytest.approx(8.0, abs=0.3)
    (span,) = heard["matches"][0]["evidence"]["sound"]["spans"]
    assert abs(span["known_begin_seconds"] - span["begin_seconds"] - 4) < 0.2
    moving = caller.upload("v1/check", tmp_path / "moves.gif").body
    assert (moving["verdict"], moving["video"]["frames"]) == ("similar", 4)
    assert moving["matches"][0]["at_s"] == pytest.approx(1.4)


def test_what_is_damaged_or_has_no_end_says_how_far_it_was_followed(
    api: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LEAST_WATCH_S", 1)
    monkeypatch.setattr(uploads, "_follower", Follower())
    object.__setattr__(api.config, "follow_s", 1)
    long = video(*((seed, 8) for seed in range(51, 59)), size=(64, 48))
    (tmp_path / "long.mp4").write_bytes(long)
    (tmp_path / "cut-off.mkv").write_bytes(video((51, 6), container="matroska")[:-9_000])
    (tmp_path / "noise.mp4").write_bytes(b"\0\0\0\x18ftypisom" + bytes(5_000))
    hold(api, tmp_path / "noise.mp4", authority="NL-UNIT")
    caller = Caller(key(api.operator))
    endless = caller.upload("v1/check", tmp_path / "long.mp4").body
    assert endless["verdict"] == "new"
    assert endless["video"]["stopped"]["reason"] == "too-large"
    assert 0 < endless["video"]["covered_s"] < 60
    assert "and no further" in endless["video"]["stopped"]["sentence"]
    short = caller.upload("v1/check", tmp_path / "cut-off.mkv").body
    assert short["video"]["comparable"] > 0
    assert short["video"]["covered_s"] > 1
    assert caller.upload("v1/check", tmp_path / "noise.mp4").body["verdict"] == "known"


class Slow(InProcess):
    """Opens pools only when it is let, or not at all."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Semaphore(0)
        self.let = threading.Event()

    def videos(self, work_s: int) -> InProcessVideos:
        self.begun.release()
        self.let.wait(60)
        if work_s == 1:
            raise ConfigurationError("The decoder processes do not start.", code="configuration.decoder")
        return super().videos(work_s)


def seen_by(follower: Follower, film: Path, wanted: Wanted) -> Followed:
    with follower.following(lambda: os.open(film, os.O_RDONLY), wanted, work_s=1) as found:
        return found


def test_long_videos_hold_nobody_else_up(
    api: Node, films: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow()
    follower = Follower(slow, patience_s=0.01)
    monkeypatch.setattr(uploads, "_follower", follower)
    film, wanted = films / "film.mkv", Wanted(video=True)
    picture = save(drawn(1), tmp_path / "one.png")
    hold(api, film, authority="NL-UNIT", videos=VideosFor.NEVER)
    with ThreadPoolExecutor() as threads:
        long = [threads.submit(seen_by, follower, film, wanted) for _ in range(MOST_AT_ONCE)]
        for _ in long:
            assert slow.begun.acquire(timeout=60)
        caller = Caller(key(api.operator))
        assert caller.upload("v1/check", picture).body["verdict"] == "new"
        busy = caller.upload("v1/check", films / "known.mp4").body
        assert busy["video"]["stopped"] == busy["file"]["not_comparable"]
        assert busy["video"]["stopped"]["reason"] == Reason.TIMED_OUT
        assert "ask again" in busy["video"]["stopped"]["sentence"]
        assert caller.upload("v1/check", film).body["verdict"] == "known"
        slow.let.set()
        for each in long:
            seen = each.result().video
            assert seen is not None
            assert seen.stopped is not None
            assert "do not start" in seen.stopped.sentence
            assert seen.stopped.reason is Reason.UNSUPPORTED
    object.__setattr__(api.config, "follow_s", 0)
    off = caller.upload("v1/check", films / "known.mp4").body["video"]["stopped"]
    assert "does not follow" in off["sentence"]


class Blinded(InProcess):
    """Hears, and sees nothing."""

    def videos(self, work_s: int) -> InProcessVideos:
        self.allowed.append(work_s)
        raise ConfigurationError("The decoder processes do not start.", code="configuration.decoder")


def test_a_half_that_fails_leaves_the_other_and_a_turn_lasts_as_long_as_the_comparison(
    tmp_path: Path,
) -> None:
    path, both = tmp_path / "speaks.mp4", Wanted(video=True, sound=True)
    path.write_bytes(sound_file(sounds.voice(31, seconds=3, rate=RATE), shade=60))
    follower = Follower(Blinded(), patience_s=0.01)
    with ExitStack() as turns:
        for _ in range(MOST_AT_ONCE):
            found = turns.enter_context(
                follower.following(lambda: os.open(path, os.O_RDONLY), both, work_s=1)
            )
            assert found.video is not None
            assert found.video.stopped is not None
            assert found.video.stopped.reason is Reason.UNSUPPORTED
            assert found.heard is not None
            assert found.heard.is_comparable
        third = seen_by(follower, path, both)
        assert third.heard is not None
        assert third.heard.stopped is not None
        assert third.heard.stopped.reason is Reason.TIMED_OUT
    heard = seen_by(follower, path, Wanted(sound=True)).heard
    assert heard is not None
    assert heard.stopped is None, "its turn is free again"
