"""One obedient pool for all tests that leave it as they found it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from fingerprints.sandbox.misbehaving import obedient_pool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.fingerprints.sandbox import DecoderPool

if sys.platform == "win32":
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="package")
def pool() -> Iterator[DecoderPool]:
    with obedient_pool() as opened:
        yield opened
