from __future__ import annotations

import logging
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

from cairn.fingerprints import quiet
from fingerprints.drawn import as_file, picture

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_a_damaged_tiff_writes_nothing_to_the_terminal(tmp_path: Path) -> None:
    whole = as_file(picture(), "TIFF", compression="tiff_lzw")
    damaged = tmp_path / "damaged.tif"
    # The directory of tags lies at the end, so the pixels in the middle are what goes missing.
    middle = len(whole) // 2
    damaged.write_bytes(whole[:200] + bytes(middle - 200) + whole[middle:])
    program = "import pathlib, sys, cairn.fingerprints as f; f.measure(pathlib.Path(sys.argv[1]))"

    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, damaged], capture_output=True, text=True, check=True
    )

    assert (ended.stdout, ended.stderr) == ("", "")


def test_pillow_has_a_log_handler_so_that_python_prints_nothing() -> None:
    quiet.silence_decoders()

    assert any(isinstance(one, logging.NullHandler) for one in logging.getLogger("PIL").handlers)


def test_a_system_that_hides_the_library_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.fingerprints.quiet.ctypes.CDLL", lambda _path: SimpleNamespace())

    quiet._silence_once.__wrapped__()
