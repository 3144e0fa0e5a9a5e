"""Kernels are compiled once for the whole session, and kept for the next one."""

from __future__ import annotations

import pytest

from cairn.index import engine


@pytest.fixture
def numpy_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every question answered without the compiled kernels."""
    monkeypatch.setattr(engine, "_KERNELS", engine._Kernels())
    monkeypatch.setattr(engine, "PATIENCE", float("inf"))


@pytest.fixture
def compiled() -> None:
    """Have every question answered by the compiled kernels."""
    engine.warm_up()
