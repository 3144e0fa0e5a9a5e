"""Kernels are compiled once for the whole session, and kept for the next one."""

from __future__ import annotations

import faiss
import pytest

from cairn.index import loading

# Each process of the tests has its share of the processors; more threads would only wait for each other.
faiss.omp_set_num_threads(1)


@pytest.fixture
def numpy_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every question answered without the compiled kernels."""
    monkeypatch.setattr(loading, "KERNELS", loading.Kernels())
    monkeypatch.setattr(loading, "PATIENCE", float("inf"))


@pytest.fixture
def compiled() -> None:
    """Have every question answered by the compiled kernels."""
    loading.warm_up()
