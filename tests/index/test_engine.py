from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.errors import IntegrityError
from cairn.index import bands, engine, kernel_cache, loading, sharing
from cairn.index.bands import SIXTEEN, Tables
from cairn.index.words import to_words
from index.hash_sets import make_hashes, true_hits

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def sixteen() -> tuple[np.ndarray, np.ndarray, Tables]:
    hashes = np.unique(make_hashes("photo-like", 5000, 3), axis=0)
    words = to_words(hashes)
    return hashes, words, bands.build_tables(words, SIXTEEN)


def test_a_batch_on_many_threads_answers_like_one_query_after_another(
    sixteen: tuple[np.ndarray, np.ndarray, Tables], monkeypatch: pytest.MonkeyPatch, compiled: None
) -> None:
    hashes, words, tables = sixteen
    monkeypatch.setattr(sharing, "BATCH_ITEMS", 37)
    monkeypatch.setattr(sharing, "SMALL_BATCH", 64)
    monkeypatch.setattr("os.cpu_count", lambda: 3)
    queries = hashes[:200]
    hits = engine.search(words, tables, to_words(queries), radius=31)
    found = set(zip(hits.query.tolist(), hits.row.tolist(), hits.distance.tolist(), strict=True))
    assert found == true_hits(hashes, queries, 31)


def test_more_hits_than_there_was_room_for_are_all_answered(
    sixteen: tuple[np.ndarray, np.ndarray, Tables], monkeypatch: pytest.MonkeyPatch, compiled: None
) -> None:
    _, words, tables = sixteen
    monkeypatch.setattr(sharing, "ROOM", 0)
    assert len(engine.scan(words, words[:3], radius=256).row) == 3 * len(words)
    near = engine.search(words, tables, words[:1], radius=47)
    assert len(near.row) > 2
    assert len(engine.join(words, tables, radius=31).row) > 10


@pytest.mark.parametrize("broken", ["offsets", "rows"])
def test_a_table_that_points_outside_is_refused(
    broken: str, sixteen: tuple[np.ndarray, np.ndarray, Tables], compiled: None
) -> None:
    _, words, tables = sixteen
    arrays = {"offsets": tables.offsets.copy(), "rows": tables.rows.copy()}
    arrays[broken][...] = 2**32 - 1
    if broken == "offsets":
        arrays[broken][:, ::2] = 0
    damaged = Tables(tables.layout, arrays["offsets"], tables.signatures, arrays["rows"])
    with pytest.raises(IntegrityError, match="points outside"):
        engine.search(words, damaged, words[:50], radius=31)


def test_kernels_are_loaded_once_the_questions_have_paid_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    kernels = loading.Kernels()
    monkeypatch.setattr(loading, "PATIENCE", 10)
    monkeypatch.setattr(kernel_cache, "is_warm", lambda: False)
    assert kernels.when_worth_it(9) is None
    assert kernels.when_worth_it(2) is None
    monkeypatch.setattr(kernel_cache, "is_warm", lambda: True)
    assert kernels.when_worth_it(1) is not None
    cold = loading.Kernels()
    monkeypatch.setattr(kernel_cache, "is_warm", lambda: False)
    monkeypatch.setattr(loading, "COLD_PATIENCE", 20)
    assert cold.when_worth_it(20) is None
    assert cold.when_worth_it(1) is not None


def test_asking_once_imports_no_compiler() -> None:
    script = (
        "import sys, tempfile, pathlib, numpy as np, cairn.index as i\n"
        "with tempfile.TemporaryDirectory() as d, i.open_index(pathlib.Path(d), writable=True) as index:\n"
        "    index.add(np.arange(5000, dtype=np.uint64), np.random.default_rng(1).bytes(160000) and "
        "np.frombuffer(np.random.default_rng(1).bytes(160000), np.uint8).reshape(5000, 32))\n"
        "    index.compact()\n"
        "    index.search(np.zeros((1, 32), np.uint8), radius=31)\n"
        "sys.exit('numba' in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_the_cache_folder_is_private_or_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = kernel_cache.kernels_version()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "own"))
    assert kernel_cache.cache_folder() == tmp_path / "own" / version
    assert (tmp_path / "own").stat().st_mode & 0o777 == 0o700
    (tmp_path / "own").chmod(0o777)
    assert kernel_cache.cache_folder() is None
    assert kernel_cache.use_cache_folder() is False
    kernel_cache.note_complete()
    assert not kernel_cache.is_warm()
    (tmp_path / "file").touch()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "below"))
    assert kernel_cache.cache_folder() is None
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "user"))
    assert kernel_cache.cache_folder() == tmp_path / "user" / "cairn" / "kernels" / version


def test_kernels_are_kept_apart_for_each_version_and_go_when_nobody_uses_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    lately, long_ago, foreign = tmp_path / ("a" * 16), tmp_path / ("b" * 16), tmp_path / "notes"
    for folder in (lately, long_ago, foreign):
        folder.mkdir()
    for folder in (long_ago, foreign):
        os.utime(folder, (0, 0))
    assert not kernel_cache.is_warm()
    kernel_cache.note_complete()
    assert kernel_cache.is_warm()
    assert lately.exists()
    assert foreign.exists()
    assert not long_ago.exists()


def test_kernels_that_changed_or_were_installed_again_have_another_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(kernel_cache.SOURCES, tmp_path / "kernels")
    monkeypatch.setattr(kernel_cache, "SOURCES", tmp_path / "kernels")
    ask = kernel_cache.kernels_version.__wrapped__
    first, file = ask(), tmp_path / "kernels" / "candidates.py"
    assert ask() == first != kernel_cache.kernels_version(), "elsewhere they are compiled anew"
    state = file.stat()
    file.write_text(file.read_text() + "# a word more")
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns))
    changed = ask()
    os.utime(file)
    assert len({first, changed, ask()}) == 3
