from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.errors import ConfigurationError, InputError, IntegrityError
from cairn.index import codebook as codebooks
from cairn.index.codebook import BLOCK_CODES
from cairn.index.codebook_training import train
from cairn.index.local import FirstStage, LocalIndex, create_local, open_local
from cairn.index.local_nearest import NOWHERE, Near, nearest
from cairn.index.local_rows import CODE_BYTES, KEPT_FEATURES, VALUE_BYTES, described, repeats
from cairn.index.local_segment import ENTRY_BYTES, LocalSegment, LocalShape, put_into
from cairn.index.local_votes import Hits, once, scores
from cairn.index.rows import Rows, no_rows
from cairn.index.snapshot import live_rows
from cairn.index.tail import TailView
from cairn.types import LocalFeatures

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

STAGE = FirstStage(
    "test/1", asked=550, probes=16, fewest=4, enough=32_768, most=20, recall=1.0, source="these tests"
)
CELLS = 32


def picture(seed: int, *, count: int = 400) -> LocalFeatures:
    """So many features of no picture at all, each unlike the others."""
    rng = np.random.default_rng(seed)
    places = rng.integers(0, 64 * 500, (count, 2))
    sizes = rng.integers(8000, 24000, count)
    angles = rng.integers(0, 65536, count)
    points = np.column_stack([places, sizes, angles]).astype("<u2")
    descriptions = np.minimum(rng.exponential(30, (count, 128)), 255).astype(np.uint8)
    return LocalFeatures(500, 500, points.tobytes(), descriptions.tobytes())


def altered(features: LocalFeatures, *, kept: int, turn: int = 5000, seed: int = 1) -> LocalFeatures:
    """Some of the features, turned, made smaller and with other noise, among as many strange ones."""
    rng = np.random.default_rng(seed)
    points = np.frombuffer(features.points, "<u2").reshape(-1, 4)[:kept].astype(np.int64)
    points[:, 3] = (points[:, 3] + turn) % 65536
    points[:, 2] -= 4096
    noise = rng.normal(0, 6, (kept, 128))
    descriptions = np.frombuffer(features.descriptors, np.uint8).reshape(-1, 128)[:kept] + noise
    strange = picture(seed + 90_000, count=kept)
    return LocalFeatures(
        500,
        500,
        points.astype("<u2").tobytes() + strange.points,
        np.clip(descriptions, 0, 255).astype(np.uint8).tobytes() + strange.descriptors,
    )


def mirrored(features: LocalFeatures) -> LocalFeatures:
    points = np.frombuffer(features.points, "<u2").reshape(-1, 4).astype(np.int64)
    points[:, 3] = (32768 - points[:, 3]) % 65536
    cells = np.frombuffer(features.descriptors, np.uint8).reshape(-1, 4, 4, 8)
    turned = np.ascontiguousarray(cells[:, ::-1][..., -np.arange(8) % 8])
    return LocalFeatures(500, 500, points.astype("<u2").tobytes(), turned.tobytes())


def examples_of_a_codebook() -> Iterator[LocalFeatures]:
    return (picture(seed) for seed in range(1000, 1026))


@pytest.fixture(scope="module")
def codebook() -> codebooks.Codebook:
    examples = np.concatenate([described(features).descriptions for features in examples_of_a_codebook()])
    return train(examples, cells=CELLS)


@pytest.fixture
def folder(tmp_path: Path, codebook: codebooks.Codebook) -> Path:
    codebooks.save(tmp_path / "local", codebook)
    return tmp_path / "local"


@pytest.fixture
def index(folder: Path) -> Iterator[LocalIndex]:
    with open_local(folder, writable=True) as opened:
        yield opened


def found(index: LocalIndex, features: LocalFeatures) -> list[int]:
    return [int(media) for media in index.candidates(features, stage=STAGE).id]


def test_an_altered_picture_finds_its_original_first(index: LocalIndex) -> None:
    index.add((media, picture(media)) for media in range(1, 31))
    for media in (1, 17, 30):
        answer = index.candidates(altered(picture(media), kept=60), stage=STAGE)
        assert answer.id[0] == media
        assert not answer.is_mirrored[0]
        assert answer.agreeing[0] > 3 * answer.agreeing[1]
        assert answer.votes[0] >= answer.agreeing[0] * 0.99
        assert len(answer) <= STAGE.most
        assert answer.stage is STAGE


def test_a_mirrored_picture_finds_its_original_too(index: LocalIndex) -> None:
    index.add((media, picture(media)) for media in range(1, 11))
    answer = index.candidates(mirrored(altered(picture(4), kept=60)), stage=STAGE)
    assert answer.id[0] == 4
    assert answer.is_mirrored[0]


def test_what_was_added_is_found_at_once_after_sealing_and_by_a_reader(folder: Path) -> None:
    with open_local(folder, writable=True) as index:
        index.add([(7, picture(7))])
        assert found(index, picture(7))[0] == 7
        index.compact()
        index.add([(8, picture(8))])
        assert found(index, picture(7))[0] == 7
        assert found(index, picture(8))[0] == 8
        with open_local(folder) as reader:
            assert found(reader, picture(8))[0] == 8
            index.add([(9, picture(9))])
            answer = reader.candidates(picture(9), stage=STAGE)
            assert answer.id[0] == 9
            assert answer.coverage.entries == 3 * 400
            assert answer.coverage.is_complete


def test_what_was_removed_is_not_found(index: LocalIndex) -> None:
    index.add((media, picture(media)) for media in range(1, 6))
    index.compact()
    index.add([(6, picture(6))])
    index.remove(np.array([3, 6], np.uint64))
    for media in (3, 6):
        assert media not in found(index, picture(media))
    index.compact()
    assert 3 not in found(index, picture(3))
    assert index.stats().live_entries == 4 * 400


def test_a_removed_picture_can_be_added_again(index: LocalIndex) -> None:
    index.add([(1, picture(1))])
    index.remove(np.array([1], np.uint64))
    index.add([(1, picture(1))])
    assert found(index, picture(1)) == [1]
    index.remove(np.array([1], np.uint64))
    assert found(index, picture(1)) == []
    index.add([(1, picture(1))])
    assert found(index, picture(1)) == [1]


def test_nothing_is_found_in_nothing_and_by_nothing(index: LocalIndex) -> None:
    assert found(index, picture(1)) == []
    index.add([(1, picture(1)), (2, LocalFeatures(9, 9, b"", b""))])
    assert found(index, LocalFeatures(9, 9, b"", b"")) == []
    assert index.coverage().entries == 400


def test_a_damaged_file_is_named_and_what_it_held_is_not_found(folder: Path) -> None:
    with open_local(folder, writable=True) as index:
        index.add([(1, picture(1))])
        index.compact()
        (segment,) = folder.glob("segment-*")
        whole = bytearray(segment.read_bytes())
        whole[-5000] ^= 0xFF
        segment.write_bytes(whole)
        assert segment.name in index.verify().damaged
        answer = index.candidates(picture(1), stage=STAGE)
        assert not answer.coverage.is_complete
        assert len(answer) == 0


def test_a_picture_takes_what_is_said_and_no_more(folder: Path) -> None:
    with open_local(folder, writable=True) as index:
        index.add((media, picture(media, count=1000)) for media in range(60))
        index.compact()
        (segment,) = folder.glob("segment-*")
        assert KEPT_FEATURES * ENTRY_BYTES == 13_200
        assert index.coverage().entries == 60 * KEPT_FEATURES
        assert segment.stat().st_size < 60 * 14_000


def test_an_index_of_another_codebook_is_refused(folder: Path, codebook: codebooks.Codebook) -> None:
    with open_local(folder, writable=True) as index:
        index.add([(1, picture(1))])
    codebooks.save(folder, replace(codebook, cells=codebook.cells + 1))
    with pytest.raises(IntegrityError, match="is expected"):
        open_local(folder)


def test_a_folder_without_a_codebook_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no codebook yet"):
        open_local(tmp_path)


def test_a_codebook_is_made_once_from_enough_and_the_same_from_the_same_features(
    tmp_path: Path, codebook: codebooks.Codebook
) -> None:
    with pytest.raises(InputError, match="at least 10,000 features"):
        create_local(tmp_path, [picture(1)], cells=CELLS)
    create_local(tmp_path, examples_of_a_codebook(), cells=CELLS)
    assert codebooks.load(tmp_path).mark == codebook.mark
    assert len(codebook.mark) == 8
    with pytest.raises(InputError, match="already"):
        create_local(tmp_path, examples_of_a_codebook(), cells=CELLS)
    with open_local(tmp_path) as index:
        assert found(index, picture(1)) == []
        with pytest.raises(ConfigurationError, match="reading only"):
            index.add([(1, picture(1))])


@pytest.mark.parametrize("cells", [0, 65_537])
def test_a_number_of_cells_that_cannot_be_is_refused(cells: int) -> None:
    with pytest.raises(InputError, match="1 to 65,536 cells"):
        train(np.zeros((20_000, 128), np.float32), cells=cells)


@given(st.integers(0, 300), st.integers(0, 10_000))
def test_a_segment_holds_the_rows_that_were_written(
    tmp_path_factory: pytest.TempPathFactory, codebook: codebooks.Codebook, count: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 256, (count, VALUE_BYTES)).astype(np.uint8)
    values[:, 0], values[:, 1] = values[:, 0] % CELLS, 0
    ids = rng.integers(0, 2**64 - 1, 5, dtype=np.uint64)[rng.integers(0, 5, count)]
    path = tmp_path_factory.mktemp("segment") / "segment-00000001.cairn"
    shape = LocalShape(codebook)
    shape.write(path, Rows(ids, np.zeros(count, np.uint32), values), np.array([5], np.uint64))
    segment = shape.open(path)
    rows = segment.rows()
    assert len(segment) == count
    assert segment.removed.tolist() == [5]
    assert sorted(zip(rows.ids.tolist(), rows.values.tolist(), strict=True)) == sorted(
        zip(ids.tolist(), values.tolist(), strict=True)
    )
    few = np.unique(ids)[:2]
    assert segment.count_without(few) == count - np.isin(ids, few).sum()
    made = codebooks.engine(codebook, codebooks.coarse(codebook))
    in_memory = codebooks.own_lists(made)
    assert put_into(in_memory, rows).tolist() == np.unique(ids).tolist()
    for cell in range(CELLS):
        size = segment.lists.list_size(cell)
        assert size == in_memory.list_size(cell) == (values[:, 0] == cell).sum()
        length = -(-size // BLOCK_CODES) * BLOCK_CODES * CODE_BYTES
        mapped = faiss.rev_swig_ptr(segment.lists.get_codes(cell), length)
        assert mapped.tolist() == faiss.rev_swig_ptr(in_memory.get_codes(cell), length).tolist()


@pytest.mark.parametrize("count", [1, 2, 31, 33])
def test_the_nearest_cells_are_found_however_few_there_are(codebook: codebooks.Codebook, count: int) -> None:
    apart = np.arange(count, dtype=np.float32)[:, np.newaxis] / np.float32(8)
    some = replace(codebook, cells=np.resize(codebook.cells, (count, 128)).astype(np.float32) + apart)
    asking = np.random.default_rng(count).integers(0, 160, (50, 128)).astype(np.float32)
    _, truth = faiss.knn(asking, np.ascontiguousarray(some.cells, np.float32), min(count, 3))
    assert codebooks.coarse(some).nearest(asking, min(count, 3)).tolist() == truth.tolist()


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_a_merge_holds_what_lives_in_its_parts(
    tmp_path_factory: pytest.TempPathFactory, codebook: codebooks.Codebook, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    folder, shape = tmp_path_factory.mktemp("merge"), LocalShape(codebook)
    parts: list[LocalSegment | TailView] = []
    rows = no_rows(VALUE_BYTES)
    for number in range(3):
        values = rng.integers(0, 256, (int(rng.integers(0, 90)), VALUE_BYTES)).astype(np.uint8)
        values[:, 0], values[:, 1] = values[:, 0] % CELLS, 0
        ids = rng.integers(0, 9, len(values), dtype=np.uint64)
        rows, gone = Rows(ids, np.zeros(len(ids), np.uint32), values), np.unique(rng.integers(0, 20, 2))
        shape.write(folder / str(number), rows, gone.astype(np.uint64))
        parts.append(shape.open(folder / str(number)))
    parts.append(TailView("journal", rows, rng.random(len(rows)) < 0.5, np.empty(0, np.uint64)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cairn.index.local_writing.STRETCH_FEATURES", 20)
        length = shape.merge(folder / "merged", parts, np.array([77], np.uint64))
    merged, lived = shape.open(folder / "merged"), live_rows(parts, VALUE_BYTES)
    assert merged.damage() is None
    assert (length, merged.removed.tolist()) == ((folder / "merged").stat().st_size, [77])
    assert sorted(zip(merged.rows().ids.tolist(), merged.rows().values.tolist(), strict=True)) == sorted(
        zip(lived.ids.tolist(), lived.values.tolist(), strict=True)
    )
    assert (
        merged.count_without(np.array([0, 3, 8], np.uint64)) == (~np.isin(merged.rows().ids, [0, 3, 8])).sum()
    )


def hidden_from_a_hundred(media: NDArray[np.uint64]) -> NDArray[np.int8]:
    return (media >= 100).astype(np.int8)


def test_a_crowd_of_hidden_copies_pushes_no_visible_one_out(index: LocalIndex) -> None:
    index.add([(1, picture(1))])
    index.add((100 + number, picture(1)) for number in range(40))
    index.compact()
    asked = altered(picture(1), kept=60)
    visible, hidden = index.grouped(asked, stage=STAGE, groups=2, group_of=hidden_from_a_hundred)
    assert visible.id.tolist()[0] == 1
    assert len(hidden) == STAGE.most


def shaken(features: LocalFeatures, *, by: float, seed: int) -> LocalFeatures:
    """The same features with other noise."""
    exact = np.frombuffer(features.descriptors, np.uint8).astype(np.float64)
    noise = np.random.default_rng(seed).normal(0, by, len(exact))
    return replace(features, descriptors=np.clip(exact + noise, 0, 255).astype(np.uint8).tobytes())


def test_far_ones_in_another_file_do_not_stand_for_near_ones_behind_hidden_copies(index: LocalIndex) -> None:
    asked = picture(1, count=60)
    index.add([(1, shaken(asked, by=6, seed=1))])
    index.add((100 + number, shaken(asked, by=1, seed=number)) for number in range(120))
    index.compact()
    index.add((2 + number, shaken(asked, by=25, seed=number)) for number in range(30))
    visible, _ = index.grouped(asked, stage=STAGE, groups=2, group_of=hidden_from_a_hundred)
    assert visible.id.tolist()[0] == 1


def test_what_belongs_to_no_group_is_answered_in_none(index: LocalIndex) -> None:
    index.add([(1, picture(1)), (2, picture(2))])
    (found,) = index.grouped(
        picture(1),
        stage=STAGE,
        groups=1,
        group_of=lambda media: np.where(media == 1, -1, 0).astype(np.int8),
    )
    assert found.id.tolist() == [2]


def test_what_was_removed_and_not_merged_yet_pushes_nothing_out_either(index: LocalIndex) -> None:
    index.add([(1, picture(1))])
    index.add((100 + number, picture(1)) for number in range(40))
    index.compact()
    index.remove(np.arange(100, 140, dtype=np.uint64))
    assert index.candidates(altered(picture(1), kept=60), stage=STAGE).id.tolist() == [1]


def test_what_a_picture_repeats_is_kept_last() -> None:
    plain = picture(1, count=KEPT_FEATURES + 20)
    letters = np.frombuffer(plain.descriptors, np.uint8).reshape(-1, 128).copy()
    letters[:20] = letters[0]
    kept = described(LocalFeatures(500, 500, plain.points, letters.tobytes()))
    assert len(kept) == KEPT_FEATURES
    assert repeats(letters.astype(np.float32))[:21].tolist() == [19] * 20 + [0]
    assert not (kept.descriptions == letters[0]).all(axis=1).any()


def hits(rows: list[tuple[int, int, float]]) -> Hits:
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    nothing = np.zeros(len(rows), np.int64)
    return Hits(
        np.array(columns[0], np.int64),
        np.array(columns[1], np.uint64),
        np.array(columns[2], np.float32),
        nothing,
        nothing,
    )


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 50).map(float)), max_size=40))
def test_votes_are_those_counted_one_by_one(rows: list[tuple[int, int, float]]) -> None:
    voted = once(hits(rows))
    best: dict[tuple[int, int], float] = {}
    for query, media, distance in rows:
        best[query, media] = min(best.get((query, media), distance), distance)
    assert (
        dict(
            zip(
                zip(voted.query.tolist(), voted.media.tolist(), strict=True),
                voted.squared.tolist(),
                strict=True,
            )
        )
        == best
    )


@given(st.integers(0, 10_000), st.integers(0, 9), st.integers(1, 9))
def test_every_feature_keeps_the_nearest_of_what_may_be_answered(seed: int, columns: int, most: int) -> None:
    rng = np.random.default_rng(seed)
    squared = rng.integers(0, 9, (3, columns)).astype(np.float32)
    squared[rng.random(squared.shape) < 0.2] = NOWHERE
    media = rng.integers(1, 5, squared.shape).astype(np.uint64)
    geometry = rng.integers(0, 1 << 32, squared.shape).astype(np.uint64)
    which = rng.random(squared.shape) < 0.7
    query = described(picture(1, count=3))
    kept = nearest(Near(squared, media, geometry, np.full(3, NOWHERE)), which, query, most=most)
    for feature in range(3):
        mine = squared[feature][which[feature] & (squared[feature] < NOWHERE)]
        assert sorted(kept.squared[kept.query == feature].tolist()) == sorted(mine.tolist())[:most]
    answered = zip(
        *(getattr(kept, name).tolist() for name in ("query", "media", "squared", "turn")), strict=True
    )
    for feature, owner, distance, turn in answered:
        angle = (geometry[feature] & np.uint64(255)).astype(np.int64) - int(query.geometry[feature, 0])
        assert ((media[feature] == owner) & (squared[feature] == distance) & (angle == turn)).any()


@given(st.integers(0, 10_000), st.integers(0, 4), st.integers(0, 4))
def test_features_that_are_asked_again_have_the_new_rows_and_no_others(
    seed: int, short: int, long: int
) -> None:
    rng = np.random.default_rng(seed)

    def near(rows: int, columns: int) -> Near:
        media, geometry = rng.integers(1, 99, (2, rows, columns)).astype(np.uint64)
        return Near(
            rng.random((rows, columns)).astype(np.float32),
            media,
            geometry,
            rng.random(rows).astype(np.float32),
        )

    def what_is_there(of: Near, row: int) -> tuple[list[tuple[float, int, int]], float]:
        columns = (of.squared[row].tolist(), of.media[row].tolist(), of.geometry[row].tolist())
        return [each for each in zip(*columns, strict=True) if each[0] < np.inf], float(of.seen_to[row])

    first, more = near(3, short), near(2, long)
    made = first.replaced(np.array([2, 0]), more)
    expected = [(more, 1), (first, 1), (more, 0)]
    assert [what_is_there(made, row) for row in range(3)] == [what_is_there(*each) for each in expected]


@given(st.integers(0, 10_000), st.integers(1, 3))
def test_a_picture_that_is_left_out_has_no_more_agreeing_votes_than_the_wanted_ones(
    seed: int, most: int
) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(0, 400))
    columns = (rng.integers(0, 20, count), rng.integers(0, 60, count).astype(np.uint64))
    made = once(Hits(*columns, rng.random(count).astype(np.float32), *rng.integers(0, 90, (2, count))))
    media, agreeing, votes = scores(made, most=most)
    everybody, all_agreeing, all_votes = scores(made, most=60)
    assert everybody.tolist() == np.unique(columns[1]).tolist()
    assert np.sort(agreeing)[-most:].tolist() == np.sort(all_agreeing)[-most:].tolist()
    place = np.searchsorted(everybody, media)
    assert (agreeing.tolist(), votes.tolist()) == (all_agreeing[place].tolist(), all_votes[place].tolist())


def test_votes_that_agree_in_turn_and_size_outweigh_as_many_that_do_not() -> None:
    query = np.tile(np.arange(30), 2)
    media = np.repeat(np.array([1, 2], np.uint64), 30)
    rng = np.random.default_rng(1)
    turn = np.concatenate([np.full(30, 250) + rng.integers(0, 12, 30), rng.integers(0, 256, 30)])
    octaves = np.concatenate([np.full(30, -15), rng.integers(-60, 60, 30)])
    found_media, agreeing, votes = scores(
        Hits(query, media, np.full(60, 1.0, np.float32), turn, octaves), most=20
    )
    assert found_media.tolist() == [1, 2]
    # All equally far: every weight is 0, so give each feature one farther hit.
    assert agreeing.tolist() == [0, 0]
    squared = np.concatenate([np.full(30, 1.0), np.full(30, 1.0)]).astype(np.float32)
    far = Hits(
        np.arange(30), np.full(30, 3, np.uint64), np.full(30, 4.0, np.float32), turn[:30] * 0, octaves[:30]
    )
    both = Hits(
        np.concatenate([query, far.query]),
        np.concatenate([media, far.media]),
        np.concatenate([squared, far.squared]),
        np.concatenate([turn, far.turn]),
        np.concatenate([octaves, far.octaves]),
    )
    _, agreeing, votes = scores(both, most=20)
    assert agreeing[0] == pytest.approx(30 * 0.75)
    assert votes[1] == pytest.approx(30 * 0.75)
    assert agreeing[1] < 0.3 * agreeing[0]
