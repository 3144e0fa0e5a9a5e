"""Recorded pictures are linked by their details: once, for everybody, and for people to judge."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cairn.index.local_stages import IVFPQ_VOTES
from cairn.linking.judgement import LinkKind, Outcome
from cairn.records.connection import disconnect
from cairn.records.features import Features, PendingFeatures
from cairn.records.links import Link
from cairn.records.media import Media
from cairn.services.checking.suggesting import suggest_again
from cairn.services.directory.acting import operator_of
from cairn.services.features import codebook_size, indexing, suggesting
from cairn.services.features.index_state import state_of
from cairn.services.features.indexing import catch_up_features, readable_features
from cairn.services.features.keeping import await_features
from cairn.services.features.second_pass import FeaturesFor
from cairn.services.features.suggesting import suggest_by_details
from cairn.services.judgements.judge import Named, judge
from cairn.services.judgements.links import list_links
from cairn.services.node.opening import open_node
from cairn.types import Handling
from cli.command_line import cairn
from pictures import save
from services.alerting.records import series as series_of
from services.features.rooms import busy, cut, view
from services.seizures import hold, unit

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A room, a part of that picture, and another view of the room."""
    folder = tmp_path_factory.mktemp("rooms")
    save(view(0), folder / "1.png")
    save(cut(view(0)), folder / "2.jpg", quality=80)
    save(view(0, standing=1), folder / "3.jpg")
    return folder


@pytest.fixture
def holding(node: Node, rooms: Path) -> Node:
    """A node that holds them, the room's picture first."""
    unit(node, "BR-UNIT")
    for path in sorted(rooms.iterdir()):
        hold(node, path, authority="BR-UNIT", features=FeaturesFor.ALWAYS)
    return node


def few_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an index be made of five pictures, and not of 48."""
    for module in (codebook_size, indexing):
        monkeypatch.setattr(module, "FEWEST_PICTURES", 5)
    monkeypatch.setattr(codebook_size, "FEWEST_CELLS", 16)
    monkeypatch.setattr("cairn.index.codebook_training.LEAST_EXAMPLES", 2_000)


def pairs() -> list[tuple[int, int, str, str]]:
    return list(Link.objects.order_by("first", "second").values_list("first", "second", "kind", "method"))


COPY = (1, 2, "duplicate", "altered-10-11/1")
VIEW = (1, 3, "scene", "scene-planes-motion/1")


def test_copies_and_places_are_linked_listed_and_drawn_at_the_command_line(
    holding: Node, tmp_path: Path
) -> None:
    folder = holding.config.folder
    media = Media.objects.order_by("pk")
    first, second, third = (bytes(each.sha256 or b"").hex() for each in media)
    disconnect()
    said = cairn(folder, "link", "suggest")
    assert "3 media compared in detail (altered-10-11/1, scene-planes-motion/1)." in said.out
    again = cairn(folder, "link", "suggest").out
    assert "\n0 media compared in detail (altered-10-11/1, scene-planes-motion/1).\n" in again
    listed = cairn(folder, "link", "list").out
    assert re.search(rf"{first[:16]}  {second[:16]}  duplicate · Altered copy: \d+ of \d+ points", listed)
    assert re.search(rf"{first[:16]}  {third[:16]}  scene · Same place: of \d+ points", listed)
    for other, kind, words in ((second, "duplicate", "Altered copy"), (third, "scene", "Same place")):
        place = tmp_path / f"{kind}.svg"
        shown = cairn(folder, "link", "show", first, other, "--kind", kind, "--drawing", str(place))
        assert words in shown.out
        drawing = place.read_text("utf-8")
        assert drawing.startswith("<svg")
        assert drawing.count("<path") >= 10
    open_node(folder)
    assert {COPY, VIEW} <= set(pairs())


def test_what_was_stopped_goes_on_and_asking_again_writes_nothing_twice(
    holding: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "BATCH_MEDIA", 1)

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        suggest_by_details(holding, watch=stop)
    assert PendingFeatures.objects.count() == 2
    assert COPY in pairs()
    assert suggest_by_details(holding) == 2
    before = list(Link.objects.order_by("pk").values())
    assert VIEW in pairs()
    suggest_again(holding)
    assert suggest_by_details(holding) == 3
    assert list(Link.objects.order_by("pk").values()) == before


def test_not_the_same_closes_a_pair_in_its_own_kind_and_a_newer_run_touches_no_word(holding: Node) -> None:
    media = {each.pk: bytes(each.sha256 or b"").hex() for each in Media.objects.all()}
    actor = operator_of(holding, "BR-UNIT")
    judge(Named(media[1], media[3], LinkKind.SCENE), Outcome.REJECTED, reason="another room", actor=actor)
    judge(Named(media[1], media[2], LinkKind.SCENE), Outcome.REJECTED, reason="no place is seen", actor=actor)
    suggest_by_details(holding)
    assert {COPY, VIEW} <= set(pairs())
    rows, _ = list_links(actor, only_open=True)
    shown = {(row.first, row.second, row.kind) for row in rows}
    assert (media[1][:16], media[2][:16], LinkKind.DUPLICATE) in shown
    assert (media[1][:16], media[3][:16], LinkKind.SCENE) not in shown


def test_hidden_copies_push_no_visible_one_out_and_what_hashes_link_is_left_to_them(
    sqlite_node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_are_enough(monkeypatch)
    owner = unit(sqlite_node, "BR-UNIT")
    for number in range(3):
        save(busy(1).crop((10, 10 + number, 350, 260)), tmp_path / f"{number}.png")
    save(busy(1).crop((60, 40, 320, 230)), tmp_path / "3.jpg")
    for number in range(4, 6):
        save(busy(number), tmp_path / f"{number}.jpg")
    for path in sorted(tmp_path.glob("*.*g")):
        hold(sqlite_node, path, authority="BR-UNIT", features=FeaturesFor.ALWAYS)
    for media in Media.objects.filter(pk__in=(1, 2)):
        series_of(owner, media, name=f"S{media.pk}", handling=Handling.BLIND)
    monkeypatch.setattr(suggesting, "IVFPQ_VOTES", replace(IVFPQ_VOTES, most=1))
    suggest_by_details(sqlite_node)
    assert not state_of(sqlite_node).is_one_by_one
    assert (3, 4, "duplicate", "altered-10-11/1") in pairs()
    assert {first for first, second, *_ in pairs() if second == 4} & {1, 2}
    by_hash = {pair[:2] for pair in pairs() if pair[3] == "pdq-31/1"}
    assert by_hash
    assert by_hash.isdisjoint(pair[:2] for pair in pairs() if pair[3] != "pdq-31/1")


def test_what_is_recorded_once_more_does_not_vote_twice(
    sqlite_node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few_are_enough(monkeypatch)
    for number in range(5):
        save(busy(number), tmp_path / "held" / f"{number}.jpg")
    hold(sqlite_node, tmp_path / "held", authority="NL-UNIT", features=FeaturesFor.ALWAYS)
    catch_up_features(sqlite_node)
    with readable_features(sqlite_node) as index:
        assert index is not None
        before = index.stats().live_entries
    await_features(Features.objects.values_list("pk", flat=True))
    with readable_features(sqlite_node) as index:
        assert index is not None
        assert index.stats().live_entries == before
