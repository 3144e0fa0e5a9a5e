"""A holder is called dead only where that can be known."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cairn.records.jobs import CheckItem
from cairn.services.checking import holders
from cairn.services.checking.holders import (
    Holder,
    Place,
    here,
    holder_of_this_process,
    is_dead,
    read,
    started,
)

NOW = datetime.now(UTC)
UNCONTAINED = "pid:[4026531836]"


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_holder_is_read_as_it_was_written_and_fits_its_column() -> None:
    longest = Holder(Place("h" * 64, "b" * 36, UNCONTAINED), 2**22, "9" * 12)
    for holder in (longest, Holder(Place("h", "", ""), 1, "")):
        assert read(str(holder)) == holder
        assert len(str(holder)) <= (CheckItem._meta.get_field("lease_holder").max_length or 0)


@pytest.mark.parametrize("text", ["", "host", "host 1 2", "host x 1 - -", "a b c d e f"])
def test_a_text_of_another_form_is_not_called_dead(text: str) -> None:
    assert read(text) is None
    assert not is_dead(text, claimed_at=NOW)


def test_this_process_lives() -> None:
    assert not is_dead(holder_of_this_process(), claimed_at=NOW)


def test_a_process_of_this_place_is_looked_up() -> None:
    assert is_dead(str(Holder(here(), dead_process(), "4711")), claimed_at=NOW)
    assert is_dead(str(Holder(here(), os.getpid(), "4711")), claimed_at=NOW)


@pytest.mark.parametrize("change", [{"table": "pid:[1]"}, {"boot": "another"}, {"host": "another"}])
def test_a_process_of_another_place_is_never_looked_up(change: dict[str, str]) -> None:
    assert not is_dead(str(Holder(replace(here(), **change), dead_process(), "4711")), claimed_at=NOW)


def machine(monkeypatch: pytest.MonkeyPatch, *, table: str) -> Place:
    """Be a machine that was started an hour ago."""
    monkeypatch.setattr(holders, "_table", lambda: table)
    monkeypatch.setattr(holders, "booted_s", (NOW - timedelta(hours=1)).timestamp)
    return here()


@pytest.mark.parametrize(
    ("table", "hours_ago", "dead"),
    [(UNCONTAINED, 2.0, True), (UNCONTAINED, 0.5, False), ("pid:[7]", 2.0, False)],
)
def test_what_was_held_before_the_machine_was_started_again_is_free(
    monkeypatch: pytest.MonkeyPatch, table: str, hours_ago: float, *, dead: bool
) -> None:
    before = replace(machine(monkeypatch, table=table), boot="earlier")
    claimed_at = NOW - timedelta(hours=hours_ago)
    assert is_dead(str(Holder(before, os.getpid(), "4711")), claimed_at=claimed_at) == dead


def test_another_machine_is_not_this_one_before_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    other = replace(machine(monkeypatch, table=UNCONTAINED), boot="another", host="another")
    assert not is_dead(str(Holder(other, 1, "1")), claimed_at=NOW - timedelta(hours=2))


def test_a_host_name_with_a_space_stays_one_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "gethostname", lambda: "my laptop")
    assert read(holder_of_this_process()) is not None


def test_the_start_of_the_machine_lies_before_that_of_this_process() -> None:
    ticks_s = int(started(os.getpid())) / os.sysconf("SC_CLK_TCK")
    assert holders.booted_s() + ticks_s == pytest.approx(Path("/proc/self/stat").stat().st_ctime, abs=600)


def test_where_the_kernel_tells_no_start_times_the_living_are_told_from_the_dead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    process = dead_process()
    monkeypatch.setattr(Path, "read_text", _refuse)
    monkeypatch.setattr(Path, "readlink", _refuse)
    monkeypatch.setattr(Path, "is_dir", lambda _: False)
    assert started(os.getpid()) == "alive"
    assert started(process) == ""
    assert not is_dead(holder_of_this_process(), claimed_at=NOW)
    assert is_dead(str(Holder(here(), process, "alive")), claimed_at=NOW)

    def forbid(_: int, __: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", forbid)
    assert started(1) == "alive"


def _refuse(*_: object, **__: object) -> str:
    raise FileNotFoundError
