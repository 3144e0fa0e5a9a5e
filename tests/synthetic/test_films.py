"""Films are small, the same every time, and the answer of a check names whose seconds they show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.services.checking.check import check
from cairn.services.checking.planning import CheckRequest
from cairn.services.demonstration.films import register_film
from cairn.services.directory.acting import operator_of
from cairn.services.footage.video_pass import VideosFor
from cairn.services.series.opening import create_series
from cairn.synthetic import plot
from cairn.synthetic.films import CLIP, COMPILATION, STILL, STRETCHES, write_films
from cairn.synthetic.truth import Alteration, Story
from services.footage.in_process import InProcessVideos
from services.seizures import by_name, unit
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


def test_a_check_names_the_series_of_the_seconds_that_are_shown(sqlite_node: Node, tmp_path: Path) -> None:
    empty = Story(2026, plot.NL.code, (), tmp_path / "seizure", {})
    story = write_films(tmp_path, empty)
    assert {each.alteration for each in story.expected.values()} == {
        *(Alteration.CUT_OUT, Alteration.PUT_INTO, Alteration.STILL)
    }
    films = (story.films[0].path, *(story.seizure / name for name in (CLIP, COMPILATION, STILL)))
    assert max(path.stat().st_size for path in films) < 4_000_000
    unit(sqlite_node, plot.BR.code)
    owner = operator_of(sqlite_node, plot.BR.code)
    for each in STRETCHES:
        create_series(each.series, actor=owner)
    said = register_film(sqlite_node, story.films[0], by=owner, open_videos=InProcessVideos)
    assert said == "BR-DEMO has registered a film, of which 2 series have seconds."
    answer = check(
        sqlite_node,
        CheckRequest((story.seizure,), case="DEMO-1", videos=VideosFor.WHOLE),
        open_pool=InProcessPool,
        open_videos=InProcessVideos,
    )
    names = {met.facts.id: met.facts.name for met in answer.series}
    found = by_name(answer)
    assert {str(file.verdict) for file in answer.files} == {"similar"}
    (still,) = found["from the film.jpg"].matches
    assert [names[each] for each in still.series] == [STRETCHES[0].series]
    for name, expected in (("clip.mp4", [0, 1]), ("best of.mp4", [0])):
        video = found[name].video
        assert video is not None
        told = [names[each] for part in video.parts for each in part.series]
        assert told == [STRETCHES[each].series for each in expected]
    with pytest.raises(FileExistsError):
        write_films(tmp_path, story)
