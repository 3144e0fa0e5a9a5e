"""Runs the command line as a person would, within this process where a process of its own adds nothing."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import TYPE_CHECKING
from unittest.mock import patch

from cairn.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


def environment(node: Path) -> dict[str, str]:
    """Answer the environment of a command that works on this node."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CAIRN_")}
    return {**kept, "CAIRN_NODE": str(node), "PYTHONWARNINGS": "error", "COLUMNS": "120"}


def command(*words: str | Path) -> list[str]:
    """Answer the command as a process of its own, as the system takes it."""
    return [sys.executable, "-m", "cairn.cli.main", *[str(word) for word in words]]


IN_SMALL_BATCHES = """import time
from cairn.cli.main import main
from cairn.services.checking import measuring

measuring.BATCH_ITEMS = measuring.CLAIMED_TOGETHER = 8
write, waits_s = measuring.Measuring._write, {waits_s}


def write_and_wait(self):
    write(self)
    while waits_s:
        time.sleep(waits_s.pop())


measuring.Measuring._write = write_and_wait
main()"""


def command_in_small_batches(*words: str | Path, waits_s: list[float]) -> list[str]:
    """Answer a check as a process that writes few files at a time.

    Args:
        words: The command.
        waits_s: How long it waits after each of its first writes, to be stopped there.
    """
    return [sys.executable, "-c", IN_SMALL_BATCHES.format(waits_s=waits_s), *[str(word) for word in words]]


def cairn(node: Path, *words: str | Path) -> Ran:
    """Run ``cairn`` with these words to its end, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, environment(node), clear=True),
        patch.object(sys, "argv", ["cairn", *[str(word) for word in words]]),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        else:
            code = 0
    return Ran(code, out.getvalue(), err.getvalue())
