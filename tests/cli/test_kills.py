"""A check that is killed again and again loses nothing that was recorded, and ends as if it never was."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from cairn.records.jobs import Check, CheckItem
from cairn.records.sightings import Sighting
from cli.command_line import cairn, command_in_small_batches, environment
from pictures import drawn, save

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node

FILES = 200
KILLS = 4


def recorded_files() -> int:
    return CheckItem.objects.filter(is_done=True).count()


def wait_for_progress(running: subprocess.Popen[bytes]) -> None:
    """Wait until a check has recorded something, or has ended."""
    before = recorded_files(), Sighting.objects.count()
    while (recorded_files(), Sighting.objects.count()) == before and running.poll() is None:
        time.sleep(0.02)


def test_kills_at_random_moments_lose_no_recorded_result(sqlite_node: Node, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    picture = save(drawn(1, size=(160, 120)), folder / "0000.jpg").read_bytes()
    for number in range(1, FILES):
        (folder / f"{number:04}.jpg").write_bytes(picture + number.to_bytes(2, "big"))
    words = ("check", folder, "--case", "1", "--register", "--features", "never")
    chance = random.Random(7)  # noqa: S311 - no secret depends on it
    recorded = [0]
    for _ in range(KILLS):
        running = subprocess.Popen(
            command_in_small_batches(*words, waits_s=[]),
            env=environment(sqlite_node.config.folder),
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for_progress(running)
        time.sleep(0.4 * chance.random())
        with suppress(ProcessLookupError):  # It may have ended by then.
            os.killpg(
                running.pid, signal.SIGKILL
            )  # The check and its decoders together, as a power cut would.
        running.wait()
        recorded.append(recorded_files())
    assert recorded == sorted(recorded)
    assert any(0 < count < FILES for count in recorded), "else no check was killed at work"
    receipt = tmp_path / "receipt.json"
    assert cairn(sqlite_node.config.folder, *words, "--receipt", receipt).code == 0
    values = json.loads(receipt.read_text())
    assert values["counts"]["new"] == values["items_in"] == FILES
    assert len({item["sha256"] for item in values["items"]}) == FILES
    assert Sighting.objects.count() == FILES
    assert Check.objects.filter(finished_at=None).count() == 0
