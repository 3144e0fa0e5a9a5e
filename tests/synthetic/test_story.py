"""The story is true: the product's own measurements, taken here only, agree with what the generator says."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.fingerprints import measure
from cairn.synthetic.story import write_story
from cairn.synthetic.truth import Alteration, Expected, Story, save_truth
from cairn.types import Fingerprints, Handling, Pdq, SeriesStatus, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MATCH_BITS = 31
APART_BITS = 60


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    return write_story(tmp_path_factory.mktemp("story"), seed=7)


@cache
def measured(path: Path) -> Fingerprints:
    return measure(path)


def bits(digests: tuple[bytes, ...]) -> np.ndarray:
    return np.unpackbits(np.frombuffer(b"".join(digests), np.uint8)).reshape(len(digests), -1)


def recorded(story: Story) -> Iterator[tuple[str | None, Path]]:
    """Every comparable recorded file, with the name of its series."""
    for holding in story.holdings:
        for path in sorted(holding.folder.iterdir()):
            if isinstance(measured(path).picture.comparison, Pdq):
                yield holding.series.name if holding.series else None, path


def nearest(story: Story, name: str) -> tuple[dict[Path, int], dict[Path, str | None]]:
    """The least distance of a file of the seizure, in any orientation, to every recorded file."""
    mine = measured(story.seizure / name).picture.comparison
    assert isinstance(mine, Pdq), f"{name} has no comparable picture"
    asked = bits(mine.hashes)
    distances, series = {}, {}
    for series_name, path in recorded(story):
        theirs = measured(path).picture.comparison
        assert isinstance(theirs, Pdq)
        distances[path] = int((asked != bits(theirs.hashes[:1])).sum(axis=1).min())
        series[path] = series_name
    return distances, series


def files_with(story: Story, *verdicts: Verdict) -> list[tuple[str, Expected]]:
    return [(name, expected) for name, expected in story.expected.items() if expected.verdict in verdicts]


def test_every_file_of_the_seizure_is_expected_and_no_other(story: Story) -> None:
    found = {p.relative_to(story.seizure).as_posix() for p in story.seizure.rglob("*") if p.is_file()}
    assert found == set(story.expected)
    assert len(found) == 150


def test_three_authorities_hold_series_in_every_state_and_handling(story: Story) -> None:
    assert [a.country for a in story.authorities] == ["NL", "BR", "JP"]
    series = [holding.series for holding in story.holdings if holding.series]
    assert {s.status for s in series} == set(SeriesStatus)
    assert {s.handling for s in series} == set(Handling)
    assert 60 <= sum(len(list(holding.folder.iterdir())) for holding in story.holdings) <= 80
    assert sum(holding.irrelevant for holding in story.holdings) == 1


def test_every_verdict_and_every_alteration_occurs(story: Story) -> None:
    assert set(Counter(e.verdict for e in story.expected.values())) == set(Verdict)
    of_films = {Alteration.CUT_OUT, Alteration.PUT_INTO, Alteration.STILL}
    assert set(Counter(e.alteration for e in story.expected.values())) == set(Alteration) - of_films
    assert sum(bool(e.hidden_series) for e in story.expected.values()) >= 9


def test_exact_copies_equal_their_record_and_nothing_else_does(story: Story) -> None:
    digests = {measured(p).digests.sha256 for h in story.holdings for p in h.folder.iterdir()}
    known = {name for name in story.expected if measured(story.seizure / name).digests.sha256 in digests}
    told = {name for name, _ in files_with(story, Verdict.IDENTIFIED, Verdict.KNOWN, Verdict.IRRELEVANT)}
    hidden = {n for n, e in story.expected.items() if e.hidden_series and n in known}
    assert known == told | hidden
    assert hidden


def test_altered_copies_are_within_reach_of_their_series_only(story: Story) -> None:
    similar = files_with(story, Verdict.SIMILAR)
    assert len(similar) == 42
    for name, expected in similar:
        distances, series = nearest(story, name)
        met = {series[path] for path, distance in distances.items() if distance <= MATCH_BITS}
        assert met == {expected.series_name}, f"{name}: {expected.alteration}"
        assert min(distances.values()) <= MATCH_BITS - 5, f"{name}: {expected.alteration} leaves no room"


def test_new_pictures_are_far_from_everything_that_the_asker_may_see(story: Story) -> None:
    for name, expected in files_with(story, Verdict.NEW):
        distances, series = nearest(story, name)
        strange = [
            d for path, d in distances.items() if series[path] != expected.hidden_series or not series[path]
        ]
        assert min(strange) > APART_BITS, name


def test_what_cannot_be_compared_cannot_and_is_recorded_nowhere(story: Story) -> None:
    for name, expected in files_with(story, Verdict.NOT_COMPARABLE):
        comparison = measured(story.seizure / name).picture.comparison
        assert not isinstance(comparison, Pdq), f"{name}: {expected.alteration}"


def test_flat_and_recorded_is_known_all_the_same(story: Story) -> None:
    known = files_with(story, Verdict.KNOWN)
    flat = [n for n, _ in known if not isinstance(measured(story.seizure / n).picture.comparison, Pdq)]
    assert flat


def test_nearly_all_photos_have_the_best_quality(story: Story) -> None:
    qualities = [
        c.quality for _, p in recorded(story) if isinstance(c := measured(p).picture.comparison, Pdq)
    ]
    assert np.mean(np.array(qualities) == 100) > 0.9


def test_a_second_story_in_the_same_place_is_refused(story: Story) -> None:
    with pytest.raises(FileExistsError):
        write_story(story.seizure.parent, seed=7)


def test_the_truth_is_saved_beside_the_seizure_and_never_in_it(story: Story, tmp_path: Path) -> None:
    save_truth(story, tmp_path / "truth.json")
    saved = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert saved["asker"] == "NL-DEMO"
    assert set(saved["files"]) == set(story.expected)
    with pytest.raises(ValueError, match="outside"):
        save_truth(story, story.seizure / "truth.json")
