"""A series' page answers where and when it was seen, and tells nobody more than they may know."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from cairn.errors import AccessError, InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.people import Victim
from cairn.records.series import Series, SeriesMedia
from cairn.records.sightings import Sighting, SightingSource
from cairn.records.users import Actor, Role
from cairn.services.people.pages import show_person
from cairn.services.people.recording import PersonFacts, attach, record_person
from cairn.services.series.claims import claim
from cairn.services.series.media import media_of
from cairn.services.series.page import series_page
from cairn.services.series.words import add_note
from cairn.services.status.changing import Wish, change_status
from cairn.types import Handling, SeriesStatus
from services.alerting.records import case, media, sighting
from services.alerting.records import series as series_of
from services.persons import person, settle
from services.seizures import unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.records.authorities import Authority
    from cairn.records.media import Media
    from cairn.services.node.opening import Node


def seen(
    what: Media,
    by: Authority,
    on: datetime | None,
    source: SightingSource = SightingSource.SEIZURE,
) -> Sighting:
    row = sighting(what, by, source=source)
    Sighting.objects.filter(pk=row.pk).update(found_at=on)
    return row


def day(year: int, month: int, number: int, hour: int = 12) -> datetime:
    return datetime(year, month, number, hour, tzinfo=UTC)


def test_sightings_are_added_up_by_country_source_and_month(node: Node) -> None:
    brazil = unit(node, "BR-UNIT")
    one, two = media(), media()
    series = series_of(node.authority, one, two)
    seen(one, node.authority, day(2025, 1, 31, 23))
    seen(one, brazil, day(2025, 2, 1, 0))
    seen(two, brazil, day(2026, 3, 5), SightingSource.HOTLINE_REPORT)
    seen(media(), brazil, day(2026, 3, 5))
    found = series_page(series, actor=node.operator).seen
    assert (found.sightings, found.first, found.last) == (3, date(2025, 1, 31), date(2026, 3, 5))
    assert found.by_country == {"BR": 2, "NL": 1}
    assert found.by_source == {"seizure": 2, "hotline-report": 1}
    assert found.by_month == {"2025-01": 1, "2025-02": 1, "2026-03": 1}


def test_seen_since_counts_what_was_found_after_the_day_of_the_identification(node: Node) -> None:
    brazil = unit(node, "BR-UNIT")
    one = media()
    series = series_of(node.authority, one)
    assert series_page(series, actor=node.operator).seen_since is None
    settle(series, node.authority, SeriesStatus.IDENTIFIED, on=date(2026, 3, 14))
    seen(one, node.authority, day(2026, 3, 13))
    seen(one, node.authority, day(2026, 3, 14))
    nothing = series_page(series, actor=node.operator).seen_since
    assert nothing is not None
    assert (nothing.sightings, nothing.last, nothing.by_country) == (0, None, {})
    seen(one, brazil, day(2026, 3, 15))
    page = series_page(series, actor=node.operator)
    assert page.identified_on == date(2026, 3, 14)
    assert page.seen.sightings == 3
    assert page.seen_since is not None
    assert (page.seen_since.by_country, page.seen_since.first) == ({"BR": 1}, date(2026, 3, 15))


def test_a_sighting_without_a_day_counts_on_that_of_its_seizure_else_when_it_was_recorded(node: Node) -> None:
    one = media()
    series = series_of(node.authority, one)
    row = seen(one, node.authority, None)
    today = timezone.now().date()
    assert series_page(series, actor=node.operator).seen.first == today
    exhibit = row.exhibit
    exhibit.seized_on = date(2024, 7, 8)
    exhibit.save()
    assert series_page(series, actor=node.operator).seen.first == date(2024, 7, 8)


def test_sightings_that_the_asker_may_not_see_are_not_counted(node: Node) -> None:
    brazil, japan = unit(node, "BR-UNIT"), unit(node, "JP-UNIT")
    one = media()
    series = series_of(node.authority, one)
    for holder in (node.authority, brazil, japan):
        seen(one, holder, day(2026, 3, 5))
    series_of(japan, one, handling=Handling.BLIND)
    Sighting.objects.filter(authority=node.authority).update(withdrawn_at=timezone.now())
    assert series_page(series, actor=Actor.operator(brazil)).seen.by_country == {"BR": 1}
    assert series_page(series, actor=node.operator).seen.sightings == 2


def test_the_page_says_what_is_proposed_and_that_it_does_not_hold(node: Node) -> None:
    series, first = series_of(node.authority), person(node.authority)
    change_status(series, Wish(SeriesStatus.IDENTIFIED, date(2026, 3, 14)), actor=first)
    page = series_page(series, actor=node.operator)
    assert page.status is SeriesStatus.UNIDENTIFIED
    assert [(each.after, each.on, each.state) for each in page.proposals] == [
        ("identified", date(2026, 3, 14), "proposed")
    ]


def test_persons_and_cases_are_told_to_their_own_authority_alone(node: Node) -> None:
    series, reader = series_of(node.authority), Actor.operator(unit(node, "BR-UNIT"))
    first = person(node.authority)
    settle(series, node.authority, SeriesStatus.IDENTIFIED)
    add_note(series, "We know this room.", actor=first)
    claim(series, actor=first)
    ours, theirs = (series_page(series, actor=actor) for actor in (node.operator, reader))
    assert first.user is not None
    assert (ours.notes[0].person, ours.claims[0].person) == (first.user.login, first.user.login)
    assert ours.history[0].said_by
    assert ours.history[0].decided_by
    assert (theirs.notes[0].authority, theirs.notes[0].person) == ("NL-UNIT", None)
    assert (theirs.claims[0].authority, theirs.claims[0].person) == ("NL-UNIT", None)
    assert (theirs.history[0].said_by, theirs.history[0].decided_by) == (None, None)


def test_who_is_named_is_told_to_the_owner_alone(node: Node) -> None:
    named = [unit(node, code) for code in ("BR-UNIT", "JP-UNIT")]
    series = series_of(node.authority, handling=Handling.NAMED, named=named)
    assert series_page(series, actor=node.operator).named == ("BR-UNIT", "JP-UNIT")
    assert series_page(series, actor=Actor.operator(named[0])).named == ()


def test_victims_are_on_the_page_of_those_who_may_see_people(node: Node) -> None:
    series = series_of(node.authority)
    attach(record_person(Victim, "17", PersonFacts(), actor=node.operator), series, actor=node.operator)
    assert [row.reference for row in series_page(series, actor=node.operator).victims] == ["17"]
    assert series_page(series, actor=person(node.authority, Role.HOTLINE_ANALYST)).victims == ()


def test_every_look_is_audited_with_its_case_and_its_purpose(node: Node) -> None:
    series = series_of(node.authority)
    case(node.authority, "2026-17")
    series_page(series, actor=node.operator, case="2026-17", purpose="follow-up")
    event = AuditEvent.objects.get(tag=AuditTag.SERIES_SHOWN)
    assert (event.record_ids, event.case_reference, event.purpose) == ([series.pk], "2026-17", "follow-up")


def test_a_hidden_series_has_no_page(node: Node) -> None:
    series = series_of(unit(node, "BR-UNIT"), handling=Handling.BLIND)
    for actor in (node.operator, person(series.owner, Role.AUDITOR)):
        with pytest.raises(AccessError):
            series_page(series, actor=actor)
    assert not AuditEvent.objects.filter(tag=AuditTag.SERIES_SHOWN).exists()


def test_media_put_into_a_series_while_it_was_merged_are_counted_all_the_same(node: Node) -> None:
    target, source = series_of(node.authority, media()), series_of(node.authority)
    Series.objects.filter(pk=source.pk).update(merged_into=target)
    late = media()
    SeriesMedia.objects.create(series=source, media=late, added_by=node.authority)
    seen(late, node.authority, day(2026, 3, 5))
    page = series_page(target, actor=node.operator)
    assert (page.media, page.seen.sightings) == (2, 1)


def test_media_are_listed_by_digest_to_owner_and_lead_alone(node: Node) -> None:
    ones = [media() for _ in range(3)]
    digests = sorted(each.name for each in ones)
    series, reader = series_of(node.authority, *ones), Actor.operator(unit(node, "BR-UNIT"))
    case(node.authority, "2026-17")
    found = media_of(series, actor=node.operator, most=2, case="2026-17")
    assert [row.sha256 for row in found] == digests[:2]
    assert [row.sha256 for row in media_of(series, actor=node.operator, after=digests[1])] == digests[2:]
    with pytest.raises(AccessError):
        media_of(series, actor=reader)
    Series.objects.filter(pk=series.pk).update(lead=reader.authority)
    assert len(media_of(Series.objects.get(), actor=reader)) == 3
    assert AuditEvent.objects.filter(tag=AuditTag.SERIES_MEDIA_LISTED, case_reference="2026-17").count() == 1


def test_a_number_that_counts_what_is_on_the_node_is_told_to_nobody(node: Node) -> None:
    series = series_of(node.authority, media())
    (row,) = media_of(series, actor=node.operator)
    numbers = {each.name for each in fields(row) if isinstance(getattr(row, each.name), int)}
    assert numbers == {"size_bytes"}
    with pytest.raises(InputError) as refused:
        media_of(series, actor=node.operator, after="1")
    assert refused.value.code == "media.invalid"


def test_a_look_is_tied_to_a_case_of_one_s_own_and_a_purpose_that_can_be_recorded(node: Node) -> None:
    series, other = series_of(node.authority, media()), unit(node, "BR-UNIT")
    case(other, "B-1")
    victim = record_person(Victim, "17", PersonFacts(), actor=node.operator)
    looks: tuple[Callable[[str], object], ...] = (
        lambda ref: series_page(series, actor=node.operator, case=ref),
        lambda ref: media_of(series, actor=node.operator, case=ref),
        lambda ref: show_person(victim, actor=node.operator, case=ref),
    )
    for look in looks:
        for reference in ("B-1", "x" * 201, "\ud800"):
            with pytest.raises(InputError) as refused:
                look(reference)
            assert refused.value.code == "case.missing"
    for purpose in ("x" * 201, "\ud800", "a\nb"):
        with pytest.raises(InputError) as refused:
            series_page(series, actor=node.operator, purpose=purpose)
        assert refused.value.code == "case.invalid"
