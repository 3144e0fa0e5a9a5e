"""The harmless reference data that may lie beside the checkout; benchmarks go on without it, and say so."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(
    os.environ.get("CAIRN_REFERENCE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"),
)


def reference_jpegs() -> Iterator[bytes]:
    """Answer every JPEG of the reference data that is meant to be a whole picture."""
    for name in ("photos", "camera", "scenes", "dedup", "exif", "pdq"):
        for path in sorted((FOLDER / name).rglob("*")):
            if path.suffix.lower() in {".jpg", ".jpeg"} and path.is_file():
                yield path.read_bytes()
