"""The demonstration fails where its answer is not the truth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cairn.cli import demo
from cairn.records.sightings import Sighting
from cairn.services.demonstration import Difference, differences, fill_node
from cairn.services.series.names import find_series
from cairn.services.series.opening import list_series
from cairn.services.series.page import series_page
from cairn.services.statistics import statistics
from cairn.statistics import Scope
from cairn.synthetic.truth import Alteration, DemoAuthority, DemoSeries, Expected, Holding, Story
from cairn.types import Handling, SeriesStatus, Verdict
from pictures import drawn, save

if TYPE_CHECKING:
    from pathlib import Path

NL = DemoAuthority("NL-DEMO", "Demo unit Netherlands", "NL", "desk@nl-demo.example")
JP = DemoAuthority("JP-DEMO", "Demo unit Japan", "JP", "desk@jp-demo.example")


@pytest.fixture
def story(tmp_path: Path) -> Story:
    series = DemoSeries("Bridge", SeriesStatus.SAFEGUARDED, Handling.NAMED, named_to="NL-DEMO")
    for number, folder in enumerate(("bridge", "loose", "good")):
        save(drawn(number), tmp_path / folder / "1.jpg")
    return Story(
        seed=1,
        asker="NL-DEMO",
        holdings=(
            Holding(JP, "JP-1", series, tmp_path / "bridge"),
            Holding(NL, "NL-1", None, tmp_path / "loose"),
            Holding(NL, "NL-2", None, tmp_path / "good", irrelevant=True),
        ),
        seizure=tmp_path / "seizure",
        expected={
            "a.jpg": Expected(Verdict.NEW, None, Alteration.NONE),
            "b.jpg": Expected(Verdict.KNOWN, None, Alteration.EXACT_COPY),
        },
    )


def test_a_node_is_filled_with_what_every_authority_holds(story: Story, tmp_path: Path) -> None:
    said: list[str] = []
    node = fill_node(tmp_path / "node", story, workers=1, told=said.append)
    assert node.authority.code == "NL-DEMO"
    assert [(row.name, row.owner, row.media) for row in list_series(node.operator)] == [
        ("Bridge", "JP-DEMO", 1)
    ]
    assert said == [
        "JP-DEMO has registered the series Bridge (safeguarded, named).",
        "NL-DEMO has registered files of case NL-1, in no series yet.",
        "NL-DEMO has registered a list of known-good files.",
        (
            "Two years have passed: 0 sightings of what others hold, 36 victims identified, "
            "18 offenders identified."
        ),
    ]


def test_two_years_pass_in_which_others_meet_what_the_alliance_sees(story: Story, tmp_path: Path) -> None:
    bridge = story.holdings[0]
    assert bridge.series is not None
    shared = replace(bridge, series=replace(bridge.series, handling=Handling.ALLIANCE, named_to=None))
    node = fill_node(tmp_path / "node", replace(story, holdings=(shared, *story.holdings[1:])), workers=1)
    found = statistics(node.operator, scope=Scope.ALLIANCE).figures
    values = {figure.name: {cell.key: cell.value for cell in figure.cells} for figure in found}
    met = Sighting.objects.exclude(authority__code__in=["NL-DEMO", "JP-DEMO"])
    assert set(met.values_list("source", flat=True)) == {"seizure", "hotline-report", "company-report"}
    assert met.count() == 24  # The one file of the series, month by month.
    assert values["units"] == {"recorded": 4, "connected": 3}
    assert values["countries"]["members without a unit"] == 2
    assert values["victims-total"] == {"ever": 36}
    page = series_page(find_series("JP-DEMO/Bridge", actor=node.operator), actor=node.operator)
    assert page.status == SeriesStatus.SAFEGUARDED


def test_every_file_whose_verdict_is_not_the_truth_is_named(story: Story) -> None:
    assert differences(story, {"a.jpg": "new", "b.jpg": "known"}) == ()
    assert differences(story, {"b.jpg": "new", "c.jpg": "new"}) == (
        Difference("a.jpg", "new", "missing"),
        Difference("b.jpg", "known", "new"),
        Difference("c.jpg", "no such file", "new"),
    )


def test_an_answer_that_is_not_the_truth_ends_the_demonstration_with_1(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        demo._judge(story, {"a.jpg": "known", "b.jpg": "known"})
    assert ended.value.code == 1
    assert "a.jpg: known, and in truth new" in capsys.readouterr().err
    demo._judge(story, {"a.jpg": "new", "b.jpg": "known"})
    assert "All 2 verdicts" in capsys.readouterr().out
