"""Merges and splits: what moves, who must agree, what they are no way around, and how they are undone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from cairn.errors import AccessError, InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.cases import Exhibit
from cairn.records.media import Media
from cairn.records.series import Marker, Series, SeriesMedia
from cairn.records.users import Actor
from cairn.services.series.choosing_media import Choice
from cairn.services.series.claims import claim, workers_of
from cairn.services.series.handling import NewHandling, change_handling
from cairn.services.series.names import find_series
from cairn.services.series.page import series_page
from cairn.services.series.regrouping import merge, merge_effect, split, split_effect
from cairn.services.series.regrouping_undo import regroupings_of, undo
from cairn.services.series.words import add_alias, add_note, set_marker
from cairn.services.status.changing import Wish, change_status
from cairn.types import Handling, SeriesStatus
from services.alerting.records import case, media, sighting
from services.alerting.records import series as series_of
from services.persons import person, settle
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.records.authorities import Authority
    from cairn.services.node.opening import Node

WHY = "the same room"
THEN = datetime(2020, 1, 2, tzinfo=UTC)


def members(series: Series) -> set[int]:
    return set(SeriesMedia.objects.filter(series=series).values_list("media", flat=True))


def name_of(media: int) -> str:
    return Media.objects.get(pk=media).name


def lowest(series: Series) -> str:
    return name_of(min(members(series)))


def rows(series: Series) -> set[tuple[object, ...]]:
    values = ("media", "added_by", "added_in", "added_at")
    return set(SeriesMedia.objects.filter(series=series).values_list(*values))


def fresh(series: Series) -> Series:
    return Series.objects.get(pk=series.pk)


def pair(owner: Authority, other: Authority | None = None) -> tuple[Series, Series]:
    """Answer two series that have one media in common: three media and two."""
    both, *first = media(), media(), media()
    source = series_of(owner, both, *first, name="Stone")
    target = series_of(other or owner, both, media(), name="Pebble")
    SeriesMedia.objects.filter(series=source).update(added_in=case(owner), added_at=THEN)
    return source, target


def test_a_merge_moves_the_media_and_undoing_puts_each_back_as_it_was(node: Node) -> None:
    source, target = pair(node.authority)
    before = rows(source), rows(target)
    done = merge(source, target, reason=WHY, actor=node.operator)
    assert members(target) == {row[0] for row in before[0] | before[1]}
    assert members(source) == set()
    assert find_series("Stone", actor=node.operator) == target
    assert AuditEvent.objects.get(tag=AuditTag.SERIES_MERGED).counts == {"media": 3}
    undo(done.pk, actor=node.operator)
    assert (rows(source), rows(target)) == before
    assert find_series("Stone", actor=node.operator) == source
    listed = regroupings_of([source.pk], actor=node.operator)
    assert [(row.kind, row.reason, row.undone_at is not None) for row in listed] == [("merge", WHY, True)]


def test_what_is_said_of_a_merged_series_is_found_on_the_other_one(node: Node) -> None:
    source, target = pair(node.authority)
    other = Actor.operator(unit(node, "BR-UNIT"))
    add_alias(source, "Kiesel", actor=other)
    set_marker(source, Marker.GROOMED, actor=other)
    add_note(source, "Seen in the north.", actor=other)
    claim(source, actor=other)
    merge(source, target, reason=WHY, actor=node.operator)
    found = find_series("Kiesel", actor=other)
    assert found == target
    page = series_page(found, actor=node.operator)
    assert [row.name for row in page.aliases] == ["Kiesel"]
    assert [row.authority for row in page.markers] == ["BR-UNIT"]
    assert [row.text for row in page.notes] == ["Seen in the north."]
    assert [row.authority for row in page.claims] == ["BR-UNIT"]
    claim(target, actor=other)
    assert [row.authority for row in workers_of(target, actor=other)] == ["BR-UNIT"]
    with pytest.raises(InputError, match="merged"):
        add_note(fresh(source), "Too late.", actor=other)


def test_a_preview_counts_and_does_nothing(node: Node) -> None:
    source, target = pair(node.authority)
    effect = merge_effect(source, target, actor=node.operator)
    assert (effect.moves, effect.in_both, effect.widens, effect.agreement) == (3, 1, False, None)
    assert len(members(source)) == 3


def test_series_of_two_owners_are_merged_once_both_have_said_so(node: Node) -> None:
    theirs = unit(node, "BR-UNIT")
    source, target = pair(node.authority, theirs)
    assert merge_effect(source, target, actor=node.operator).agreement == "BR-UNIT"
    for _ in range(2):
        assert merge(source, target, reason=WHY, actor=node.operator).done_at is None
    assert len(members(source)) == 3
    done = merge(source, target, reason="agreed", actor=Actor.operator(theirs))
    assert done.done_at is not None
    assert len(members(target)) == 4
    undo(done.pk, actor=node.operator)
    assert len(members(source)) == 3


def test_an_offer_is_taken_back_and_then_one_word_is_not_enough(node: Node) -> None:
    theirs = unit(node, "BR-UNIT")
    source, target = pair(node.authority, theirs)
    offer = merge(source, target, reason=WHY, actor=node.operator)
    undo(offer.pk, actor=node.operator)
    assert merge(source, target, reason=WHY, actor=Actor.operator(theirs)).done_at is None
    with pytest.raises(InputError, match="undone already"):
        undo(offer.pk, actor=node.operator)


def test_who_owns_neither_series_regroups_nothing(node: Node) -> None:
    source, target = pair(node.authority)
    stranger = Actor.operator(unit(node, "BR-UNIT"))
    Series.objects.update(lead=stranger.authority)
    done = merge(source, target, reason=WHY, actor=node.operator)
    with pytest.raises(AccessError):
        undo(done.pk, actor=stranger)
    undo(done.pk, actor=node.operator)
    with pytest.raises(AccessError):
        merge(fresh(source), fresh(target), reason=WHY, actor=stranger)
    with pytest.raises(AccessError):
        split(source, "Gravel", Choice(frozenset({lowest(source)})), reason=WHY, actor=stranger)


def test_a_merge_widens_nothing_without_the_word_of_the_owner(node: Node) -> None:
    source, target = pair(node.authority)
    change_handling(source, NewHandling(handling=Handling.BLIND), actor=node.operator)
    assert merge_effect(fresh(source), target, actor=node.operator).widens
    with pytest.raises(InputError) as caught:
        merge(source, target, reason=WHY, actor=node.operator)
    assert caught.value.code == "series.widens"
    assert merge(source, target, reason=WHY, widen=True, actor=node.operator).done_at is not None


def test_the_other_owner_cannot_widen_what_is_not_theirs(node: Node) -> None:
    theirs = unit(node, "BR-UNIT")
    source, target = pair(node.authority, theirs)
    new = NewHandling(handling=Handling.NAMED, named=("BR-UNIT",))
    change_handling(source, new, actor=node.operator)
    merge(source, target, reason=WHY, widen=True, actor=Actor.operator(theirs))
    with pytest.raises(InputError) as caught:
        merge(source, target, reason=WHY, actor=node.operator)
    assert caught.value.code == "series.widens"
    assert merge(source, target, reason=WHY, widen=True, actor=node.operator).done_at is not None


def test_an_agreement_given_before_the_target_was_opened_widens_nothing(node: Node) -> None:
    theirs = unit(node, "BR-UNIT")
    source, target = pair(node.authority, theirs)
    change_handling(source, NewHandling(Handling.NAMED, ("BR-UNIT",)), actor=node.operator)
    change_handling(target, NewHandling(Handling.NAMED, ("NL-UNIT",)), actor=Actor.operator(theirs))
    merge(source, target, reason=WHY, actor=node.operator)
    change_handling(target, NewHandling(Handling.ALLIANCE, widen=True), actor=Actor.operator(theirs))
    with pytest.raises(InputError) as caught:
        merge(source, target, reason=WHY, widen=True, actor=Actor.operator(theirs))
    assert caught.value.code == "series.widens"
    assert len(members(source)) == 3


def test_notes_of_a_narrower_series_stay_with_those_who_could_read_them(node: Node) -> None:
    reader = Actor.operator(unit(node, "BR-UNIT"))
    source, target = pair(node.authority)
    change_handling(source, NewHandling(handling=Handling.BLIND), actor=node.operator)
    add_note(source, "Under cover.", actor=node.operator)
    merge(source, target, reason=WHY, widen=True, actor=node.operator)
    assert [row.text for row in series_page(fresh(target), actor=node.operator).notes] == ["Under cover."]
    page = series_page(fresh(target), actor=reader)
    assert (page.notes, page.regroupings, page.media) == ((), (), 4)


def test_a_merge_is_no_way_around_the_second_person(node: Node) -> None:
    source, target = pair(node.authority)
    settle(target, node.authority, SeriesStatus.IDENTIFIED)
    for first, second in ((source, target), (target, source)):
        with pytest.raises(InputError, match="without a second person") as caught:
            merge(first, second, reason=WHY, actor=node.operator)
        assert caught.value.code == "series.merge"
    change_status(source, Wish(SeriesStatus.IDENTIFIED), actor=person(node.authority))
    with pytest.raises(InputError) as caught:
        merge(source, target, reason=WHY, actor=node.operator)
    assert caught.value.code == "status.waits"


def test_neither_is_undoing_one(node: Node) -> None:
    source, target = pair(node.authority)
    settle(source, node.authority, SeriesStatus.IDENTIFIED)
    settle(target, node.authority, SeriesStatus.SAFEGUARDED)
    done = merge(source, target, reason=WHY, actor=node.operator)
    change_status(target, Wish(SeriesStatus.IN_PROGRESS, reason="wrong"), actor=node.operator)
    with pytest.raises(InputError, match="second person"):
        undo(done.pk, actor=node.operator)
    settle(target, node.authority, SeriesStatus.IDENTIFIED)
    undo(done.pk, actor=node.operator)


def test_a_series_is_not_merged_into_itself_nor_twice(node: Node) -> None:
    source, target = pair(node.authority)
    with pytest.raises(InputError, match="into itself"):
        merge(source, source, reason=WHY, actor=node.operator)
    merge(source, target, reason=WHY, actor=node.operator)
    with pytest.raises(InputError, match="merged into another"):
        merge(source, target, reason=WHY, actor=node.operator)


def test_the_last_regrouping_is_undone_first(node: Node) -> None:
    source, target = pair(node.authority)
    third = series_of(node.authority, media(), name="Gravel")
    first = merge(source, target, reason=WHY, actor=node.operator)
    second = merge(third, target, reason=WHY, actor=node.operator)
    with pytest.raises(InputError, match=f"number {second.pk} first") as caught:
        undo(first.pk, actor=node.operator)
    assert caught.value.code == "series.later"
    undo(second.pk, actor=node.operator)
    undo(first.pk, actor=node.operator)
    assert [len(members(each)) for each in (source, target, third)] == [3, 2, 1]


def test_what_was_added_since_stays_where_it_was_added(node: Node) -> None:
    source, target = pair(node.authority)
    done = merge(source, target, reason=WHY, actor=node.operator)
    added = media()
    SeriesMedia.objects.create(series=target, media=added, added_by=node.authority)
    undo(done.pk, actor=node.operator)
    assert added.pk in members(target)
    assert len(members(source)) == 3


def test_a_withdrawn_series_is_not_regrouped(node: Node) -> None:
    source, target = pair(node.authority)
    done = merge(source, target, reason=WHY, actor=node.operator)
    Series.objects.filter(pk=target.pk).update(withdrawn_at=timezone.now())
    with pytest.raises(InputError, match="withdrawn"):
        undo(done.pk, actor=node.operator)


def test_undoing_widens_nothing_without_a_word(node: Node) -> None:
    source, target = pair(node.authority)
    done = merge(source, target, reason=WHY, actor=node.operator)
    change_handling(target, NewHandling(handling=Handling.BLIND), actor=node.operator)
    with pytest.raises(InputError) as caught:
        undo(done.pk, actor=node.operator)
    assert caught.value.code == "series.widens"
    undo(done.pk, widen=True, actor=node.operator)


@pytest.mark.parametrize("by", ["number", "digest", "exhibit"])
def test_media_are_split_off_by_number_by_digest_or_by_exhibit(node: Node, by: str) -> None:
    mine, *others = media(), media(), media()
    source = series_of(node.authority, mine, *others, name="Stone", handling=Handling.BLIND)
    sighting(mine, node.authority)
    sighting(media(), node.authority)
    label = Exhibit.objects.get().label
    choice = {
        "number": Choice(names=frozenset({mine.name[:16]})),
        "digest": Choice(digests=frozenset({bytes.fromhex(mine.name)})),
        "exhibit": Choice(exhibit=("K1", label)),
    }[by]
    effect = split_effect(source, choice, actor=node.operator)
    assert (effect.moves, effect.stays) == (1, 2)
    done = split(source, "Gravel", choice, reason=WHY, actor=node.operator)
    gravel = find_series("Gravel", actor=node.operator)
    assert (members(gravel), len(members(source))) == ({mine.pk}, 2)
    assert gravel.handling == Handling.BLIND
    undo(done.pk, actor=node.operator)
    assert len(members(source)) == 3
    assert find_series("Gravel", actor=node.operator) == source


def test_what_is_split_off_is_handled_led_and_worked_on_as_before(node: Node) -> None:
    source, _ = pair(node.authority)
    lead = unit(node, "BR-UNIT")
    words = {"handling_code": "H3", "handling_words": "Ask first.", "tlp": "TLP:RED", "priority": "3-urgent"}
    Series.objects.filter(pk=source.pk).update(lead=lead, status=SeriesStatus.IN_PROGRESS, **words)
    new = NewHandling(Handling.NAMED, ("BR-UNIT",))
    change_handling(source, new, actor=node.operator)
    choice = Choice(frozenset({lowest(source)}))
    made = fresh(split(source, "Gravel", choice, reason=WHY, actor=node.operator).target)
    assert (made.lead, made.status, made.handling) == (lead, SeriesStatus.IN_PROGRESS, Handling.NAMED)
    assert {name: getattr(made, name) for name in words} == words
    assert list(made.named.all()) == [lead]


def test_what_is_split_off_from_an_identified_series_is_not_identified(node: Node) -> None:
    source, _ = pair(node.authority)
    settle(source, node.authority, SeriesStatus.IDENTIFIED)
    done = split(source, "Gravel", Choice(frozenset({lowest(source)})), reason=WHY, actor=node.operator)
    assert done.target.status == SeriesStatus.UNIDENTIFIED
    with pytest.raises(InputError, match="second person"):
        undo(done.pk, actor=node.operator)


def test_media_that_would_be_left_behind_stand_in_the_way_of_undoing_a_split(node: Node) -> None:
    source, _ = pair(node.authority)
    done = split(source, "Gravel", Choice(frozenset({lowest(source)})), reason=WHY, actor=node.operator)
    SeriesMedia.objects.create(series=done.target, media=media(), added_by=node.authority)
    with pytest.raises(InputError, match="1 media were added"):
        undo(done.pk, actor=node.operator)
    merge(done.target, source, reason=WHY, actor=node.operator)
    assert len(members(source)) == 4


def test_a_choice_of_strangers_of_all_or_of_none_is_refused(node: Node) -> None:
    source, target = pair(node.authority)
    stranger = max(members(target))
    wrong = [
        (Choice(frozenset({name_of(stranger)})), "There is no media"),
        (Choice(digests=frozenset({bytes(32)})), "1 of the media that were named"),
        (Choice(frozenset(map(name_of, members(source)))), "All media"),
        (Choice(exhibit=("K1", "nothing")), "No media"),
        (Choice(), "No media"),
    ]
    for choice, said in wrong:
        with pytest.raises(InputError, match=said):
            split(source, "Gravel", choice, reason=WHY, actor=node.operator)
    assert not Series.objects.filter(name="Gravel").exists()
