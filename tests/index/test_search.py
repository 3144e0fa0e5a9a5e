from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.errors import ConfigurationError, InputError, IntegrityError
from cairn.index import Index, Matches, Rows, loading, merging, open_index, rebuild_index, search, writer
from cairn.index.rows import no_rows
from cairn.types import ORIENTATIONS
from index.hash_sets import KINDS, flip_bits, make_hashes

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.index import OrientedMatches

Entry = tuple[int, int, bytes]


def ids_of(*values: int) -> np.ndarray:
    return np.array(values, np.uint64)


def close_journal(index: Index) -> None:
    """Have the newest entries sealed, as if there were many."""
    assert isinstance(index._store, writer.Writer)
    with index._store._mutex:
        index._store._close_journal()


def rows_of(matches: Matches) -> list[tuple[int, int, int, int]]:
    columns = (matches.query, matches.distance, matches.id, matches.timestamp_ms)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def true_rows(entries: set[Entry], queries: np.ndarray, radius: int) -> list[tuple[int, int, int, int]]:
    return sorted(
        {
            (place, distance(query.tobytes(), value), one, stamp)
            for place, query in enumerate(queries)
            for one, stamp, value in entries
            if distance(query.tobytes(), value) <= radius
        }
    )


def test_an_absent_folder_is_an_empty_index_that_may_come_to_life(tmp_path: Path) -> None:
    hashes = make_hashes("random", 3, 1)
    with open_index(tmp_path / "later") as reader:
        assert len(reader.search(hashes, radius=31)) == 0
        assert reader.coverage().generation == 0
        assert len(reader.pairs(radius=31)) == len(reader.clusters(radius=31)) == 0
        assert reader.stats().size_bytes == 0
        reader.settle()
        with open_index(tmp_path / "later", writable=True) as index:
            index.add(ids_of(1, 2, 3), hashes)
            assert reader.search(hashes, radius=0).id.tolist() == [1, 2, 3]
            assert reader.coverage().generation == 1
            index.settle()


def test_entries_of_one_id_and_equal_hashes_are_all_found(tmp_path: Path) -> None:
    hashes = make_hashes("random", 2, 1)
    with open_index(tmp_path, writable=True) as index:
        stamps = np.array([0, 1000, 0, 2000], np.uint32)
        index.add(ids_of(7, 7, 9, 7), hashes[[0, 0, 0, 1]], timestamps_ms=stamps)
        for _ in range(2):
            found = index.search(hashes, radius=3)
            assert rows_of(found) == [(0, 0, 7, 0), (0, 0, 7, 1000), (0, 0, 9, 0), (1, 0, 7, 2000)]
            assert found.query.dtype == np.int64
            assert found.distance.dtype == np.uint16
            index.compact()
        assert index.coverage().segments == 1


def test_adding_the_same_entry_again_changes_no_answer(tmp_path: Path) -> None:
    hashes = make_hashes("random", 4, 1)
    with open_index(tmp_path, writable=True) as index:
        for _ in range(3):
            index.add(ids_of(1, 2, 3, 1), hashes)
            index.add(ids_of(1, 2), hashes[:2])
            close_journal(index)
            assert rows_of(index.search(hashes, radius=0)) == [
                (0, 0, 1, 0),
                (1, 0, 2, 0),
                (2, 0, 3, 0),
                (3, 0, 1, 0),
            ]
        assert index.stats().entries > 4
        index.compact()
        assert index.stats().entries == index.stats().live_entries == 4
        generation = index.coverage().generation
        index.compact()
        assert index.coverage().generation == generation


def test_a_removed_id_is_gone_until_it_is_added_again(tmp_path: Path) -> None:
    hashes = make_hashes("random", 3, 1)
    with open_index(tmp_path, writable=True) as index, open_index(tmp_path) as reader:
        index.add(ids_of(1, 2, 3), hashes)
        index.compact()
        index.remove(ids_of(1, 2, 77))
        assert reader.search(hashes, radius=0).id.tolist() == [3]
        index.add(ids_of(1), hashes[1:2])
        assert rows_of(reader.search(hashes, radius=0)) == [(1, 0, 1, 0), (2, 0, 3, 0)]
        index.remove(ids_of())
        index.add(ids_of(), hashes[:0])
        assert index.stats().removals == 3
        assert index.stats().live_entries == 2
        index.compact()
        assert rows_of(reader.search(hashes, radius=0)) == [(1, 0, 1, 0), (2, 0, 3, 0)]
        assert index.stats().removals == 0
        index.remove(ids_of(1, 3))
        index.compact()
        assert len(reader.search(hashes, radius=256)) == 0
        assert reader.coverage().entries == 0


CHANGES = st.lists(
    st.one_of(
        st.tuples(
            st.just("add"), st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2), st.integers(0, 11)))
        ),
        st.tuples(st.just("remove"), st.lists(st.integers(0, 12), max_size=4)),
        st.tuples(st.sampled_from(["compact", "reopen", "bulk"]), st.just([])),
    ),
    max_size=12,
)


@settings(max_examples=40)
@given(changes=CHANGES, radius=st.sampled_from([0, 8, 31, 47, 60, 256]), kind=st.sampled_from(KINDS))
def test_any_story_of_changes_answers_like_a_plain_list(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, list[Any]]], radius: int, kind: str
) -> None:
    hashes = make_hashes(kind, 12, 2)
    folder = tmp_path_factory.mktemp("story")
    entries: set[Entry] = set()
    with pytest.MonkeyPatch.context() as patch, open_index(folder) as reader:
        for module, name, value in [
            (writer, "SEAL_ROWS", 4),
            (merging, "SEAL_ROWS", 4),
            (writer, "BULK_ROWS", 12),
        ]:
            patch.setattr(module, name, value)
        index = open_index(folder, writable=True)
        for what, items in changes:
            if what == "remove":
                index.remove(ids_of(*items))
                entries = {entry for entry in entries if entry[0] not in items}
            elif what == "compact":
                index.compact()
            elif what == "reopen":
                index.close()
                index = open_index(folder, writable=True)
            else:
                rows = items if what == "add" else [(place, 0, place) for place in range(12)]
                stamps = np.array([stamp for _, stamp, _ in rows], np.uint32)
                chosen = hashes[[place for _, _, place in rows]].reshape(-1, 32)
                index.add(ids_of(*(one for one, _, _ in rows)), chosen, timestamps_ms=stamps)
                entries |= {(one, stamp, hashes[place].tobytes()) for one, stamp, place in rows}
            queries = flip_bits(hashes[:3], 10, 4)
            assert rows_of(reader.search(queries, radius=radius)) == true_rows(entries, queries, radius)
        assert index.stats().live_entries >= len({value for _, _, value in entries})
        assert index.stats().maintenance_failure is None
        index.close()


def best_by_hand(index: Index, turned: np.ndarray, radius: int) -> list[tuple[int, int, int, int, int]]:
    best: dict[tuple[int, int, int], tuple[int, int]] = {}
    for orientation in range(len(ORIENTATIONS)):
        for query, near, one, stamp in rows_of(index.search(turned[:, orientation].copy(), radius=radius)):
            key = (query, one, stamp)
            best[key] = min(best.get(key, (257, 0)), (near, orientation))
    return sorted((query, near, one, stamp, turn) for (query, one, stamp), (near, turn) in best.items())


def test_each_entry_is_answered_once_at_its_closest_orientation(tmp_path: Path) -> None:
    hashes = make_hashes("photo-like", 300, 1)
    turned = flip_bits(hashes[:160], 20, 5).reshape(20, 8, 32)
    turned[0, 5] = turned[0, 2]
    with open_index(tmp_path, writable=True) as index:
        index.add(np.arange(300, dtype=np.uint64) % np.uint64(90), hashes)
        found: OrientedMatches = index.search_orientations(turned, radius=31)
        columns = (found.query, found.distance, found.id, found.timestamp_ms, found.orientation)
        rows = list(zip(*(column.tolist() for column in columns), strict=True))
        assert rows == best_by_hand(index, turned, 31)
        assert len(rows) == len(found) > 100
        assert len(index.search_orientations(turned[:0], radius=31)) == 0


def test_a_large_batch_has_the_newest_entries_indexed_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes = make_hashes("photo-like", 6000, 1)
    with open_index(tmp_path, writable=True) as index:
        index.add(np.arange(6000, dtype=np.uint64), hashes)
        index.remove(ids_of(5, 6))
        expected = rows_of(index.search(hashes[:50], radius=31))
        monkeypatch.setattr(search, "TAIL_COMPARISONS_LIMIT", 0)
        assert rows_of(index.search(hashes[:50], radius=31)) == expected
        assert rows_of(index.search(hashes[:50], radius=31)) == expected


@pytest.mark.usefixtures("numpy_only")
def test_without_the_compiled_kernels_the_answers_are_the_same(tmp_path: Path) -> None:
    hashes = make_hashes("photo-like", 6000, 1)
    with open_index(tmp_path, writable=True) as index:
        index.add(np.arange(6000, dtype=np.uint64), hashes)
        scanned = rows_of(index.search(hashes[:20], radius=31))
        index.compact()
        assert rows_of(index.search(hashes[:20], radius=31)) == scanned
        assert not loading.KERNELS.are_loaded


def test_what_cannot_be_asked_is_refused_with_a_sentence(tmp_path: Path) -> None:
    good = make_hashes("random", 2, 1)
    with open_index(tmp_path, writable=True) as index:
        for wrong in [good[:, :31], good.astype(np.int8), good[0]]:
            with pytest.raises(InputError, match="32 columns"):
                index.search(wrong, radius=31)
        for radius in (-1, 257):
            with pytest.raises(InputError, match="radius"):
                index.search(good, radius=radius)
        with pytest.raises(InputError, match="8 orientations"):
            index.search_orientations(good[None], radius=31)
        with pytest.raises(InputError, match="uint64"):
            index.add(np.array([1, 2]), good)
        with pytest.raises(InputError, match="one value and one timestamp"):
            index.add(ids_of(1), good)
        with pytest.raises(InputError, match="uint32"):
            index.add(ids_of(1, 2), good, timestamps_ms=np.array([1, 2]))
    with open_index(tmp_path) as reader, pytest.raises(ConfigurationError, match="reading only"):
        reader.add(ids_of(1, 2), good)


def test_a_reader_process_sees_what_a_writer_adds_and_merges(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "SEAL_ROWS", 16)
    script = (
        "import sys, pathlib, numpy as np\n"
        "from cairn.index import open_index\n"
        "with open_index(pathlib.Path(sys.argv[1])) as index:\n"
        "    for line in sys.stdin:\n"
        "        print(len(index.search(np.zeros((1, 32), np.uint8), radius=256)), flush=True)\n"
    )
    with (
        subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
        open_index(tmp_path, writable=True) as index,
    ):
        assert process.stdin is not None
        assert process.stdout is not None
        hashes = make_hashes("random", 200, 1)
        for done in range(0, 200, 5):
            index.add(np.arange(done, done + 5, dtype=np.uint64), hashes[done : done + 5])
            process.stdin.write("\n")
            process.stdin.flush()
            assert int(process.stdout.readline()) == done + 5
        process.stdin.close()


def test_a_damaged_segment_is_named_and_the_rest_stays_usable(tmp_path: Path, compiled: None) -> None:
    hashes = make_hashes("random", 6000, 1)
    ids = np.arange(6000, dtype=np.uint64)
    with open_index(tmp_path, writable=True) as index:
        index.add(ids[:5000], hashes[:5000])
        index.compact()
        index.add(ids[5000:], hashes[5000:])
    segment = next(tmp_path.glob("segment-*"))
    whole = segment.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) - 5000] ^= 1
    segment.write_bytes(flipped)
    with open_index(tmp_path) as reader:
        assert "checksum" in reader.verify().damaged[segment.name]
        with open_index(tmp_path, writable=True) as index:
            assert segment.name in index.verify().damaged
        assert reader.coverage().damaged == (segment.name,)
        assert reader.search(hashes, radius=0).id.tolist() == ids[5000:].tolist()
        for damage in [
            flipped[:20],
            flipped[:-1],
            b"\0" * len(whole),
            bytes([*whole[:8], 9, *whole[9:]]),
            None,
        ]:
            if damage is None:
                segment.unlink()
            else:
                segment.write_bytes(damage)
            with open_index(tmp_path) as other:
                assert other.coverage().damaged == (segment.name,)
                assert len(other.search(hashes, radius=0)) == 1000
        covered = rebuild_index(tmp_path, [Rows(ids, np.zeros(6000, np.uint32), hashes), no_rows(32)])
        assert covered.is_complete
        assert len(reader.search(hashes, radius=0)) == 6000
        assert not reader.verify().damaged


@pytest.mark.parametrize("position", range(4100, 4100 + 4 * 5000 * 8, 16001))
def test_any_flipped_bit_of_a_segment_is_found(tmp_path: Path, position: int) -> None:
    with open_index(tmp_path, writable=True) as index:
        index.add(np.arange(5000, dtype=np.uint64), make_hashes("random", 5000, 1))
        index.compact()
        segment = next(tmp_path.glob("segment-*"))
        content = bytearray(segment.read_bytes())
        content[position + 3 * 4096] ^= 16
        segment.write_bytes(content)
        assert segment.name in index.verify().damaged
        assert index.coverage().damaged == (segment.name,)


def test_a_damaged_manifest_is_refused_and_rebuilt(tmp_path: Path) -> None:
    hashes = make_hashes("random", 10, 1)
    ids = np.arange(10, dtype=np.uint64)
    with open_index(tmp_path, writable=True) as index:
        index.add(ids, hashes)
    manifest = tmp_path / "manifest"
    manifest.write_bytes(manifest.read_bytes().replace(b"journal", b"jounral"))
    for writable in (False, True):
        with pytest.raises(IntegrityError, match="manifest is damaged"):
            open_index(tmp_path, writable=writable)
    assert rebuild_index(tmp_path, [Rows(ids, np.zeros(10, np.uint32), hashes)]).entries == 10
    with open_index(tmp_path) as index:
        assert len(index.search(hashes, radius=0)) == 10


def test_threads_may_search_while_entries_are_added_and_merged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name, value in [(writer, "SEAL_ROWS", 64), (merging, "SEAL_ROWS", 64)]:
        monkeypatch.setattr(module, name, value)
    hashes = make_hashes("random", 1500, 1)
    ids = np.arange(1500, dtype=np.uint64)
    done = Event()

    def keep_asking(index: Index) -> int:
        most = 0
        while not done.is_set():
            found = len(index.search(hashes, radius=0))
            assert found >= most
            most = found
        return most

    with (
        open_index(tmp_path, writable=True) as index,
        open_index(tmp_path) as reader,
        ThreadPoolExecutor(4) as executor,
    ):
        asking = [executor.submit(keep_asking, one) for one in (index, reader, reader, index)]
        try:
            for start in range(0, 1500, 30):
                index.add(ids[start : start + 30], hashes[start : start + 30])
            index.compact()
        finally:
            done.set()
        assert all(one.result() <= 1500 for one in asking)
        assert len(reader.search(hashes, radius=0)) == 1500
