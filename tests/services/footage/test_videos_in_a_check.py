"""Videos in a check: what is known of them is told by the second, and a picture finds the second it shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from django.db import transaction
from PIL import Image

from cairn.errors import NotComparable, Reason
from cairn.fingerprints import measure
from cairn.fingerprints.sandbox import DecoderPool
from cairn.fingerprints.source import Source
from cairn.fingerprints.video import fingerprint_video
from cairn.frames import VideoFingerprint, VideoMode, no_frames
from cairn.linking.clip import CLIP_3, ClipLink
from cairn.linking.footage import FrameNear, footage_from_stored
from cairn.linking.judgement import LinkKind
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.footage import ComparedFootage, Footage
from cairn.records.jobs import Check
from cairn.records.links import Link
from cairn.records.lock import as_the_node
from cairn.records.media import Media
from cairn.records.series import Series
from cairn.records.sightings import Sighting
from cairn.services.answering.answer_json import as_json
from cairn.services.answering.answer_reading import answer_from, kept_file
from cairn.services.answering.answer_words import known_in_words, series_names, video_in_words
from cairn.services.checking.check import check
from cairn.services.checking.knowledge import Recollection
from cairn.services.checking.planning import CheckRequest
from cairn.services.directory.acting import operator_of
from cairn.services.features.index_state import state_of
from cairn.services.footage import watching
from cairn.services.footage.compared import compared_before
from cairn.services.footage.keeping import drop_unneeded, keep
from cairn.services.footage.progress_words import so_far_words
from cairn.services.footage.so_far import EarlyLook, KnownSoFar
from cairn.services.footage.suggesting import turned_around
from cairn.services.footage.video_pass import VideoProgress, VideosFor
from cairn.services.judgements.comparing import compare
from cairn.services.judgements.judge import Named
from cairn.services.looking_up.asking import look_file_up, look_up
from cairn.services.looking_up.hashes import Hashes, HashKind
from cairn.services.node.indexing import current_index, fits, rebuild
from cairn.services.report import write_report
from cairn.services.series.names import find_series
from cairn.services.series.opening import create_series
from cairn.services.series.owning_spans import put_spans
from cairn.types import Handling, Pdq, Verdict
from pictures import drawn
from services.footage.in_process import InProcessVideos
from services.persons import settled_series
from services.seizures import by_name, unit
from stand_ins import InProcessPool
from tiny_videos import encoded, frames_of, sound_alone, video

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cairn.fingerprints.sandbox import Done, Job, Tell
    from cairn.frames import Frames
    from cairn.services.answering.answer import Answer
    from cairn.services.node.opening import Node

KNOWN = ((1, 3), (2, 3), (3, 3), (4, 3), (5, 3))
FILM = ((21, 4), *KNOWN, (22, 5))
"""Four seconds that are new, the known video, and five that are new."""


def run(node: Node, *paths: Path, authority: str | None = None, **request: object) -> Answer:
    actor = operator_of(node, authority) if authority else None
    wish = {"videos": VideosFor.WHOLE, **request}
    return check(
        node,
        CheckRequest(paths, actor=actor, **wish),  # type: ignore[arg-type]  # a test's words
        open_pool=InProcessPool,
        open_videos=InProcessVideos,
    )


def hold(node: Node, *paths: Path, authority: str, **request: object) -> Answer:
    return run(node, *paths, authority=authority, case="K1", register=True, **request)


def read_back(answer: Answer, files: Iterable[dict[str, Any]]) -> Answer:
    """Answer what the node would show again after keeping it."""
    rows = as_json(answer)
    lists = {"series", "lists", "look_first", "files"}
    return answer_from(
        {key: value for key, value in rows.items() if key not in lists},
        series=rows["series"],  # type: ignore[arg-type]  # what a program reads
        lists=rows["lists"],  # type: ignore[arg-type]
        looks=rows["look_first"],  # type: ignore[arg-type]
        files=files,
    )


def still(path: Path, seconds: float) -> Path:
    frame = list(frames_of(FILM))[round(seconds * 8)]
    Image.fromarray(frame).save(path)
    return path


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("videos")
    for name in ("held", "seized"):
        (folder / name).mkdir()
    (folder / "held" / "known.mp4").write_bytes(video(*KNOWN))
    seized = folder / "seized"
    (seized / "film.mkv").write_bytes(video(*FILM, container="matroska", codec="libx264"))
    (seized / "other.mp4").write_bytes(video((31, 4), (32, 4)))
    (seized / "sound.mka").write_bytes(sound_alone())
    pictures = [drawn(seed) for seed in (41, 42, 43)]
    pictures[0].save(seized / "still.gif")
    pictures[0].save(seized / "moves.gif", save_all=True, append_images=pictures[1:], duration=800)
    still(folder / "still.png", 9.0)
    (folder / "altered").mkdir()
    cropped = (np.ascontiguousarray(frame[12:108, 16:144]) for frame in frames_of(KNOWN[1:4]))
    (folder / "altered" / "cropped.mp4").write_bytes(encoded(cropped))
    return folder


def test_the_seconds_that_are_known_are_told_with_their_series(node: Node, files: Path) -> None:
    settled_series("Stone", unit(node, "BR-UNIT"))
    hold(node, files / "held", authority="BR-UNIT", series="Stone")
    seen: list[VideoProgress] = []
    before: list[dict[str, Verdict]] = []
    answer = check(
        node,
        CheckRequest((files / "seized", files / "still.png"), videos=VideosFor.WHOLE),
        open_pool=InProcessPool,
        open_videos=InProcessVideos,
        watch_videos=seen.append,
        so_far=lambda files: before.append({Path(file.address).name: file.verdict for file in files}),
    )
    assert before[0]["film.mkv"] is Verdict.NOT_COMPARABLE  # it is no picture, and nobody has looked yet
    found = by_name(answer)
    film = found["film.mkv"]
    assert film.verdict is Verdict.SIMILAR
    assert film.video is not None
    (match,) = film.matches
    assert isinstance(match.evidence, ClipLink)
    assert len(match.evidence.recording) == 1
    (span,) = match.evidence.recording
    assert abs(span.file_from_s - 4) < 1.1
    assert abs(span.file_to_s - 19) < 1.1
    assert [bool(part.media) for part in film.video.parts] == [False, True, False]
    assert film.video.parts[-1].to_s == pytest.approx(film.video.covered_s)
    words = video_in_words(film.video, series_names({met.facts.id: met.facts for met in answer.series}))
    assert "is Stone, identified; the rest is new" in words
    assert "similar to Stone" not in str(answer.look_first)  # its victim is identified
    assert next(look.why for look in answer.look_first if look.address.endswith("film.mkv")) == (
        "similar, the same footage in part"
    )
    assert found["other.mp4"].verdict is Verdict.NEW
    assert found["other.mp4"].why_not is None
    assert found["still.gif"].verdict is found["moves.gif"].verdict is Verdict.NEW
    assert found["still.gif"].video is None
    moving = found["moves.gif"].video
    assert moving is not None
    assert moving.frames == 3
    silent = found["sound.mka"]
    assert silent.verdict is Verdict.NOT_COMPARABLE
    assert silent.why_not is not None
    assert "sound and no pictures" in silent.why_not.sentence
    (near,) = found["still.png"].matches
    assert isinstance(near.evidence, FrameNear)
    assert abs(near.evidence.at_s - 5.0) <= 1.0
    assert not near.evidence.in_file
    assert seen[-1] == VideoProgress(5, 5, 0.0, 5)


def test_a_stretch_names_the_series_of_its_seconds_alone(node: Node, files: Path) -> None:
    owner = unit(node, "BR-UNIT")
    settled_series("Stone", owner)
    actor = operator_of(node, "BR-UNIT")
    create_series("Pebble", actor=actor)
    create_series("Elsewhere", actor=actor, handling=Handling.BLIND)
    hold(node, files / "held", authority="BR-UNIT")
    known = Media.objects.get(sighting__address__endswith="known.mp4").name
    for name, begin, end in (("Stone", 3.0, 6.0), ("Pebble", 9.0, 12.0), ("Elsewhere", 12.0, 15.0)):
        put_spans(find_series(name, actor=actor), known, [(begin, end)], actor=actor)
    answer = run(node, files / "seized" / "film.mkv", files / "still.png", files / "held" / "known.mp4")
    found, names = by_name(answer), {met.facts.id: met.facts.name for met in answer.series}
    film = found["film.mkv"].video
    assert film is not None
    told = [(part.from_s, part.to_s, [names[each] for each in part.series]) for part in film.parts]
    stone, pebble = (next(row for row in told if row[2] == [name]) for name in ("Stone", "Pebble"))
    assert stone[:2] == pytest.approx((7.0, 10.0), abs=0.6)
    assert pebble[:2] == pytest.approx((13.0, 16.0), abs=0.6)
    assert sum(bool(series) for _, _, series in told) == 2
    (near,) = found["still.png"].matches  # it shows second 5
    assert [names[each] for each in near.series] == ["Stone"]
    assert [(span.from_s, span.to_s) for span in near.spans] == [(3.0, 6.0)]
    same = found["known.mp4"]
    assert same.verdict is Verdict.KNOWN  # most of its seconds are not settled
    assert {names[each] for each in same.matches[0].series} == {"Stone", "Pebble"}
    unseen = AuditEvent.objects.filter(tag=AuditTag.SERIES_MET_UNSEEN)
    assert unseen.latest("position").record_ids == [Series.objects.get(name="Elsewhere").pk]
    run(node, files / "still.png")
    assert unseen.latest("position").record_ids == []
    rows = [kept_file(file) for file in answer.files]
    assert by_name(read_back(answer, rows))["film.mkv"].video == film
    (row,) = [each for each in rows if each["address"].endswith("film.mkv")]
    for part in row["video"]["parts"]:  # as before series had stretches
        del part["series"]
    old = by_name(read_back(answer, rows))["film.mkv"].video
    assert old is not None
    assert {len(part.series) for part in old.parts} == {0, 2}


def test_a_long_film_is_compared_at_its_marks_before_it_ends(
    node: Node, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = unit(node, "BR-UNIT")
    settled_series("Stone", owner)
    actor = operator_of(node, "BR-UNIT")
    create_series("Elsewhere", actor=actor, handling=Handling.BLIND)
    hold(node, files / "held", authority="BR-UNIT")
    film = str(files / "seized" / "film.mkv")

    def told(first_s: float) -> KnownSoFar | None:
        seen: list[VideoProgress] = []
        request = CheckRequest((Path(film),), videos=VideosFor.WHOLE)
        monkeypatch.setattr("cairn.services.footage.video_pass.FIRST_S", first_s)
        check(node, request, open_pool=InProcessPool, open_videos=InProcessVideos, watch_videos=seen.append)
        assert seen[-1].so_far is None
        return seen[0].so_far

    assert told(3_600.0) is None
    found = told(10.0)
    assert found is not None
    (known,) = found.known
    assert known == pytest.approx((4.0, 19.0), abs=1.1)
    assert not found.in_series
    assert "it is recorded" in str(so_far_words(found))
    hash_of = Media.objects.get(sighting__address__endswith="known.mp4").name
    put_spans(find_series("Stone", actor=actor), hash_of, [(3.0, 6.0)], actor=actor)
    later = told(10.0)
    assert later is not None
    (stone,) = later.in_series
    assert stone == pytest.approx((7.0, 10.0), abs=0.6)
    assert "to 00:00:10 it is in a series" in str(so_far_words(later))


def test_marks_lie_twice_as_far_each_time(sqlite_node: Node) -> None:
    asked: list[float] = []

    def seen_at(seconds: float) -> KnownSoFar | None:
        def frames() -> Frames:
            asked.append(seconds)
            return no_frames()

        return early.at(1, seconds, frames)

    with current_index(sqlite_node) as index:
        early = EarlyLook(index, Recollection(sqlite_node.operator, present_case=None), CLIP_3)
        found = [seen_at(seconds) for seconds in (10.0, 299.0, 301.0, 500.0, 650.0, 3_000.0, 4_000.0)]
    assert asked == [301.0, 650.0, 3_000.0]
    last = found[-1]
    assert last is not None
    assert last == KnownSoFar(3_000.0, (), ())
    assert "nothing of it is known" in str(so_far_words(last))
    with current_index(sqlite_node) as early.index:
        assert seen_at(20.0) is None, "its worker has died, and it begins anew"
        assert seen_at(310.0) == KnownSoFar(310.0, (), ())


def test_an_equal_video_is_told_by_the_stretches_that_series_have(sqlite_node: Node, files: Path) -> None:
    settled_series("Stone", unit(sqlite_node, "BR-UNIT"))
    hold(sqlite_node, files / "held", authority="BR-UNIT", videos=VideosFor.NEVER)
    actor = operator_of(sqlite_node, "BR-UNIT")
    known = Media.objects.get(sighting__address__endswith="known.mp4").name
    put_spans(find_series("Stone", actor=actor), known, [(3.0, 6.0)], actor=actor)
    (unseen,) = run(sqlite_node, files / "held").files
    names = dict.fromkeys(unseen.matches[0].series, "Stone, identified")
    assert unseen.video is None  # it is recorded: nobody has to look
    assert known_in_words(unseen, names) == "recorded; 00:00:03–00:00:06 of it is Stone, identified"
    (seen,) = run(sqlite_node, files / "held", case="K2", register=True).files
    assert seen.video is not None
    told = [(part.from_s, part.to_s, bool(part.series)) for part in seen.video.parts]
    assert told == [(0.0, 3.0, False), (3.0, 6.0, True), (6.0, pytest.approx(15.0, abs=0.3), False)]
    assert "00:00:03–00:00:06 is Stone, identified" in known_in_words(seen, names)
    assert "the rest is new" not in known_in_words(seen, names)


def test_an_animation_whose_first_frame_is_near_tells_its_seconds_too(
    sqlite_node: Node, files: Path, tmp_path: Path
) -> None:
    unit(sqlite_node, "BR-UNIT")
    hold(sqlite_node, files / "held", authority="BR-UNIT")
    shown = [Image.fromarray(frame) for frame in list(frames_of(KNOWN))[24::2]]
    shown[0].save(tmp_path / "cut.gif", save_all=True, append_images=shown[1:], duration=250)
    file = by_name(run(sqlite_node, tmp_path / "cut.gif"))["cut.gif"]
    (match,) = file.matches
    assert isinstance(match.evidence, ClipLink)
    assert file.video is not None
    assert [part.media for part in file.video.parts if part.media] != []


def test_a_cropped_copy_is_met_by_its_points_and_follows_in_time(sqlite_node: Node, files: Path) -> None:
    unit(sqlite_node, "BR-UNIT")
    hold(sqlite_node, files / "held", authority="BR-UNIT")
    (match,) = by_name(run(sqlite_node, files / "altered"))["cropped.mp4"].matches
    assert isinstance(match.evidence, ClipLink)
    (span,) = match.evidence.recording
    assert abs(span.known_from_s - 3) < 1
    assert abs(span.known_to_s - 12) < 1.5


def test_the_index_of_local_features_holds_the_frames_of_videos(
    sqlite_node: Node, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cairn.services.features.indexing.FEWEST_PICTURES", 12)
    monkeypatch.setattr("cairn.services.features.codebook_size.FEWEST_CELLS", 16)
    for name in ("LEAST_EXAMPLES", "LEAST_A_CELL"):
        monkeypatch.setattr(f"cairn.index.codebook_training.{name}", 2)
    unit(sqlite_node, "BR-UNIT")
    hold(sqlite_node, files / "held", files / "seized" / "film.mkv", authority="BR-UNIT")
    found = by_name(run(sqlite_node, files / "altered"))["cropped.mp4"].matches
    assert not state_of(sqlite_node).is_one_by_one
    assert len(found) == 2
    for match in found:
        assert isinstance(match.evidence, ClipLink)
        assert match.evidence.recording


def test_a_picture_that_is_looked_up_meets_the_video_that_shows_it(sqlite_node: Node, files: Path) -> None:
    settled_series("Stone", unit(sqlite_node, "BR-UNIT"))
    hold(sqlite_node, files / "held", authority="BR-UNIT", series="Stone")
    picture = measure(files / "still.png")
    assert isinstance(picture.picture.comparison, Pdq)
    hashes = Hashes.parse({HashKind.PDQ: [picture.picture.comparison.hex]})
    for answer in (
        look_file_up(sqlite_node, picture, actor=sqlite_node.operator),
        look_up(sqlite_node, hashes, actor=sqlite_node.operator),
    ):
        (hit,) = answer.hits
        (match,) = hit.matches
        assert isinstance(match.evidence, FrameNear)
        assert hit.verdict is Verdict.SIMILAR


def test_a_recorded_picture_is_found_in_a_video(sqlite_node: Node, files: Path) -> None:
    unit(sqlite_node, "BR-UNIT")
    hold(sqlite_node, files / "still.png", authority="BR-UNIT")
    (match,) = by_name(run(sqlite_node, files / "seized"))["film.mkv"].matches
    assert isinstance(match.evidence, FrameNear)
    assert match.evidence.in_file
    assert abs(match.evidence.at_s - 9.0) <= 0.5


def test_a_hidden_series_changes_nothing_in_the_answer_of_a_video(sqlite_node: Node, files: Path) -> None:
    owner = unit(sqlite_node, "BR-UNIT")
    actor = operator_of(sqlite_node, owner.code)
    create_series("Blind", actor=actor, handling=Handling.BLIND)
    hold(sqlite_node, files / "held", authority="BR-UNIT", series="Blind")
    found = by_name(run(sqlite_node, files / "seized", files / "altered", files / "still.png"))
    assert found["film.mkv"].verdict is found["still.png"].verdict is Verdict.NEW
    assert found["cropped.mp4"].verdict is Verdict.NEW
    assert not found["cropped.mp4"].matches
    assert not found["film.mkv"].matches
    assert found["film.mkv"].video is not None
    assert not found["film.mkv"].video.parts


def test_the_answer_of_a_video_survives_json_and_is_on_the_report(
    sqlite_node: Node, files: Path, tmp_path: Path
) -> None:
    settled_series("Stone", unit(sqlite_node, "BR-UNIT"))
    hold(sqlite_node, files / "held", authority="BR-UNIT", series="Stone")
    answer = run(sqlite_node, files / "seized")
    back = read_back(answer, [kept_file(file) for file in answer.files])
    before, after = by_name(answer)["film.mkv"], by_name(back)["film.mkv"]
    assert after.matches == before.matches
    assert after.video is not None
    assert [part.media for part in after.video.parts] == [(), (1,), ()]
    write_report(answer, tmp_path / "report.html")
    assert "is Stone, identified; the rest is new" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_what_only_the_check_needed_is_forgotten(sqlite_node: Node, files: Path) -> None:
    unit(sqlite_node, "BR-UNIT")
    hold(sqlite_node, files / "held", authority="BR-UNIT")
    run(sqlite_node, files / "seized")
    (row,) = Footage.objects.all()
    assert row.asked is None
    assert 16 <= row.kept <= 35
    assert 5 <= row.detailed <= 15
    assert row.facts["codec"] == "mpeg4"


def test_a_check_that_sees_less_takes_nothing_of_what_is_kept(sqlite_node: Node, files: Path) -> None:
    unit(sqlite_node, "BR-UNIT")
    hold(sqlite_node, files / "held", authority="BR-UNIT")
    before = Footage.objects.values().get()
    with (files / "held" / "known.mp4").open("rb") as stream:
        seen = fingerprint_video(Source(stream.fileno(), stream.seek(0, 2)), every_s=1.0)
    assert isinstance(seen, VideoFingerprint)
    crashed = NotComparable(Reason.DECODER_CRASHED, "The decoder was ended.")
    broken_off = replace(seen, stopped=crashed, covered_s=seen.covered_s / 2)
    for less in (broken_off, replace(seen, mode=VideoMode.KEY_FRAMES)):
        with as_the_node("a test stands in for a check"), transaction.atomic():
            keep({before["media_id"]: less}, method="another")
        after = Footage.objects.values().get()
        assert after["asked"] is not None
        assert after | {"asked": None} == before


def test_videos_are_linked_once_when_the_later_one_is_registered(sqlite_node: Node, files: Path) -> None:
    unit(sqlite_node, "BR-UNIT")
    run(sqlite_node, files / "seized" / "film.mkv")  # met before, and recorded by nobody
    hold(sqlite_node, files / "held", authority="BR-UNIT")
    assert not Link.objects.filter(kind=LinkKind.CLIP).exists()
    run(sqlite_node, files / "seized" / "film.mkv", case="K2", register=True)
    (link,) = Link.objects.filter(kind=LinkKind.CLIP)
    run(sqlite_node, files / "seized" / "film.mkv", case="K2", register=True)
    assert Link.objects.filter(kind=LinkKind.CLIP).count() == 1
    later = Media.objects.get(pk=link.second_id)
    found = footage_from_stored(link.evidence)
    assert isinstance(found, ClipLink)
    (span,) = found.recording
    film_is_later = later.media_type == "video/x-matroska"
    film_from_s = span.file_from_s if film_is_later else span.known_from_s
    assert abs(film_from_s - 4) < 1.1
    assert link.score > 0.8
    pair = Named(link.first.name, later.name, LinkKind.CLIP)
    two = compare(pair, actor=sqlite_node.operator)
    moments = {two.first.name: two.first.at_s, two.second.name: two.second.at_s}
    assert moments[later.name] == pytest.approx((span.file_from_s + span.file_to_s) / 2)
    around = turned_around(turned_around(found))
    assert around.share_of_file == found.share_of_file
    assert around.recording[0].known_to_s == span.known_to_s


def test_the_index_is_made_anew_with_the_frames(sqlite_node: Node, files: Path) -> None:
    unit(sqlite_node, "BR-UNIT")
    hold(sqlite_node, files / "held", authority="BR-UNIT")
    run(sqlite_node, files / "still.png")
    assert fits(sqlite_node)
    entries = rebuild(sqlite_node)
    assert entries >= Footage.objects.get().kept
    assert by_name(run(sqlite_node, files / "still.png"))["still.png"].verdict is Verdict.SIMILAR


def test_the_same_command_goes_on_where_it_stopped_and_knows_what_points_had_said(
    sqlite_node: Node, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopping(InProcessVideos):
        def measure_all(self, jobs: Iterable[Job], *, tell: Tell | None = None) -> Iterator[Done]:
            for number, done in enumerate(super().measure_all(jobs, tell=tell)):
                if number == 3:
                    raise KeyboardInterrupt
                yield done

    unit(sqlite_node, "BR-UNIT")
    hold(sqlite_node, files / "held", authority="BR-UNIT")
    monkeypatch.setattr(watching, "COMPARED_TOGETHER", 2)
    request = CheckRequest((files / "altered", files / "seized"), videos=VideosFor.WHOLE)
    with pytest.raises(KeyboardInterrupt):
        check(sqlite_node, request, open_pool=InProcessPool, open_videos=Stopping)
    assert Check.objects.filter(finished_at=None).count() == 1
    assert ComparedFootage.objects.count() == 2
    monkeypatch.setattr("cairn.services.checking.check.drop_unneeded", _once_nothing_is_left)
    before = ComparedFootage.objects.exclude(links=[])[0]
    assert compared_before(before.check_run, [before.media_id])[before.media_id]
    with transaction.atomic():
        Sighting.objects.all().delete()
        assert compared_before(before.check_run, [before.media_id]) == {before.media_id: {}}
        transaction.set_rollback(True)
    InProcessVideos.followed = 0
    said: list[str] = []
    again = check(
        sqlite_node, request, told=said.append, open_pool=InProcessPool, open_videos=InProcessVideos
    )
    found = by_name(again)
    assert "measured. Of its videos 2 had been followed and compared, and" in said[0]
    assert InProcessVideos.followed == 4  # the third was looked at, and its points are gone
    for name, is_near in (("cropped.mp4", False), ("film.mkv", True)):
        (match,) = found[name].matches
        assert isinstance(match.evidence, ClipLink)
        (span,) = match.evidence.recording
        assert (span.distance_bits < 8) is is_near
        video_seen = found[name].video
        assert video_seen is not None
        assert any(part.media for part in video_seen.parts)
    assert Footage.objects.count() == 1
    assert not ComparedFootage.objects.exists()


def _once_nothing_is_left(check_run: Check) -> None:
    """A process that is killed once the check is answered leaves nothing that it had found."""
    assert not ComparedFootage.objects.exists()
    drop_unneeded(check_run)


def test_videos_go_through_the_sandbox(sqlite_node: Node, files: Path) -> None:
    request = CheckRequest((files / "seized",), videos=VideosFor.KEY_FRAMES, workers=1)
    found = by_name(check(sqlite_node, request, open_videos=DecoderPool))
    video_seen = found["film.mkv"].video
    assert video_seen is not None
    assert video_seen.mode == "key-frames"
    assert video_seen.comparable
