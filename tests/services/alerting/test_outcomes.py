"""Whoever contributed to an identification is told, by the handling of the series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.utils import timezone

from cairn.errors import AccessError
from cairn.records.access import visible_series
from cairn.records.alerts import Alert, AlertKind
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.links import Judgement
from cairn.records.people import Victim
from cairn.records.series import Series, SeriesMedia, SeriesNote
from cairn.records.sightings import SightingSource
from cairn.records.status import StatusChange
from cairn.records.users import Actor
from cairn.services.alerting import handling_changed, status_changed
from cairn.services.series.regrouping import merge
from cairn.services.series.thanking import thank_unseen
from cairn.types import Handling, SeriesStatus
from services.alerting.records import DAY, authority, identified, media, series, sighting

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.services.node.opening import Node


def settle(what: Series, **values: object) -> None:
    with transaction.atomic():
        status_changed(identified(what, **values))  # type: ignore[arg-type]  # a test's words


def letters(to: Authority) -> list[tuple[int | None, str | None, dict[str, object]]]:
    """Answer the outcomes that an authority was told: the series, who identified, and the facts."""
    rows = Alert.objects.filter(authority=to, kind=AlertKind.OUTCOME).order_by("pk")
    return list(rows.values_list("series", "about__code", "facts"))


def _judges(stone: Series, by: Authority) -> None:
    first = stone.seriesmedia_set.get().media
    Judgement.objects.create(
        first=first, second=media(), kind="scene", outcome="confirmed", reason="r", authority=by
    )


def _notes(stone: Series, by: Authority) -> None:
    SeriesNote.objects.create(series=stone, authority=by, text="t")


def _sees(stone: Series, by: Authority) -> None:
    sighting(stone.seriesmedia_set.get().media, by)


def _reports(stone: Series, by: Authority) -> None:
    sighting(stone.seriesmedia_set.get().media, by, source=SightingSource.COMPANY_REPORT)


def _puts(stone: Series, by: Authority) -> None:
    SeriesMedia.objects.create(series=stone, media=media(), added_by=by)


@pytest.mark.parametrize(
    ("contribute", "what"),
    [
        (_sees, "sightings"),
        (_reports, "reports"),
        (_judges, "judgements"),
        (_notes, "notes"),
        (_puts, "media"),
    ],
)
def test_everything_that_helps_is_thanked_for(
    node: Node, contribute: Callable[[Series, Authority], None], what: str
) -> None:
    helper, bystander = authority("BR-UNIT"), authority("SE-UNIT")
    stone = series(node.authority, media())
    contribute(stone, helper)
    settle(stone)
    assert letters(helper) == [(stone.pk, "NL-UNIT", {"day": DAY.isoformat(), what: 1})]
    assert letters(bystander) == []
    assert letters(node.authority) == []


ALL, DAY_AND_COUNTRY, DAY_ALONE, NOTHING = "all", "day and country", "day alone", "nothing"


@pytest.mark.parametrize(
    ("handling", "kind", "is_named", "is_thanked", "expected"),
    [
        (Handling.ALLIANCE, AuthorityKind.UNIT, False, False, ALL),
        (Handling.ALLIANCE, AuthorityKind.HUB, False, False, ALL),
        (Handling.ALLIANCE, AuthorityKind.HOTLINE, False, False, DAY_AND_COUNTRY),
        (Handling.ALLIANCE, AuthorityKind.COMPANY, False, False, DAY_AND_COUNTRY),
        (Handling.NAMED, AuthorityKind.UNIT, True, False, ALL),
        (Handling.NAMED, AuthorityKind.UNIT, False, False, NOTHING),
        (Handling.NAMED, AuthorityKind.HOTLINE, True, False, NOTHING),
        (Handling.NAMED, AuthorityKind.COMPANY, False, False, NOTHING),
        (Handling.NAMED, AuthorityKind.COMPANY, False, True, DAY_ALONE),
        (Handling.BLIND, AuthorityKind.UNIT, False, False, NOTHING),
        (Handling.BLIND, AuthorityKind.HUB, False, False, NOTHING),
        (Handling.BLIND, AuthorityKind.HOTLINE, False, False, NOTHING),
        (Handling.BLIND, AuthorityKind.COMPANY, True, False, NOTHING),
        (Handling.BLIND, AuthorityKind.UNIT, False, True, DAY_ALONE),
    ],
)
def test_what_each_is_told_follows_the_owner_s_handling(
    node: Node, handling: Handling, kind: AuthorityKind, is_named: bool, is_thanked: bool, expected: str
) -> None:
    helper = authority("XX", kind)
    stone = series(node.authority, media(), handling=handling, named=[helper] if is_named else [])
    stone.thanks_unseen = is_thanked
    stone.save()
    _sees(stone, helper)
    settle(stone)
    day = {"day": DAY.isoformat()}
    assert (
        letters(helper)
        == {
            ALL: [(stone.pk, "NL-UNIT", {**day, "sightings": 1})],
            DAY_AND_COUNTRY: [(None, "NL-UNIT", day)],
            DAY_ALONE: [(None, None, day)],
            NOTHING: [],
        }[expected]
    )


def test_an_identification_is_told_once_and_only_when_it_is_confirmed(node: Node) -> None:
    helper = authority("BR-UNIT")
    stone = series(node.authority, media())
    _sees(stone, helper)
    settle(stone, confirmed=False)
    assert letters(helper) == []
    settle(stone)
    settle(stone)
    assert len(letters(helper)) == 1


def test_contributors_to_a_blind_series_are_told_once_its_owner_opens_it(node: Node) -> None:
    helper = authority("BR-UNIT")
    stone = series(node.authority, media(), handling=Handling.BLIND)
    _sees(stone, helper)
    settle(stone)
    assert letters(helper) == []
    stone.handling = Handling.ALLIANCE
    stone.save()
    for _ in range(2):
        with transaction.atomic():
            handling_changed(stone)
    assert letters(helper) == [(stone.pk, "NL-UNIT", {"day": DAY.isoformat(), "sightings": 1})]


def test_contributors_who_do_not_see_a_series_are_thanked_once_its_owner_says_so(node: Node) -> None:
    helper, lead = authority("BR-UNIT"), authority("SE-UNIT")
    stone = series(node.authority, media(), handling=Handling.BLIND)
    Series.objects.filter(pk=stone.pk).update(lead=lead)
    _sees(stone, helper)
    settle(stone)
    with pytest.raises(AccessError):
        thank_unseen(stone, thanked=True, actor=Actor.operator(lead))
    for _ in range(2):
        thank_unseen(stone, thanked=True, actor=node.operator)
    assert letters(helper) == [(None, None, {"day": DAY.isoformat()})]
    assert not visible_series(Actor.operator(helper)).exists()
    assert AuditEvent.objects.latest("position").tag == AuditTag.SERIES_THANKS
    assert not thank_unseen(stone, thanked=False, actor=node.operator).thanks_unseen


@pytest.mark.parametrize("who", ["the series", "its victim"])
def test_after_a_merge_contributors_to_both_are_told_once(node: Node, who: str) -> None:
    helpers = [authority("BR-UNIT"), authority("SE-UNIT"), authority("JP-UNIT")]
    shared = media()
    source, target = series(node.authority, media(), shared), series(node.authority, media(), shared)
    SeriesMedia.objects.filter(series=source, media=shared).update(added_by=helpers[2])
    for stone, helper in ((source, helpers[0]), (target, helpers[1])):
        sighting(stone.seriesmedia_set.exclude(media=shared).get().media, helper)
        _notes(stone, helper)
    victim = Victim.objects.create(owner=node.authority, national_reference="1", country="NL")
    victim.series.set([source, target])
    merge(source, target, reason="The same.", actor=node.operator)
    for change in [identified(target), identified(target)]:
        if who == "its victim":
            change.series, change.victim = None, victim
            change.save()
        with transaction.atomic():
            status_changed(change)
    day, both = {"day": DAY.isoformat()}, {"sightings": 1, "notes": 1}
    assert [letters(helper) for helper in helpers] == [
        [(target.pk, "NL-UNIT", day | both)],
        [(target.pk, "NL-UNIT", day | both)],
        [(target.pk, "NL-UNIT", day | {"media": 1})],
    ]


def test_nobody_is_thanked_for_a_series_that_is_withdrawn(node: Node) -> None:
    helper = authority("XX", AuthorityKind.HOTLINE)
    stone = series(node.authority, media())
    _sees(stone, helper)
    change = identified(stone)
    Series.objects.filter(pk=stone.pk).update(withdrawn_at=timezone.now())
    with transaction.atomic():
        status_changed(StatusChange.objects.get(pk=change.pk))
    assert letters(helper) == []


def test_what_came_after_the_identification_did_not_help_it(node: Node) -> None:
    late = authority("BR-UNIT")
    stone = series(node.authority, media())
    change = identified(stone)
    _sees(stone, late)
    with transaction.atomic():
        status_changed(change)
    assert letters(late) == []


def test_the_owner_is_thanked_where_another_identified_the_victim(node: Node) -> None:
    lead = authority("BR-UNIT")
    stone = series(node.authority, media())
    settle(stone, by=lead)
    assert [(number, by) for number, by, _ in letters(node.authority)] == [(stone.pk, "BR-UNIT")]


def test_a_victim_s_identification_thanks_the_helpers_of_all_its_series(node: Node) -> None:
    helper = authority("BR-UNIT")
    both = [series(node.authority, media()), series(node.authority, media())]
    victim = Victim.objects.create(owner=node.authority, national_reference="1", country="NL")
    victim.series.set(both)
    for each in both:
        _sees(each, helper)
    change = identified(both[0])
    change.series, change.victim = None, victim
    change.save()
    with transaction.atomic():
        status_changed(change)
    assert {number for number, _, _ in letters(helper)} == {each.pk for each in both}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (SeriesStatus.IDENTIFIED, SeriesStatus.SAFEGUARDED, False),
        (SeriesStatus.UNIDENTIFIED, SeriesStatus.IN_PROGRESS, False),
        (SeriesStatus.UNIDENTIFIED, SeriesStatus.SAFEGUARDED, True),
    ],
)
def test_only_the_step_to_identified_is_an_outcome(
    node: Node, before: SeriesStatus, after: SeriesStatus, expected: bool
) -> None:
    helper = authority("BR-UNIT")
    stone = series(node.authority, media())
    _sees(stone, helper)
    change = identified(stone)
    StatusChange.objects.filter(pk=change.pk).update(from_status=before, to_status=after)
    with transaction.atomic():
        status_changed(StatusChange.objects.get(pk=change.pk))
    assert bool(letters(helper)) is expected
