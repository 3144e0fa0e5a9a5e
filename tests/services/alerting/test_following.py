"""Who follows a series, a country or a search is told when something happens there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cairn.records.alerts import Alert, AlertKind, OutgoingMail, Subscription
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.cases import Exhibit
from cairn.records.jobs import Check
from cairn.records.series import SeriesMarker
from cairn.records.users import Actor
from cairn.services.alerting import status_changed
from cairn.services.alerting.following import tell_of_registering
from cairn.services.alerting.searches import Search
from cairn.services.alerting.subscribing import Wanted, subscribe
from cairn.types import Handling, SeriesStatus
from services.alerting.records import authority, case, identified, media, person, series, sighting

if TYPE_CHECKING:
    from cairn.records.media import Media
    from cairn.services.node.opening import Node


def registers(by: Authority, *of: Media) -> None:
    """Let an authority register sightings of these media in one check, which tells the followers."""
    run = Check.objects.create(authority=by, case=case(by), request_digest=b"")
    for each in of:
        sighting(each, by)
    with transaction.atomic():
        tell_of_registering(run, Exhibit.objects.get(case=run.case), by=by)


def follow(reader: Authority, **what: Any) -> Subscription:
    return subscribe(Wanted(**what), actor=Actor.operator(reader))


def news(of: Authority) -> list[tuple[str, int | None, dict[str, Any]]]:
    rows = Alert.objects.filter(authority=of).exclude(kind=AlertKind.SAME_WORK).order_by("pk")
    return [
        (row.kind, row.series_id, {k: v for k, v in row.facts.items() if k != "subscription"}) for row in rows
    ]


def test_a_series_that_is_followed_tells_what_is_registered_of_it(node: Node) -> None:
    reader, finder = authority("BR-UNIT"), authority("SE-UNIT")
    pictures = [media() for _ in range(3)]
    stone = series(node.authority, *pictures, name="Stone")
    other = series(node.authority, media())
    follow(reader, series="Stone")
    registers(finder, *pictures[:2], media())
    registers(finder, other.seriesmedia_set.get().media)
    assert news(reader) == [(AlertKind.STATUS, stone.pk, {"media": 2})]
    assert news(finder) == []


def test_nobody_is_told_of_what_they_have_registered_themselves(node: Node) -> None:
    picture = media()
    series(node.authority, picture, name="Stone")
    follow(node.authority, series="Stone")
    follow(node.authority, country=node.authority.country)
    registers(node.authority, picture)
    assert news(node.authority) == []


def test_a_country_that_is_followed_tells_how_much_its_authorities_register(node: Node) -> None:
    reader = authority("BR-UNIT")
    swede, dane = authority("SE-UNIT", country="SE"), authority("DK-UNIT", country="DK")
    follow(reader, country="SE")
    registers(swede, media(), media())
    registers(dane, media())
    assert news(reader) == [(AlertKind.COUNTRY, None, {"sightings": 2})]


@pytest.mark.parametrize("what", [{"country": "SE"}, {"search": Search()}])
def test_what_is_hidden_from_the_follower_is_not_told(node: Node, what: dict[str, Any]) -> None:
    reader, hotline = authority("BR-UNIT"), authority("BR-HOTLINE", AuthorityKind.HOTLINE)
    finder = authority("SE-UNIT", country="SE")
    picture = media()
    series(node.authority, picture, handling=Handling.BLIND)
    for each in (reader, hotline):
        follow(each, **what)
    registers(finder, picture)
    assert news(reader) == news(hotline) == []
    registers(finder, picture, media())
    assert [facts.get("sightings") for _, _, facts in news(reader)] == ([1] if "country" in what else [])


@pytest.mark.parametrize(
    ("search", "fits"),
    [
        (Search(), True),
        (Search(status=(SeriesStatus.UNIDENTIFIED, SeriesStatus.IN_PROGRESS)), True),
        (Search(status=(SeriesStatus.IDENTIFIED,)), False),
        (Search(marker=("ongoing",)), True),  # type: ignore[arg-type]  # as it is recorded
        (Search(marker=("groomed",)), False),  # type: ignore[arg-type]  # as above
        (Search(country="NL"), True),
        (Search(country="BR"), False),
        (Search(owner="NL-UNIT"), True),
        (Search(owner="SE-UNIT"), False),
        (Search(handling=(Handling.ALLIANCE,)), True),
        (Search(handling=(Handling.NAMED,)), False),
        (Search(min_new=2), True),
        (Search(min_new=3), False),
        (Search(owner="NL-UNIT", country="NL", min_new=2), True),
        (Search(owner="NL-UNIT", country="BR"), False),
    ],
)
def test_a_search_tells_of_series_that_fit_all_its_filters(node: Node, search: Search, fits: bool) -> None:
    reader, finder = authority("BR-UNIT"), authority("SE-UNIT")
    pictures = [media(), media()]
    stone = series(node.authority, *pictures)
    for each in (node.authority, finder):
        SeriesMarker.objects.create(series=stone, marker="ongoing", authority=each)
    follow(reader, search=search)
    registers(finder, *pictures)
    assert news(reader) == ([(AlertKind.SEARCH, stone.pk, {"media": 2})] if fits else [])


def test_a_change_of_status_is_told_to_holders_and_followers_once(node: Node) -> None:
    lead, follower, bystander = (authority(code) for code in ("BR-UNIT", "SE-UNIT", "DK-UNIT"))
    stone = series(node.authority, name="Stone")
    stone.lead = lead
    stone.save()
    for each in (lead, follower):
        follow(each, series="Stone")
    follow(follower, search=Search(status=(SeriesStatus.SAFEGUARDED,)))
    change = identified(stone)
    for _ in range(2):
        with transaction.atomic():
            status_changed(change)
    assert news(lead) == news(follower) == [(AlertKind.STATUS, stone.pk, {"change": change.pk})]
    assert news(bystander) == news(node.authority) == []


def test_a_change_that_nobody_has_confirmed_is_not_told(node: Node) -> None:
    follower = authority("BR-UNIT")
    stone = series(node.authority, name="Stone")
    follow(follower, series="Stone")
    with transaction.atomic():
        status_changed(identified(stone, confirmed=False))
    assert news(follower) == []


def test_a_mail_waits_for_the_person_who_follows_and_for_nobody_else(node: Node) -> None:
    reader = authority("BR-UNIT")
    ana, bia = person(reader, "ana", email="ana@unit.example"), person(reader, "bia", email="b@unit.example")
    picture = media()
    series(node.authority, picture, name="Stone")
    subscribe(Wanted(series="Stone", by_email=True), actor=Actor.person(ana))
    subscribe(Wanted(series="Stone"), actor=Actor.person(bia))
    registers(node.authority, picture)
    assert list(OutgoingMail.objects.values_list("user__login", flat=True)) == ["ana"]


def test_many_subscriptions_cost_no_more_questions_than_one(node: Node) -> None:
    reader, finder = authority("BR-UNIT"), authority("SE-UNIT", country="SE")
    pictures = [media() for _ in range(3)]
    stones = [series(node.authority, each, name=f"Stone {number}") for number, each in enumerate(pictures)]
    asked = []
    for _ in range(2):
        for stone in stones:
            follow(reader, series=stone.name)
            follow(reader, search=Search(min_new=9))
        with CaptureQueriesContext(connection) as queries:
            registers(finder, *pictures)
        asked.append(len(queries))
    assert asked[1] <= asked[0]
    assert len(news(reader)) == 9
