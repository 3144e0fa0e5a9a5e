"""Whoever contributed to an identification is told, by the handling of the series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from cairn.records.alerts import Alert, AlertKind
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.links import Judgement
from cairn.records.people import Victim
from cairn.records.series import Series, SeriesMedia, SeriesNote
from cairn.records.sightings import SightingSource
from cairn.records.status import StatusChange
from cairn.services.alerting import handling_changed, status_changed
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
    ("handling", "kind", "is_named", "expected"),
    [
        (Handling.ALLIANCE, AuthorityKind.UNIT, False, ALL),
        (Handling.ALLIANCE, AuthorityKind.HUB, False, ALL),
        (Handling.ALLIANCE, AuthorityKind.HOTLINE, False, DAY_AND_COUNTRY),
        (Handling.ALLIANCE, AuthorityKind.COMPANY, False, DAY_AND_COUNTRY),
        (Handling.NAMED, AuthorityKind.UNIT, True, ALL),
        (Handling.NAMED, AuthorityKind.UNIT, False, DAY_ALONE),
        (Handling.NAMED, AuthorityKind.HOTLINE, True, DAY_ALONE),
        (Handling.NAMED, AuthorityKind.COMPANY, False, DAY_ALONE),
        (Handling.BLIND, AuthorityKind.UNIT, False, NOTHING),
        (Handling.BLIND, AuthorityKind.HUB, False, NOTHING),
        (Handling.BLIND, AuthorityKind.HOTLINE, False, NOTHING),
        (Handling.BLIND, AuthorityKind.COMPANY, True, NOTHING),
    ],
)
def test_what_each_is_told_follows_the_owner_s_handling(
    node: Node, handling: Handling, kind: AuthorityKind, is_named: bool, expected: str
) -> None:
    helper = authority("XX", kind)
    stone = series(node.authority, media(), handling=handling, named=[helper] if is_named else [])
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
