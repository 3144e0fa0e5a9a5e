"""``cairn check`` from the outside: the answer on stdout, sentences on stderr, an exit code that means it."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cairn.cli.check import _answer
from cairn.records.jobs import Check, CheckItem
from cairn.records.sightings import Sighting
from cairn.services.footage.so_far import KnownSoFar
from cairn.services.footage.video_pass import VideoProgress
from cli.command_line import cairn, command, command_in_small_batches, environment
from pictures import drawn, save

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.services.node.opening import Node


FILES = 40
"""More than one of the small batches, so that a check can be stopped between two."""


@pytest.fixture
def seizure(tmp_path: Path) -> Path:
    for seed in range(3):
        save(drawn(seed), tmp_path / "seizure" / f"{seed}.jpg")
    (tmp_path / "seizure" / "notes.txt").write_text("not a picture")
    return tmp_path / "seizure"


def test_a_check_answers_and_ends_with_0(sqlite_node: Node, seizure: Path) -> None:
    ran = cairn(sqlite_node.config.folder, "check", seizure)
    assert (ran.code, ran.err) == (0, "")  # Quiet where nobody watches.
    assert "files in" in ran.out


def test_json_and_report_are_written_where_asked(sqlite_node: Node, seizure: Path, tmp_path: Path) -> None:
    answer, report = tmp_path / "answer.json", tmp_path / "answer.html"
    words = ("check", seizure, "--case", "1", "--register", "--json", answer, "--report", report)
    assert cairn(sqlite_node.config.folder, *words).code == 0
    values = json.loads(answer.read_text())
    assert [file["verdict"] for file in values["files"]] == ["new", "new", "new", "not-comparable"]
    assert "<!doctype html>" in report.read_text().lower()[:100]


def test_json_on_stdout_is_nothing_but_json(sqlite_node: Node, seizure: Path) -> None:
    ran = cairn(sqlite_node.config.folder, "check", seizure, "--json", "-")
    assert len(json.loads(ran.out)["files"]) == 4


def test_evidence_is_never_written_to(sqlite_node: Node, seizure: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in [seizure, *seizure.iterdir()]}
    for option in ("--json", "--report"):
        ran = cairn(sqlite_node.config.folder, "check", seizure, option, seizure / "out")
        assert ran.code == 2
        assert "evidence is never written to" in ran.err
    assert cairn(sqlite_node.config.folder, "check", seizure).code == 0
    assert {path: path.stat().st_mtime_ns for path in [seizure, *seizure.iterdir()]} == before


def test_files_that_could_not_be_read_are_listed_and_end_with_1(sqlite_node: Node, seizure: Path) -> None:
    (seizure / "loop").symlink_to(seizure)
    ran = cairn(sqlite_node.config.folder, "check", seizure)
    assert ran.code == 1
    assert "a symbolic link" in ran.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["check", "missing"], "There is nothing at missing."),
        (["check", ".", "--register"], "Name the case with --case"),
        (["check", ".", "--authority", "XX-UNIT"], "There is no authority XX-UNIT"),
        (["check"], "Missing argument"),
        (["chekc"], "No such command"),
        (["series", "create", "S", "--status", "solved"], "'solved' is not one of"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_ends_with_2(
    sqlite_node: Node, words: list[str], sentence: str
) -> None:
    ran = cairn(sqlite_node.config.folder, *words)
    assert ran.code == 2
    assert sentence in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "words", [("--json", "a", "--report", "a"), ("--receipt", "a", "--json", "./a.sha256")]
)
def test_two_outputs_in_one_place_are_refused_before_any_work(
    sqlite_node: Node, seizure: Path, tmp_path: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = cairn(sqlite_node.config.folder, "check", seizure, *words)
    assert (ran.code, "is asked for twice" in ran.err) == (2, True)
    assert not (tmp_path / "a").exists()


def test_an_output_whose_folder_is_missing_is_refused_before_any_work(
    sqlite_node: Node, seizure: Path, tmp_path: Path
) -> None:
    ran = cairn(sqlite_node.config.folder, "check", seizure, "--json", tmp_path / "missing" / "a")
    assert (ran.code, "There is no folder" in ran.err) == (2, True)


def test_without_a_node_the_sentence_says_how_to_make_one(tmp_path: Path) -> None:
    ran = cairn(tmp_path / "nowhere", "check", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "cairn node init" in ran.err


@pytest.mark.usefixtures("_ctrl_c_counts")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_a_check_that_is_stopped_half_way_keeps_its_work_and_goes_on(
    sqlite_node: Node, tmp_path: Path, stop: signal.Signals
) -> None:
    folder = tmp_path / "many"
    picture = save(drawn(1, size=(160, 120)), folder / "000.jpg").read_bytes()
    for number in range(1, FILES):
        (folder / f"{number:03}.jpg").write_bytes(picture + number.to_bytes(2, "big"))
    words = ("check", folder, "--case", "1", "--register", "--features", "never")
    running = subprocess.Popen(
        command_in_small_batches(*words, waits_s=[60]),
        env=environment(sqlite_node.config.folder),
        stderr=subprocess.PIPE,
        text=True,
    )
    while CheckItem.objects.filter(is_done=True).count() == 0 and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(stop)
    _, said = running.communicate(timeout=30)
    kept = CheckItem.objects.filter(is_done=True).count()
    assert 0 < kept < FILES
    if stop is signal.SIGINT:
        assert running.returncode == 130
        assert "the same command goes on from here" in said
    answer = tmp_path / "answer.json"
    assert cairn(sqlite_node.config.folder, *words, "--json", answer).code == 0
    assert json.loads(answer.read_text())["resumed"] == kept
    assert (Check.objects.count(), Sighting.objects.count()) == (1, FILES)


def test_two_checks_of_the_same_case_at_once_do_not_disturb_each_other(
    node: Node, seizure: Path, tmp_path: Path
) -> None:
    words = ("check", seizure, "--case", "1", "--register", "--features", "never", "--json")
    both = [
        subprocess.Popen(
            command(*words, tmp_path / f"{number}.json"),
            env=environment(node.config.folder),
            stdout=subprocess.DEVNULL,
        )
        for number in range(2)
    ]
    assert [running.wait(60) for running in both] == [0, 0]
    answers = [json.loads((tmp_path / f"{number}.json").read_text()) for number in range(2)]
    assert answers[0]["files"] == answers[1]["files"]
    assert Sighting.objects.count() == 4


def test_output_into_a_closed_pipe_ends_quietly(sqlite_node: Node, seizure: Path) -> None:
    shell = f"{' '.join(command('fingerprint', seizure))} | head -c 1"
    ran = subprocess.run(
        ["bash", "-c", shell],
        env=environment(sqlite_node.config.folder),
        capture_output=True,
        check=False,
        text=True,
    )
    assert "Traceback" not in ran.stderr


def test_an_answer_never_overwrites_the_node(sqlite_node: Node, seizure: Path) -> None:
    for option in ("--json", "--receipt", "--report"):
        ran = cairn(
            sqlite_node.config.folder, "check", seizure, option, sqlite_node.config.folder / "node.toml"
        )
        assert ran.code == 2
        assert "lies in the node" in ran.err


@pytest.mark.parametrize("words", [["check"], ["fingerprint"]])
def test_an_empty_path_is_not_the_current_folder(sqlite_node: Node, words: list[str]) -> None:
    ran = cairn(sqlite_node.config.folder, *words, "")
    assert ran.code == 2
    assert "A path is empty" in ran.err


def test_a_folder_with_nothing_in_it_is_no_clean_answer(sqlite_node: Node, tmp_path: Path) -> None:
    (tmp_path / "unmounted").mkdir()
    ran = cairn(sqlite_node.config.folder, "check", tmp_path / "unmounted")
    assert ran.code == 2
    assert "Is the disk mounted?" in ran.err


def test_an_output_whose_disk_is_full_is_a_sentence(sqlite_node: Node, seizure: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            command("check", seizure, "--json", "-"),
            env=environment(sqlite_node.config.folder),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            text=True,
        )
    assert ran.returncode == 2
    assert "its disk is full" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_numbers_in_an_answer_say_nothing_of_what_else_is_recorded(
    sqlite_node: Node, seizure: Path, tmp_path: Path
) -> None:
    folder = sqlite_node.config.folder
    for number in range(3):
        (tmp_path / f"{number}").mkdir()
        (tmp_path / f"{number}" / "file").write_text(str(number))
        cairn(folder, "series", "create", f"S{number}")
        words = ("--case", "1", "--register", "--series", f"S{number}")
        assert cairn(folder, "check", tmp_path / str(number), *words).code == 0
    values = json.loads(cairn(folder, "check", tmp_path / "2", "--case", "2", "--json", "-").out)
    (match,) = values["files"][0]["matches"]
    assert (match["media"], match["series"], [row["id"] for row in values["series"]]) == (1, [1], [1])


def test_of_films_that_are_followed_beside_each_other_each_mark_is_said_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = KnownSoFar(301.0, (), (), "/seized/one.mkv")
    other = KnownSoFar(304.0, ((1.0, 8.938),), ())

    def follow(*_: object, watch_videos: Callable[[VideoProgress], None], **__: object) -> str:
        for each in (one, other, one, other, None, one):
            watch_videos(VideoProgress(2, 0, 310.0, so_far=each))
        return "the answer"

    said: list[str] = []
    bar = nullcontext((lambda *_: None, said.append))
    monkeypatch.setattr("cairn.cli.check.file_progress", lambda _: bar)
    monkeypatch.setattr("cairn.cli.check.run_check", follow)
    nobody: Any = None
    answer: object = _answer(nobody, nobody, [], nobody)
    assert answer == "the answer"
    assert [("00:05:01" in each, "00:05:04" in each) for each in said] == [(True, False), (False, True)]
    assert [each.partition(" is followed")[0] for each in said] == ["one.mkv", "A video"]
    assert "from 00:00:01 to 00:00:09" in said[1]
