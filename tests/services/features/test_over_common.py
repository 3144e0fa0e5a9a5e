"""Screens of one app link no more once the node has learnt the app's frame; nobody learns what is hidden."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from cairn.errors import InputError
from cairn.linking.points import PointsAgree
from cairn.records.authorities import AuthorityKind
from cairn.records.connection import disconnect
from cairn.records.links import Link
from cairn.records.lock import as_the_node
from cairn.records.media import Media
from cairn.services.answering.coverage_words import details_in_words
from cairn.services.features.over_common import add_common_pictures, listed_common_points
from cairn.services.features.second_pass import FeaturesFor
from cairn.services.features.suggesting import suggest_by_details
from cairn.types import Handling
from cli.command_line import cairn
from linking.local_pictures import screen
from pictures import save
from services.alerting.records import series as series_of
from services.seizures import by_name, run, unit, verdicts
from stand_ins import InProcessPool

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.answering.answer import Answer
    from cairn.services.node.opening import Node

ALWAYS = FeaturesFor.ALWAYS
CASES = ("K1", "K2", "K3")


@pytest.fixture(scope="module")
def screens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine screens of one app for three cases, one more that is asked about, and a part of a recorded one."""
    folder = tmp_path_factory.mktemp("screens")
    for number in range(9):
        save(Image.fromarray(screen(number)), folder / CASES[number % 3] / f"{number}.png")
    save(Image.fromarray(screen(20)), folder / "asked" / "other.png")
    save(Image.fromarray(screen(0)[40:300, 30:290]), folder / "asked" / "part.png")
    return folder


def hold_all(node: Node, screens: Path, authority: str, cases: tuple[str, ...] = CASES) -> None:
    for case in cases:
        run(node, screens / case, authority=authority, case=case, register=True, features=ALWAYS)


def by_points() -> int:
    with as_the_node("a test looks"):
        return Link.objects.filter(method="altered-10-11/1").count()


def left_out(answer: Answer) -> int:
    assert answer.details is not None
    return answer.details.with_common


def test_screens_of_one_app_are_learnt_and_link_no_more(sqlite_node: Node, screens: Path) -> None:
    node, folder = sqlite_node, sqlite_node.config.folder
    owner = unit(node, "BR-UNIT")
    unit(node, "NL-HOTLINE", kind=AuthorityKind.HOTLINE)
    hold_all(node, screens, "BR-UNIT")
    before = run(node, screens / "asked", features=ALWAYS)
    assert (verdicts(before)["other.png"], left_out(before)) == ("similar", 0)

    suggest_by_details(node)
    (entry,) = listed_common_points()
    assert (entry.is_learnt, entry.pictures, by_points()) == (True, 9, 0)
    after = run(node, screens / "asked", features=ALWAYS)
    assert verdicts(after) == {"other.png": "new", "part.png": "similar"}
    assert left_out(after) >= 1
    assert "left out as over-common: learnt-1." in details_in_words(after.details)
    (match,) = by_name(after)["part.png"].matches
    assert isinstance(match.evidence, PointsAgree)

    hotline = run(node, screens / "asked", authority="NL-HOTLINE", features=ALWAYS)
    assert left_out(hotline) == 0, "who may not know the pictures learns nothing of them"
    for media in Media.objects.order_by("pk")[:2]:
        series_of(owner, media, name=f"S{media.pk}", handling=Handling.BLIND)
    hidden = run(node, screens / "asked", features=ALWAYS)
    assert (left_out(hidden), verdicts(hidden)["other.png"]) == (0, "similar")
    owners = run(node, screens / "asked", authority="BR-UNIT", features=ALWAYS)
    assert left_out(owners) >= 1

    disconnect()
    (row,) = json.loads(cairn(folder, "points", "list", "--json").out)["common"]
    assert (row["name"], row["pictures"]) == ("learnt-1", 7)
    assert "stands in 7 different pictures" in cairn(folder, "points", "list").out
    assert cairn(folder, "points", "remove", "learnt-1").out == "learnt-1 is off the list.\n"
    assert cairn(folder, "points", "remove", "learnt-1").code == 2
    assert "(off the list)" in cairn(folder, "points", "list").out


def test_what_one_case_one_series_or_copies_share_is_not_learnt(sqlite_node: Node, screens: Path) -> None:
    owner = unit(sqlite_node, "BR-UNIT")
    hold_all(sqlite_node, screens, "BR-UNIT")
    media = list(Media.objects.order_by("pk"))
    series_of(owner, *media[:3], name="Stone")
    suggest_by_details(sqlite_node)
    assert listed_common_points() == (), "seven different ones are too few"
    assert by_points() == 36


def test_the_operator_lists_the_screens_of_an_app(sqlite_node: Node, screens: Path, tmp_path: Path) -> None:
    node, actor = sqlite_node, sqlite_node.operator
    hold_all(node, screens, node.operator.authority.code, ("K1",))
    paths = [tmp_path / "1.png", tmp_path / "2.png"]
    for number, path in enumerate(paths):
        save(Image.fromarray(screen(30 + number)), path)
    save(Image.new("RGB", (300, 300), "grey"), tmp_path / "flat.png")
    added = add_common_pictures(paths, name="Chat", reason="bars", actor=actor, open_pool=InProcessPool)
    assert (added.is_learnt, added.pictures) == (False, 0)
    for words, name, files in (
        ("already", "Chat", paths),
        ("node's own", "learnt-1", paths),
        ("At least two", "X", paths[:1]),
        ("one frame", "X", [paths[0], tmp_path / "flat.png"]),
    ):
        with pytest.raises(InputError, match=words):
            add_common_pictures(files, name=name, reason="r", actor=actor, open_pool=InProcessPool)
    suggest_by_details(node)
    assert by_points() == 0
    assert [(each.name, each.points) for each in listed_common_points()] == [("Chat", added.points)]
