"""A deletion leaves a tombstone without content, takes nothing of others, and goes on where it stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cairn import statistics
from cairn.errors import AccessError, InputError
from cairn.index import open_index
from cairn.linking.judgement import Outcome
from cairn.records.access import visible_series
from cairn.records.alerts import Alert, AlertKind
from cairn.records.audit import AuditEvent
from cairn.records.authorities import Authority
from cairn.records.cases import Case, Exhibit
from cairn.records.categories import Categorisation, Category
from cairn.records.jobs import Check
from cairn.records.links import Judgement
from cairn.records.media import Media, PendingIndexEntry, PendingRemoval
from cairn.records.people import Victim
from cairn.records.retention import Tombstone
from cairn.records.series import Series, SeriesMedia
from cairn.records.sightings import Sighting
from cairn.records.users import Actor, Role
from cairn.services.keeping import case_deletion, deletion, forgetting
from cairn.services.keeping.case_deletion import delete_case, preview_case_deletion
from cairn.services.keeping.series_deletion import (
    delete_series,
    exactly_own_series,
    preview_series_deletion,
)
from cairn.services.keeping.sightings import take_back_sightings
from cairn.services.keeping.tombstones import list_tombstones
from cairn.services.keeping.withdrawing import take_back, withdraw
from cairn.services.node.indexing import fits, take_out
from cairn.services.series.claims import claim
from cairn.types import Handling
from pictures import drawn, save
from services.judging import held, say, series_with
from services.persons import person
from services.seizures import hold, run, unit, verdicts

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


def test_a_case_goes_with_all_that_was_found_in_it_and_leaves_a_tombstone(node: Node, tmp_path: Path) -> None:
    pictures = [save(drawn(number), tmp_path / f"{number}.png") for number in (1, 2)]
    series = series_with(node.authority, "Stone")
    hold(node, *pictures, authority="NL-UNIT", series="Stone", category="exchange:baseline", exhibit="phone")
    counts = preview_case_deletion("K1", actor=node.operator)
    assert counts == {"exhibits": 1, "sightings": 2, "media": 2, "checks": 1, "files_checked": 2}
    assert Sighting.objects.count() == 2
    delete_case(node, "K1", reason="the court said so", actor=node.operator)
    for model in (Case, Exhibit, Sighting, Check, SeriesMedia, Categorisation, Media, PendingRemoval):
        assert not model._default_manager.exists(), model
    assert Series.objects.get() == series
    (row,) = list_tombstones(node.operator)
    assert (row.kind, row.reason, row.counts, row.deleted_by) == ("case", "the court said so", counts, None)
    assert row.finished_at is not None
    assert AuditEvent.objects.filter(tag="records:case:delete", case_reference="K1").count() == 2
    assert verdicts(run(node, *pictures)) == {"1.png": "new", "2.png": "new"}
    assert fits(node)


def test_what_others_record_stays_for_them_and_in_the_index(node: Node, tmp_path: Path) -> None:
    other = unit(node, "BR-UNIT")
    both, own = (save(drawn(number), tmp_path / f"{number}.png") for number in (1, 2))
    near = save(drawn(1).resize((250, 250)), tmp_path / "near.png")
    hold(node, both, own, authority="NL-UNIT")
    hold(node, both, authority="BR-UNIT")
    delete_case(node, "K1", reason="r", actor=node.operator)
    assert Media.objects.count() == 1
    assert Sighting.objects.get().authority == other
    assert verdicts(run(node, both, own, near)) == {"1.png": "known", "2.png": "new", "near.png": "similar"}
    assert fits(node)


def test_an_index_that_is_searched_no_longer_answers_a_forgotten_hash(node: Node, tmp_path: Path) -> None:
    first, near = save(drawn(1), tmp_path / "a.png"), save(drawn(1).resize((250, 250)), tmp_path / "n.png")
    hold(node, first, authority="NL-UNIT")
    assert verdicts(run(node, near)) == {"n.png": "similar"}
    delete_case(node, "K1", reason="r", actor=node.operator)
    with open_index(node.config.index_folder) as index:
        assert index.stats().live_entries == 0
    assert verdicts(run(node, near)) == {"n.png": "new"}
    hold(node, first, authority="NL-UNIT")
    assert verdicts(run(node, near)) == {"n.png": "similar"}


@pytest.mark.parametrize("step", ["_delete_sightings", "_delete_check_items", "forget", "_end"])
def test_killed_anywhere_the_same_command_goes_on(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    pictures = [save(drawn(number), tmp_path / f"{number}.png") for number in range(5)]
    hold(node, *pictures, authority="NL-UNIT")
    monkeypatch.setattr(deletion, "BATCH_ROWS", 2)
    monkeypatch.setattr(forgetting, "BATCH_MEDIA", 2)
    kind, calls = case_deletion.CASE, []
    real = getattr(deletion if step in {"forget", "_end"} else case_deletion, step)

    def dies(*words: object, **rest: object) -> bool:
        calls.append(1)
        if len(calls) == (1 if step in {"forget", "_end"} else 2):
            raise KeyboardInterrupt
        return bool(real(*words, **rest))

    with monkeypatch.context() as patch:
        if step in {"forget", "_end"}:
            patch.setattr(deletion, step, dies)
        else:
            steps = tuple(dies if each is real else each for each in kind.steps)
            patch.setattr(case_deletion, "CASE", replace(kind, steps=steps))
        with pytest.raises(KeyboardInterrupt):
            delete_case(node, "K1", reason="first", actor=node.operator)
    assert list_tombstones(node.operator)[0].finished_at is None
    assert verdicts(run(node, *pictures, authority="BR-UNIT")) == {f"{n}.png": "new" for n in range(5)}
    if step == "_delete_sightings":
        case = Case.objects.get(authority=node.authority)
        with pytest.raises(InputError, match="being deleted"):
            take_back_sightings(case, reason="r", actor=node.operator)
    delete_case(node, "K1", reason="second", actor=node.operator)
    assert [(row.reason, row.counts["sightings"]) for row in list_tombstones(node.operator)] == [("first", 5)]
    assert not Sighting.objects.exists()
    assert not PendingRemoval.objects.exists()
    assert other.authority == Authority.objects.get(code="BR-UNIT")


def test_a_deletion_that_was_stopped_before_the_index_was_told_is_made_good(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, near = save(drawn(1), tmp_path / "a.png"), save(drawn(1).resize((250, 250)), tmp_path / "n.png")
    hold(node, picture, authority="NL-UNIT")

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(forgetting, "take_out", dies)
        with pytest.raises(KeyboardInterrupt):
            delete_case(node, "K1", reason="r", actor=node.operator)
    assert PendingRemoval.objects.count() == 1
    # Somebody records it again before the deletion goes on: it has to stay findable.
    unit(node, "BR-UNIT")
    hold(node, picture, authority="BR-UNIT")
    delete_case(node, "K1", reason="r", actor=node.operator)
    assert verdicts(run(node, near)) == {"n.png": "similar"}


def test_what_is_recorded_again_while_the_index_forgets_it_waits_for_the_index(
    node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture, near = save(drawn(1), tmp_path / "a.png"), save(drawn(1).resize((250, 250)), tmp_path / "n.png")
    other = unit(node, "BR-UNIT")
    hold(node, picture, authority="NL-UNIT")
    media, real = Media.objects.get(), take_out

    def meanwhile(node: Node, numbers: set[int]) -> None:
        real(node, numbers)
        case = Case.objects.create(authority=other, reference="B1")
        exhibit = Exhibit.objects.create(case=case, label="1")
        Sighting.objects.create(
            media=media, authority=other, exhibit=exhibit, address="b", address_digest=b"b"
        )

    monkeypatch.setattr(forgetting, "take_out", meanwhile)
    delete_case(node, "K1", reason="r", actor=node.operator)
    assert PendingIndexEntry.objects.get().media == media
    assert verdicts(run(node, near)) == {"n.png": "similar"}


def test_what_was_said_stays_where_a_sighting_that_one_sees_is_left(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    media = [held("a", node.authority), held("b", node.authority), held("c", node.authority)]
    seen, unseen, alone = media
    held("a", other)
    held("b", other)
    series_with(other, "Hidden", unseen, handling=Handling.BLIND)
    stone = series_with(node.authority, "Stone", *media)
    case = Case.objects.get(authority=node.authority)
    SeriesMedia.objects.filter(series=stone).update(added_in=case)
    category = Category.objects.all()[0]
    for each in media:
        Categorisation.objects.create(media=each, category=category, authority=node.authority, made_in=case)
    for first, second in (("a", "b"), ("a", "c")):
        say(node.authority, first, Outcome.REJECTED, second)
    Judgement.objects.update(case=case)
    delete_case(node, "K1", reason="r", actor=node.operator)
    # Had the membership of the unseen one stayed, it would tell that somebody else holds it.
    assert [row.media for row in SeriesMedia.objects.filter(series=stone)] == [seen]
    assert SeriesMedia.objects.get(series=stone).added_in is None
    assert not Categorisation.objects.filter(authority=node.authority).exists()
    assert not Judgement.objects.exists()
    assert set(Media.objects.all()) == {seen, unseen}
    assert not Media.objects.filter(pk=alone.pk).exists()


def test_not_the_same_is_respected_after_the_case_is_gone(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    for word in ("a", "b"):
        held(word, node.authority)
        held(word, other)
    say(node.authority, "a", Outcome.REJECTED, "b")
    Judgement.objects.update(case=Case.objects.get(authority=node.authority))
    delete_case(node, "K1", reason="r", actor=node.operator)
    assert Judgement.objects.get().case is None


@pytest.mark.parametrize("role", [each for each in Role if each is not Role.SUPERVISOR])
def test_nobody_but_a_supervisor_deletes(node: Node, role: Role) -> None:
    held("a", node.authority)
    series = series_with(node.authority, "Stone")
    actor = person(node.authority, role)
    with pytest.raises(AccessError):
        delete_case(node, "K1", reason="r", actor=actor)
    with pytest.raises(AccessError):
        delete_series(node, series, reason="r", actor=actor)
    with pytest.raises(AccessError):
        preview_series_deletion(series, actor=actor)


def test_nobody_deletes_what_another_authority_owns(node: Node) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    held("a", node.authority)
    series = series_with(node.authority, "Stone")
    with pytest.raises(InputError, match="no case"):
        delete_case(node, "K1", reason="r", actor=other)
    with pytest.raises(AccessError):
        delete_series(node, series, reason="r", actor=other)


def test_a_person_is_named_on_the_tombstone_and_others_do_not_see_it(node: Node) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    held("a", node.authority)
    supervisor = person(node.authority, Role.SUPERVISOR)
    delete_case(node, "K1", reason="r", actor=supervisor)
    assert supervisor.user is not None
    assert [row.deleted_by for row in list_tombstones(node.operator)] == [supervisor.user.login]
    assert list_tombstones(other) == ()


def test_a_series_goes_and_its_media_people_and_the_log_stay(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    stone = series_with(node.authority, "Stone", held("a", node.authority), held("b", other))
    victim = Victim.objects.create(owner=node.authority, national_reference="V1", country="NL")
    victim.series.add(stone)
    claim(stone, days=1, case=None, actor=Actor.operator(other))
    assert preview_series_deletion(stone, actor=node.operator)["media"] == 2
    number = stone.pk
    delete_series(node, stone, reason="r", actor=node.operator)
    assert not Series.objects.exists()
    assert Media.objects.count() == Sighting.objects.count() == 2
    assert list(victim.series.all()) == []
    assert AuditEvent.objects.filter(tag="records:series:delete", record_ids=[number]).count() == 2
    alert = Alert.objects.get(authority=other, kind=AlertKind.WITHDRAWAL)
    assert alert.series is None
    (row,) = list_tombstones(node.operator)
    assert (row.kind, row.record, row.counts["claims"]) == ("series", number, 1)


def test_a_series_that_was_withdrawn_first_is_told_once(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    stone = series_with(node.authority, "Stone", held("a", node.authority, other))
    withdraw(stone, reason="r", actor=node.operator)
    delete_series(node, stone, reason="r", actor=node.operator)
    assert Alert.objects.get(authority=other, kind=AlertKind.WITHDRAWAL).series is None


def test_a_deletion_of_a_series_goes_on_and_cannot_be_taken_back(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    stone = series_with(node.authority, "Stone", *(held(word, node.authority) for word in "abcde"))
    monkeypatch.setattr(deletion, "BATCH_ROWS", 2)

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(deletion, "_end", dies)
        with pytest.raises(KeyboardInterrupt):
            delete_series(node, stone, reason="first", actor=node.operator)
    with pytest.raises(InputError, match="being deleted"):
        take_back(stone, reason="r", actor=node.operator)
    again = exactly_own_series("Stone", actor=node.operator)
    delete_series(node, again, reason="second", actor=node.operator)
    assert Tombstone.objects.get().reason == "first"
    assert not visible_series(node.operator).exists()


def test_a_series_into_which_others_were_merged_is_not_deleted(node: Node) -> None:
    stone, sand = series_with(node.authority, "Stone"), series_with(node.authority, "Sand")
    sand.merged_into = stone
    sand.save()
    with pytest.raises(InputError, match="merged into it"):
        delete_series(node, stone, reason="r", actor=node.operator)
    assert exactly_own_series("Sand", actor=node.operator) == sand
    delete_series(node, sand, reason="r", actor=node.operator)
    assert Series.objects.get() == stone


def test_statistics_notice_what_is_deleted(node: Node) -> None:
    other = unit(node, "BR-UNIT")
    held("a", node.authority)
    held("b", other)
    statistics.refresh()
    delete_case(node, "K1", reason="r", actor=node.operator)
    assert not statistics.is_fresh(statistics.latest())
