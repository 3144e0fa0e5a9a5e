"""Sounds of a check: which spans are known, whose they are, what is kept, and what nobody may learn."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.errors import InputError
from cairn.linking.evidence import stored_in_words
from cairn.linking.sound_spans import SoundAgrees
from cairn.records.alerts import Alert
from cairn.records.connection import disconnect
from cairn.records.links import Link
from cairn.records.lock import as_the_node
from cairn.records.sounds import Sound, SoundMark
from cairn.records.users import Actor
from cairn.services.answering.answer_json import as_json
from cairn.services.answering.answer_reading import answer_from, kept_file
from cairn.services.answering.coverage_words import sounds_in_words
from cairn.services.features.second_pass import FeaturesFor
from cairn.services.node.opening import open_node
from cairn.services.series.opening import create_series
from cairn.services.sounds.indexing import catch_up_sounds, readable_sounds, take_out_sounds
from cairn.services.sounds.over_common import add_common_file, listed_common, suspects
from cairn.services.sounds.suggesting import suggest_by_sound, suggest_by_sound_again
from cairn.synthetic import sounds
from cairn.types import Handling
from cli.command_line import cairn
from services.seizures import by_name, hold, run, unit, verdicts
from stand_ins import InProcessPool
from tiny_sounds import RATE, sound_file

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node

NEW = FeaturesFor.NEW
VOICE = sounds.voice(31, seconds=16, rate=RATE)
OTHER = sounds.voice(32, seconds=8, rate=RATE)


@pytest.fixture(scope="module")
def heard_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A held film, another film with a part of its sound, a sound by itself, and a silent film."""
    folder = tmp_path_factory.mktemp("sounds")
    (folder / "asked").mkdir()
    (folder / "held.mp4").write_bytes(sound_file(VOICE, shade=60))
    mixed = np.concatenate([OTHER[: 3 * RATE], VOICE[4 * RATE : 12 * RATE]])
    (folder / "asked" / "mixed.mp4").write_bytes(sound_file(mixed, shade=200))
    (folder / "asked" / "other.mp3").write_bytes(sound_file(OTHER, container="mp3", codec="libmp3lame"))
    silence = sounds.silence(1, seconds=3, rate=RATE)
    (folder / "asked" / "silent.wav").write_bytes(sound_file(silence, container="wav", codec="pcm_s16le"))
    return folder


def test_a_part_of_a_known_sound_is_found_under_other_pictures(node: Node, heard_once: Path) -> None:
    unit(node, "BR-UNIT")
    hold(node, heard_once / "held.mp4", authority="BR-UNIT", features=NEW)
    answer = run(node, heard_once / "asked", features=NEW)
    assert verdicts(answer) == {"mixed.mp4": "similar", "other.mp3": "new", "silent.wav": "not-comparable"}
    (match,) = by_name(answer)["mixed.mp4"].matches
    assert [holder.authority for holder in match.holders] == ["BR-UNIT"]
    assert isinstance(match.evidence, SoundAgrees)
    (span,) = match.evidence.spans
    assert 2300 <= span.begin_ms <= 3600
    assert abs(span.known_begin_ms - span.begin_ms - 1000) <= 100
    assert span.length_ms > 6500
    covered = answer.sounds
    assert covered is not None
    assert (covered.asked, covered.heard, covered.silent) == (3, 2, 1)
    assert "2 files compared by sound" in sounds_in_words(covered)
    told = json.loads(json.dumps(as_json(answer), default=list))
    kept = [kept_file(file) for file in answer.files]
    again = answer_from(told, series=[], lists=[], looks=told["look_first"], files=kept)
    assert (again.sounds, again.look_first) == (covered, answer.look_first)
    shown = next(file for file in told["files"] if file["address"].endswith("mixed.mp4"))
    evidence = shown["matches"][0]["evidence"]
    assert evidence["kind"] == "sound-agrees"
    assert evidence["sound"]["spans"][0]["begin_seconds"] == span.begin_ms / 1000
    assert "is that of 00:00:0" in evidence["words"]


def test_sounds_are_kept_of_what_is_recorded_alone(node: Node, heard_once: Path) -> None:
    hold(node, heard_once / "held.mp4", authority=node.operator.authority.code, features=NEW)
    run(node, heard_once / "asked", features=NEW)
    with as_the_node("a test looks"):
        (kept,) = Sound.objects.all()
    with readable_sounds(node) as index:
        assert index.coverage().is_complete
        assert index.coverage().entries > 100
    shutil.rmtree(node.config.sounds_folder)
    assert verdicts(run(node, heard_once / "asked", features=NEW))["mixed.mp4"] == "similar"
    take_out_sounds(node, {kept.media_id})
    with as_the_node("a test looks"):
        assert not Sound.objects.exists()
        assert SoundMark.objects.get().node == node.config.identity
    assert catch_up_sounds(node) == 0
    assert verdicts(run(node, heard_once / "asked", features=NEW))["mixed.mp4"] == "new"


def test_what_is_known_already_is_listened_to_once_where_it_is_registered(
    sqlite_node: Node, heard_once: Path
) -> None:
    unit(sqlite_node, "BR-UNIT")
    hold(sqlite_node, heard_once / "held.mp4", authority="BR-UNIT")
    assert not Sound.objects.exists()
    again = run(sqlite_node, heard_once / "held.mp4", case="K2", register=True, features=NEW)
    assert verdicts(again) == {"held.mp4": "known"}
    assert Sound.objects.count() == 1
    more = run(sqlite_node, heard_once / "held.mp4", case="K2", register=True, features=NEW)
    assert more.sounds is None
    assert verdicts(run(sqlite_node, heard_once / "asked", features=NEW))["mixed.mp4"] == "similar"


def test_without_a_closer_look_nothing_is_listened_to(node: Node, heard_once: Path) -> None:
    answer = run(node, heard_once / "asked", features=FeaturesFor.NEVER)
    assert answer.sounds is None
    assert set(verdicts(answer).values()) == {"not-comparable"}


def test_what_a_hidden_series_sounds_like_is_for_its_owner_alone(node: Node, heard_once: Path) -> None:
    create_series("Stone", actor=Actor.operator(unit(node, "BR-UNIT")), handling=Handling.BLIND)
    without = run(node, heard_once / "asked", features=NEW)
    hold(node, heard_once / "held.mp4", authority="BR-UNIT", series="Stone", features=NEW)
    before = Alert.objects.count()
    answer = run(node, heard_once / "asked", features=NEW)
    assert verdicts(answer) == verdicts(without)
    assert answer.sounds == without.sounds
    assert by_name(answer)["mixed.mp4"].matches == ()
    with as_the_node("a test looks"):
        (alert,) = Alert.objects.order_by("pk")[before:]
    assert (alert.facts["similar"], alert.facts["asker_told"]) == (1, False)


def test_recorded_media_are_linked_by_their_sound_once(node: Node, heard_once: Path) -> None:
    unit(node, "BR-UNIT")
    hold(node, heard_once / "held.mp4", authority="BR-UNIT", features=NEW)
    run(node, heard_once / "asked", features=NEW, case="K2", register=True)
    assert [suggest_by_sound(node), suggest_by_sound(node)] == [4, 0]
    with as_the_node("a test looks"):
        rows = list(Link.objects.filter(kind="audio").order_by("pk"))
        names = {tuple(sorted((row.first_id, row.second_id))) for row in rows}
    assert len(rows) == len(names) == 2, "the held film, and the other voice, with the mixed one"
    assert all("is that of" in stored_in_words(row.evidence) for row in rows)
    suggest_by_sound_again()
    assert suggest_by_sound(node) == 4
    with as_the_node("a test looks"):
        assert Link.objects.filter(kind="audio").count() == 2


def test_an_over_common_sound_links_nothing_and_is_named(
    sqlite_node: Node, heard_once: Path, tmp_path: Path
) -> None:
    node, actor = sqlite_node, sqlite_node.operator
    unit(node, "BR-UNIT")
    hold(node, heard_once / "held.mp4", authority="BR-UNIT", features=NEW)
    song = tmp_path / "song.wav"
    song.write_bytes(sound_file(VOICE, container="wav", codec="pcm_s16le"))
    added = add_common_file(song, name="Jingle", reason="in every clip", actor=actor, open_pool=InProcessPool)
    assert [each.name for each in listed_common()] == [added.name]
    answer = run(node, heard_once / "asked", features=NEW)
    assert verdicts(answer)["mixed.mp4"] == "new"
    assert answer.sounds is not None
    assert (answer.sounds.with_common, answer.sounds.common) == (1, ("Jingle",))
    assert "over-common: Jingle" in sounds_in_words(answer.sounds)
    with pytest.raises(InputError, match="already"):
        add_common_file(song, name="Jingle", reason="again", actor=actor, open_pool=InProcessPool)
    silent = heard_once / "asked" / "silent.wav"
    with pytest.raises(InputError, match="nothing is heard"):
        add_common_file(silent, name="Nothing", reason="no", actor=actor, open_pool=InProcessPool)
    assert suspects() == ()
    folder = node.config.folder
    disconnect()
    (row,) = json.loads(cairn(folder, "sound", "list", "--json").out)["common"]
    assert (row["name"], row["reason"]) == ("Jingle", "in every clip")
    assert "Jingle: in every clip" in cairn(folder, "sound", "list").out
    assert cairn(folder, "sound", "remove", "Jingle").out == "Jingle is off the list.\n"
    assert cairn(folder, "sound", "remove", "Jingle").code == 2
    assert verdicts(run(open_node(folder), heard_once / "asked", features=NEW))["mixed.mp4"] == "similar"
