from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cairn.errors import ConfigurationError, InputError, Reason
from cairn.fingerprints.digests import digest_bytes
from cairn.fingerprints.sandbox import DecoderPool, Job, Limits, Protection, ProtectionState
from cairn.fingerprints.sandbox.limits import sound_limits, video_limits
from cairn.fingerprints.sandbox.round import FILES_AHEAD_A_WORKER
from cairn.types import Digests, Fingerprints, PdqMode, Picture
from fingerprints.sandbox.misbehaving import TIGHT, files, obedient_pool, outcomes, refusal, said
from fingerprints.sandbox.stand_in import told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def open_descriptors() -> int:
    return len(os.listdir("/dev/fd"))  # noqa: PTH208 - the names are all that is wanted


def test_every_job_gets_exactly_one_result_with_its_digests(pool: DecoderPool, tmp_path: Path) -> None:
    orders = [f"tell {number}" for number in range(100)]
    found = outcomes(pool, files(tmp_path, *orders))
    assert sorted(found) == list(range(100))
    for key, done in found.items():
        assert isinstance(done.result, Fingerprints)
        content = (tmp_path / f"{key}.txt").read_bytes()
        assert done.result.size_bytes == len(content)
        assert done.result.digests == digest_bytes(content)
        assert refusal(done).sentence == str(key)
        assert done.attempts == 1


@pytest.mark.parametrize(
    ("order", "reason", "words"),
    [
        ("abort", Reason.DECODER_CRASHED, "crashed (SIGABRT)"),
        ("segfault", Reason.DECODER_CRASHED, "crashed (SIGSEGV)"),
        ("leave", Reason.DECODER_CRASHED, "ended without an answer"),
        ("raise", Reason.DECODER_CRASHED, "failed (KeyError)"),
        ("fill-memory", Reason.TOO_LARGE, "needed more than 128 MiB of memory"),
        ("sleep 60", Reason.TIMED_OUT, "gave no answer within 0.8 s"),
        ("babble", Reason.DECODER_CRASHED, "gave an answer that cannot be trusted"),
        ("unasked-features", Reason.DECODER_CRASHED, "gave an answer that cannot be trusted"),
        ("wrong-file", Reason.DECODER_CRASHED, "gave an answer that cannot be trusted"),
        ("half-a-message", Reason.TIMED_OUT, "gave no answer within 0.8 s"),
    ],
)
def test_a_file_that_ends_two_workers_is_not_comparable(
    pool: DecoderPool, tmp_path: Path, order: str, reason: Reason, words: str
) -> None:
    found = outcomes(pool, files(tmp_path, "tell before", order, "tell after"))
    assert refusal(found[1]).reason is reason
    assert refusal(found[1]).sentence == f"The decoder {words}, also when the file was tried alone."
    assert found[1].attempts == 2
    assert [refusal(found[key]).sentence for key in (0, 2)] == ["before", "after"]
    assert [found[key].attempts for key in (0, 2)] == [1, 1]


def test_where_somebody_waits_a_file_is_tried_once(tmp_path: Path) -> None:
    with obedient_pool(workers=1, limits=replace(TIGHT, attempts=1)) as pool:
        (found,) = outcomes(pool, files(tmp_path, "abort")).values()
    assert (found.attempts, refusal(found).sentence) == (1, "The decoder crashed (SIGABRT).")
    assert {video_limits(30).attempts, sound_limits(30).attempts} == {1}
    assert sound_limits(10).wall_s + 2 * video_limits(20).watch_s == 2 * 30


def test_a_file_that_computes_for_ever_is_ended_by_its_processor_time(tmp_path: Path) -> None:
    with obedient_pool(workers=1, limits=Limits(cpu_s=1, wall_s=30)) as pool:
        found = refusal(outcomes(pool, files(tmp_path, "spin"))[0])
    assert found.reason is Reason.TIMED_OUT
    assert "used more than 1 s of processor time" in found.sentence


def test_files_are_handed_back_when_the_one_before_them_ends_their_worker(tmp_path: Path) -> None:
    orders = [order for number in range(15) for order in ("abort", f"tell {number}", "leave")]
    with obedient_pool(workers=1) as pool:
        found = outcomes(pool, files(tmp_path, *orders))
    assert sorted(found) == list(range(45))
    told_back = [refusal(found[key]).sentence for key in range(1, 45, 3)]
    assert told_back == [str(number) for number in range(15)]
    assert {found[key].attempts for key in range(1, 45, 3)} == {1}
    assert {found[key].attempts for key in range(0, 45, 3)} == {2}


def test_a_worker_is_replaced_after_its_time_of_service(tmp_path: Path) -> None:
    limits = Limits(files_per_worker=3, cpu_s=1, wall_s=5)
    with obedient_pool(workers=1, limits=limits) as pool:
        found = outcomes(pool, files(tmp_path, *["count"] * 10))
    counts = [int(refusal(found[key]).sentence) for key in range(10)]
    assert counts == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1]


def test_a_file_that_cannot_be_opened_is_an_input_error(pool: DecoderPool, tmp_path: Path) -> None:
    def missing() -> int:
        return os.open(tmp_path / "gone", os.O_RDONLY)

    def folder() -> int:
        return os.open(tmp_path, os.O_RDONLY)

    def writable() -> int:
        return os.open(tmp_path / "writable", os.O_RDWR | os.O_CREAT)

    def gone_disk() -> int:
        raise InputError("The disk is gone.", code="input.disk")

    openers = (missing, folder, writable, gone_disk)
    before = open_descriptors()
    found = outcomes(pool, [Job(key, opener) for key, opener in enumerate(openers)])
    codes = [done.result.code for _, done in sorted(found.items()) if isinstance(done.result, InputError)]
    assert codes == ["input.missing", "input.not-a-file", "input.writable", "input.disk"]
    assert {done.attempts for done in found.values()} == {0}
    assert open_descriptors() == before


def test_a_known_content_is_not_decoded_again(pool: DecoderPool, tmp_path: Path) -> None:
    known = digest_bytes((tmp_path / "0.txt").read_bytes()) if files(tmp_path, "tell a", "tell b") else None
    asked: list[tuple[Digests, int]] = []

    def recall(contents: Sequence[tuple[Digests, int]]) -> list[Picture | None]:
        asked.extend(contents)
        return [told("remembered") if digests == known else None for digests, _ in contents]

    found = outcomes(pool, files(tmp_path, "tell a", "tell b"), recall=recall)
    assert refusal(found[0]).sentence == "remembered"
    assert found[0].attempts == 0
    assert refusal(found[1]).sentence == "b"
    assert sorted(size for _, size in asked) == [6, 7]


def test_equal_files_under_way_at_once_are_decoded_once(pool: DecoderPool, tmp_path: Path) -> None:
    path = tmp_path / "same"
    path.write_text("sleep 0.3")
    found = outcomes(pool, [Job(key, lambda: os.open(path, os.O_RDONLY)) for key in range(8)])
    assert sorted(done.attempts for done in found.values()) == [0] * 7 + [1]
    assert len({refusal(done).sentence for done in found.values()}) == 1


def test_files_are_pulled_only_as_fast_as_results_are_taken(pool: DecoderPool, tmp_path: Path) -> None:
    pulled = 0

    def endless() -> Iterator[Job]:
        nonlocal pulled
        (job,) = files(tmp_path, "tell x")
        while True:
            pulled += 1
            yield job

    stream = pool.measure_all(endless())
    for _ in range(5):
        next(stream)
    time.sleep(0.1)
    assert pulled <= 2 * FILES_AHEAD_A_WORKER + 5
    stream.close()  # type: ignore[attr-defined]  # a generator, which the interface does not promise


def test_a_taker_that_stops_early_leaves_nothing_open(pool: DecoderPool, tmp_path: Path) -> None:
    outcomes(pool, files(tmp_path, "tell warm"))
    before = open_descriptors(), threading.active_count()
    for _ in range(3):
        stream = pool.measure_all(files(tmp_path, "tell now", *["sleep 60"] * 20))
        next(stream)
        stream.close()  # type: ignore[attr-defined]  # as above
    assert (open_descriptors(), threading.active_count()) == before
    assert said(pool, tmp_path, "tell again") == "again"


def test_nothing_stays_behind_after_the_pool_is_closed(tmp_path: Path) -> None:
    before = open_descriptors(), threading.active_count()
    with obedient_pool() as pool:
        worker = int(said(pool, tmp_path, "pid"))
        outcomes(pool, files(tmp_path, "tell a", "abort"))
    assert (open_descriptors(), threading.active_count()) == before
    assert is_gone(worker)


def test_a_stream_that_outlives_its_pool_ends_quietly(tmp_path: Path) -> None:
    before = open_descriptors(), threading.active_count()
    with obedient_pool(workers=1) as pool:
        stream = pool.measure_all(files(tmp_path, "tell now", *["sleep 60"] * 5))
        next(stream)
    stream.close()  # type: ignore[attr-defined]  # as above
    assert (open_descriptors(), threading.active_count()) == before


def is_gone(pid: int) -> bool:
    """Whether a process ends within two seconds; a zombie is as good as gone."""
    for _ in range(200):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state in {"Z", "X"}:
            return True
        time.sleep(0.01)
    return False


DRIVER = """
import sys
sys.path[:0] = sys.argv[1:3]
from pathlib import Path
from fingerprints.sandbox.misbehaving import obedient_pool, files, refusal
from cairn.fingerprints.sandbox import Limits
try:
    with obedient_pool(limits=Limits(wall_s=50)) as pool:
        for done in pool.measure_all(files(Path(sys.argv[3]), "pid", "pid", *["sleep 40"] * 5)):
            print(refusal(done).sentence, flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def driver(folder: Path) -> subprocess.Popen[str]:
    """A process with a pool that is busy for a long time, once it has printed two lines."""
    tests = Path(__file__).parents[2]
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(tests.parent / "src"), str(tests), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    with driver(tmp_path) as parent:
        assert parent.stdout
        workers = [int(parent.stdout.readline()) for _ in range(2)]
        assert Path(f"/proc/{workers[0]}").exists() or sys.platform != "linux"
        parent.kill()
        parent.wait()
        assert all(is_gone(worker) for worker in workers)


@pytest.mark.usefixtures("_ctrl_c_counts")
def test_ctrl_c_closes_the_pool_without_a_word_from_the_workers(tmp_path: Path) -> None:
    with driver(tmp_path) as parent:
        assert parent.stdout
        workers = [int(parent.stdout.readline()) for _ in range(2)]
        os.killpg(parent.pid, 2)
        out, err = parent.communicate(timeout=10)
        assert (out, err, parent.returncode) == ("interrupted\n", "", 0)
        assert all(is_gone(worker) for worker in workers)


def test_a_lost_nursery_is_replaced(tmp_path: Path) -> None:
    with obedient_pool() as pool:
        worker = int(said(pool, tmp_path, "pid"))
        nursery = int(Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(nursery, 9)
        assert said(pool, tmp_path, "tell still here") == "still here"


def test_decoders_that_never_start_are_a_configuration_error() -> None:
    broken = DecoderPool(
        workers=2,
        mode=PdqMode.FAST,
        limits=TIGHT,
        command=(sys.executable, "-I", "-c", "raise SystemExit('no decoder is installed')"),
    )
    before = open_descriptors()
    with pytest.raises(ConfigurationError, match="no decoder is installed"), broken:
        pytest.fail("the pool opened")
    assert open_descriptors() == before


def test_a_program_that_does_not_exist_is_a_configuration_error() -> None:
    nowhere = DecoderPool(workers=1, mode=PdqMode.FAST, command=("/nowhere/python",))
    with pytest.raises(ConfigurationError, match="could not be started"), nowhere:
        pytest.fail("the pool opened")
    with pytest.raises(ConfigurationError, match="not open"):
        list(nowhere.measure_all([]))


def test_a_pool_is_used_by_one_round_at_a_time_and_only_while_open(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="at least one"):
        obedient_pool(workers=0)
    pool = obedient_pool(workers=1)
    with pytest.raises(ConfigurationError, match="not open"):
        list(pool.measure_all([]))
    with pool:
        first = pool.measure_all(files(tmp_path, "tell a", "tell b"))
        next(first)
        with pytest.raises(ConfigurationError, match="in use"):
            list(pool.measure_all([]))
        assert len(list(first)) == 1
        assert list(pool.measure_all([])) == []


def test_a_required_protection_that_is_off_stops_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = frozenset(Protection)
    with DecoderPool(workers=1, mode=PdqMode.FAST) as pool:
        assert {state.protection for state in pool.protections} == everything
        off = [state for state in pool.protections if not state.active]
    demanding = DecoderPool(workers=1, mode=PdqMode.FAST, require=everything)
    if off:
        with pytest.raises(ConfigurationError, match=off[0].protection.value), demanding:
            pytest.fail("the pool opened")
    else:
        with demanding:
            pass


def test_a_later_worker_is_held_as_well_as_the_first(tmp_path: Path) -> None:
    with obedient_pool(workers=1) as pool:
        assert pool._crew
        trust = pool._crew._trust
        better = ProtectionState(Protection.LANDLOCK, active=True, detail="as the first had it")
        fewer = tuple(state for state in trust.protections if state.protection != better.protection)
        trust.compare((*fewer, better))
        trust.protections = (*fewer, better)
        with pytest.raises(ConfigurationError, match="landlock"):
            trust.compare(fewer)


def test_windows_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(ConfigurationError, match="Windows"), obedient_pool():
        pytest.fail("the pool opened")
