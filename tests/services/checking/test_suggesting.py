"""Links are suggested once for what is recorded, survive a crash, and touch no word of a person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import ImageOps

from cairn.linking import PDQ_31
from cairn.linking.evidence import stored_in_words
from cairn.records.links import Judgement, Link, PendingSuggestion
from cairn.records.media import Media
from cairn.services.checking import check as checking
from cairn.services.checking import suggesting
from cairn.services.checking.suggesting import suggest, suggest_again
from cairn.services.node.indexing import current_index
from cairn.types import Handling
from pictures import drawn, save
from services.alerting.records import series as series_of
from services.seizures import hold, run, unit

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    """Two altered copies of one picture, and another picture."""
    folder = tmp_path / "copies"
    save(drawn(1), folder / "whole.jpg")
    save(ImageOps.mirror(drawn(1)), folder / "mirrored.jpg", quality=60)
    save(drawn(2), folder / "other.jpg")
    return folder


def pairs() -> list[tuple[int, int, str, str]]:
    return list(Link.objects.order_by("pk").values_list("first", "second", "kind", "method"))


def test_what_is_registered_is_linked_with_its_near_neighbours_old_and_new(node: Node, copies: Path) -> None:
    unit(node, "BR-UNIT")
    hold(node, copies / "whole.jpg", authority="BR-UNIT")
    run(node, copies, case="1", register=True)
    (link,) = Link.objects.all()
    assert (link.kind, link.method) == ("duplicate", "pdq-31/1")
    assert link.score == 1 - link.evidence["distance_bits"] / 256 > 1 - 32 / 256
    assert stored_in_words(link.evidence).endswith("mirrored left to right")
    assert PendingSuggestion.objects.count() == 0


def test_two_near_files_of_one_seizure_are_linked_with_each_other(node: Node, copies: Path) -> None:
    run(node, copies, case="1", register=True)
    assert len(pairs()) == 1


def test_a_check_that_registers_nothing_suggests_nothing(sqlite_node: Node, copies: Path) -> None:
    run(sqlite_node, copies)
    assert pairs() == []


def test_registering_again_and_asking_again_write_nothing_twice(node: Node, copies: Path) -> None:
    run(node, copies, case="1", register=True)
    before = pairs()
    run(node, copies, case="2", register=True)
    assert suggest_again(node) == 3
    assert suggest(node, policy=PDQ_31) == 3
    assert pairs() == before


def test_what_a_crash_kept_from_being_linked_is_linked_by_the_next(
    node: Node, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "suggest", crash)
    with pytest.raises(KeyboardInterrupt):
        run(node, copies, case="1", register=True)
    monkeypatch.undo()
    assert (pairs(), PendingSuggestion.objects.count()) == ([], 3)
    run(node, copies, case="1", register=True)
    assert (len(pairs()), PendingSuggestion.objects.count()) == (1, 0)


def test_a_check_leaves_waiting_what_others_have_to_do(sqlite_node: Node, copies: Path) -> None:
    run(sqlite_node, copies / "whole.jpg", copies / "mirrored.jpg", case="1", register=True)
    suggest_again(sqlite_node)
    run(sqlite_node, copies / "other.jpg", case="1", register=True)
    assert PendingSuggestion.objects.count() == 2


def test_work_that_was_stopped_in_the_middle_goes_on(
    sqlite_node: Node, copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(sqlite_node, copies, case="1", register=True)
    monkeypatch.setattr(suggesting, "BATCH_MEDIA", 1)
    suggest_again(sqlite_node)

    def stop(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        suggest(sqlite_node, policy=PDQ_31, watch=stop)
    assert PendingSuggestion.objects.count() == 1
    assert suggest(sqlite_node, policy=PDQ_31) == 1


def test_a_newer_method_adds_its_own_rows_and_leaves_every_judgement_as_it_was(
    node: Node, copies: Path
) -> None:
    run(node, copies, case="1", register=True)
    link = Link.objects.get()
    Judgement.objects.create(
        first=link.first,
        second=link.second,
        kind="duplicate",
        outcome="rejected",
        reason="another room",
        authority=node.authority,
        link=link,
    )
    said = list(Judgement.objects.values())
    suggest_again(node)
    suggest(node, policy=replace(PDQ_31, name="pdq-31/2"))
    assert {method for *_, method in pairs()} == {"pdq-31/1", "pdq-31/2"}
    assert list(Judgement.objects.values()) == said


def test_a_link_tells_the_turn_of_its_first_media_whichever_was_asked_about(
    sqlite_node: Node, tmp_path: Path
) -> None:
    whole = save(drawn(1), tmp_path / "a" / "whole.png")
    turned = save(drawn(1).rotate(90, expand=True), tmp_path / "b" / "turned.png")
    run(sqlite_node, whole, case="1", register=True)
    run(sqlite_node, turned, case="1", register=True)
    words = []
    for asked in Media.objects.order_by("pk"):
        Link.objects.all().delete()
        PendingSuggestion.objects.create(media=asked)
        suggest(sqlite_node, policy=PDQ_31)
        words.append(stored_in_words(Link.objects.get().evidence))
    assert words[0] == words[1]
    assert words[0].endswith("turned by a quarter counter-clockwise")


def test_a_picture_that_many_lie_near_to_is_linked_with_the_nearest_only(
    sqlite_node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for quality in range(40, 90, 10):
        save(drawn(1), tmp_path / "many" / f"{quality}.jpg", quality=quality)
    monkeypatch.setattr(suggesting, "MOST_SUGGESTIONS", 1)
    run(sqlite_node, tmp_path / "many", case="1", register=True)
    assert 3 <= len(pairs()) <= 5


def test_a_media_that_is_in_the_index_and_no_longer_in_the_records_is_linked_with_nothing(
    sqlite_node: Node, copies: Path
) -> None:
    run(sqlite_node, copies / "whole.jpg", case="1", register=True)
    Link.objects.all().delete()
    gone = Media.objects.get()
    with current_index(sqlite_node) as index:
        other = Media(pk=gone.pk + 7, pdq=gone.pdq, quality=gone.quality, method=gone.method)
        assert suggesting._links(index, [other], PDQ_31) == []


def test_what_one_authority_hides_pushes_out_nothing_that_everybody_sees(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "MOST_SUGGESTIONS", 1)
    other = unit(node, "BR-UNIT")
    near = save(drawn(1), tmp_path / "near.png")
    farther = save(drawn(1), tmp_path / "farther.jpg", quality=20)
    hold(node, near, authority="BR-UNIT")
    hold(node, farther, authority="BR-UNIT")
    Link.objects.all().delete()
    hidden, shown = Media.objects.order_by("pk")
    series_of(other, hidden, handling=Handling.BLIND)
    run(node, save(drawn(1), tmp_path / "mine.jpg", quality=90), case="1", register=True)
    mine = Media.objects.latest("pk")
    assert {link.first_id for link in Link.objects.filter(second=mine)} == {hidden.pk, shown.pk}
