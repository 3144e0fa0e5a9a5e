"""Where the harmless reference data lies, for the tests that can use it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REFERENCE_DATA = Path(
    os.environ.get("CAIRN_REFERENCE_DATA", Path(__file__).parents[2] / "shared" / "data"),
)


def reference_folder(name: str) -> Path:
    """Answer the folder of reference data called ``name``, or skip the test with a sentence."""
    folder = REFERENCE_DATA / name
    if not folder.is_dir():
        pytest.skip(f"the reference data folder '{name}' is not beside this checkout")
    return folder
