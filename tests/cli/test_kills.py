"""A check that is killed again and again loses nothing that was recorded, and ends as if it never was."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from typing import TYPE_CHECKING

from cairn.records.jobs import Check, CheckItem
from cairn.records.sightings import Sighting
from cli.command_line import cairn, command, environment
from pictures import drawn, save

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node

FILES = 300
KILLS = 4


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
            command(*words),
            env=environment(sqlite_node.config.folder),
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(0.6 + 0.8 * chance.random())
        os.killpg(running.pid, signal.SIGKILL)  # The check and its decoders together, as a power cut would.
        running.wait()
        recorded.append(CheckItem.objects.filter(is_done=True).count())
    assert recorded == sorted(recorded)
    receipt = tmp_path / "receipt.json"
    assert cairn(sqlite_node.config.folder, *words, "--receipt", receipt).code == 0
    values = json.loads(receipt.read_text())
    assert values["counts"]["new"] == values["items_in"] == FILES
    assert len({item["sha256"] for item in values["items"]}) == FILES
    assert Sighting.objects.count() == FILES
    assert Check.objects.filter(finished_at=None).count() == 0
