"""The second pass: altered copies and other views are met, through the door, every file accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from cairn.linking.judgement import Outcome
from cairn.linking.points import PlaceAgrees, PointsAgree
from cairn.records.alerts import Alert
from cairn.records.features import Features, PendingFeatures
from cairn.records.lock import as_the_node
from cairn.records.media import Media
from cairn.records.users import Actor
from cairn.services.answering.answer_json import as_json
from cairn.services.features import comparing
from cairn.services.features.second_pass import FeaturesFor
from cairn.services.judgements.judge import Named, judge
from cairn.services.series.opening import create_series
from cairn.types import Handling, Verdict
from pictures import save
from services.alerting.records import series as series_of
from services.features.rooms import cut, view
from services.seizures import by_name, hold, run, unit, verdicts
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


@pytest.fixture(scope="module")
def drawn_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A held room, a crop of it, another view of it, and another room."""
    folder = tmp_path_factory.mktemp("rooms")
    save(view(0), folder / "held.png")
    save(cut(view(0)), folder / "asked" / "crop.jpg", quality=70)
    save(view(0, standing=1), folder / "asked" / "view.jpg", quality=90)
    save(view(1), folder / "asked" / "other.jpg", quality=90)
    return folder


NEW = FeaturesFor.NEW


def test_what_hashes_call_new_is_met_by_its_points_and_the_kind_of_link_is_named(
    node: Node, drawn_once: Path
) -> None:
    unit(node, "BR-UNIT")
    hold(node, drawn_once / "held.png", authority="BR-UNIT", features=NEW)
    assert set(verdicts(run(node, drawn_once / "asked")).values()) == {"new"}
    answer = run(node, drawn_once / "asked", features=NEW)
    files = by_name(answer)
    assert verdicts(answer) == {"crop.jpg": "similar", "view.jpg": "similar", "other.jpg": "new"}
    (crop,) = files["crop.jpg"].matches
    assert isinstance(crop.evidence, PointsAgree)
    assert [holder.authority for holder in crop.holders] == ["BR-UNIT"]
    (other_view,) = files["view.jpg"].matches
    assert isinstance(other_view.evidence, PlaceAgrees)
    details = answer.details
    assert details is not None
    assert (details.asked, details.compared, details.is_complete) == (3, 3, True)
    rows = {row["address"].rpartition("/")[2]: row for row in as_json(answer)["files"]}  # type: ignore[attr-defined]  # a list of rows
    assert rows["crop.jpg"]["matches"][0]["evidence"]["link"] == "duplicate"
    assert rows["view.jpg"]["matches"][0]["evidence"]["link"] == "scene"
    assert rows["view.jpg"]["matches"][0]["evidence"]["points"]["likelihood_ratio"] >= 300


def test_a_series_that_the_asker_may_not_see_leaves_no_trace_and_its_owner_is_told(
    node: Node, drawn_once: Path
) -> None:
    create_series("Stone", actor=Actor.operator(unit(node, "BR-UNIT")), handling=Handling.BLIND)
    hold(node, drawn_once / "held.png", authority="BR-UNIT", series="Stone", features=NEW)
    before = Alert.objects.count()
    answer = run(node, drawn_once / "asked", features=NEW)
    assert set(verdicts(answer).values()) == {"new"}
    assert answer.series == ()
    with as_the_node("a test"):
        (alert,) = Alert.objects.order_by("pk")[before:]
    assert alert.facts["similar"] == 2
    assert alert.facts["asker_told"] is False


def test_what_is_hidden_takes_no_place_from_what_is_visible(
    sqlite_node: Node, drawn_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = unit(sqlite_node, "BR-UNIT")
    for number in range(3):
        shade = Image.fromarray(np.clip(np.asarray(view(0)).astype(int) + number, 0, 255).astype(np.uint8))
        save(shade, tmp_path / f"{number}.png")
        hold(sqlite_node, tmp_path / f"{number}.png", authority="BR-UNIT", features=FeaturesFor.ALWAYS)
    _, *others = Media.objects.order_by("pk")
    for media in others:
        series_of(owner, media, name=f"S{media.pk}", handling=Handling.BLIND)
    monkeypatch.setattr(comparing, "HIDDEN_S", 0.0)
    answer = run(sqlite_node, drawn_once / "asked" / "crop.jpg", features=NEW)
    (file,) = answer.files
    assert [match.media for match in file.matches] == [1]
    assert file.verdict is Verdict.SIMILAR


def test_a_rejected_pair_is_left_out_in_its_own_kind_alone(sqlite_node: Node, drawn_once: Path) -> None:
    hold(sqlite_node, drawn_once / "held.png", authority="NL-UNIT", features=NEW)
    run(sqlite_node, drawn_once / "asked", features=NEW, case="K2", register=True)
    held = Media.objects.get(media_type="image/png")
    answer = run(sqlite_node, drawn_once / "asked" / "crop.jpg", features=FeaturesFor.ALWAYS)
    (file,) = answer.files
    assert file.digests is not None
    assert file.digests.sha256 is not None
    assert held.sha256 is not None
    named = Named(file.digests.sha256.hex(), bytes(held.sha256).hex())
    judge(named, Outcome.REJECTED, reason="another picture", actor=sqlite_node.operator)
    (file,) = run(sqlite_node, drawn_once / "asked" / "crop.jpg", features=FeaturesFor.ALWAYS).files
    assert file.not_same == 1


def test_features_are_kept_of_what_is_recorded_and_of_nothing_else(
    sqlite_node: Node, drawn_once: Path
) -> None:
    run(sqlite_node, drawn_once / "asked", features=NEW)
    assert Features.objects.count() == 0
    run(sqlite_node, drawn_once / "asked", features=NEW, case="1", register=True)
    assert Features.objects.count() == PendingFeatures.objects.count() == 3


def test_a_check_that_was_stopped_goes_on_with_the_files_that_are_left(
    sqlite_node: Node, drawn_once: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cairn.services.features.second_pass.compare_in_detail", stop)
    with pytest.raises(KeyboardInterrupt):
        run(sqlite_node, drawn_once / "asked", features=NEW)
    monkeypatch.undo()
    assert Features.objects.count() == 3
    InProcessPool.decoded = 0
    answer = run(sqlite_node, drawn_once / "asked", features=NEW)
    assert answer.details is not None
    assert (answer.details.compared, InProcessPool.decoded) == (3, 0)
