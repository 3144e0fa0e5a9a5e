"""The API: who gets in, what they are told, and how it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from api.calls import Caller, api_of, key
from cairn.fingerprints import measure
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.keys import ApiKey, Scope
from cairn.records.series import SeriesMedia
from cairn.records.users import Actor, Role
from cairn.services.directory.acting import operator_of
from cairn.services.series.opening import create_series
from cairn.types import Handling
from pictures import drawn, save
from services.alerting.records import media
from services.alerting.records import series as series_of
from services.seizures import hold, unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cairn.services.node.opening import Node

NOBODYS = "0" * 64
CALLS = [
    ("POST", "v1/lookup", Scope.CHECK),
    ("GET", "v1/links", Scope.LINKS_READ),
    ("GET", "v1/alerts", Scope.ALERTS_READ),
    ("GET", "v1/statistics", Scope.STATISTICS_READ),
    ("GET", "v1/series", Scope.SERIES_READ),
    ("GET", "v1/lists", Scope.LISTS_READ),
]


@pytest.fixture
def api(node: Node) -> Iterator[Node]:
    with api_of(node):
        yield node


@pytest.fixture
def sqlite_api(sqlite_node: Node) -> Iterator[Node]:
    with api_of(sqlite_node):
        yield sqlite_node


def made(caller: Caller, method: str, path: str) -> tuple[int, str]:
    found = caller.post(path, {"sha256": [NOBODYS]}) if method == "POST" else caller.get(path)
    return found.status, found.code if found.status != 200 else ""


def test_a_look_up_tells_what_is_known_and_whom_to_ask(api: Node, tmp_path: Path) -> None:
    unit(api, "BR-UNIT")
    create_series("Harbour", actor=operator_of(api, "BR-UNIT"))
    picture = save(drawn(1), tmp_path / "one.jpg")
    hold(api, picture, authority="BR-UNIT", series="Harbour")
    body = {"sha256": [NOBODYS, measure(picture).digests.sha256.hex().upper()]}
    found = Caller(key(api.operator)).post("v1/lookup", body)
    assert (found.status, found.body["asked"], found.body["counts"]["new"]) == (200, 2, 1)
    (hit,) = found.body["hits"]
    assert (hit["kind"], hit["position"], hit["verdict"]) == ("sha256", 1, "known")
    assert hit["matches"][0]["holders"][0]["authority"] == "BR-UNIT"
    assert found.body["series"][0]["facts"]["lead"]["contact"] == "desk@br-unit.example"
    alerts = Caller(key(operator_of(api, "BR-UNIT"))).get("v1/alerts")
    assert alerts.status == 200, alerts.body
    assert alerts.body["alerts"][0]["kind"] == "met"
    event = AuditEvent.objects.filter(tag=AuditTag.HASHES_ANSWERED).get()
    assert event.user == ApiKey.objects.order_by("pk")[0].user


def test_a_reporter_is_told_positions_and_nothing_else(sqlite_api: Node, tmp_path: Path) -> None:
    company = Actor.operator(unit(sqlite_api, "EX-COMPANY", kind=AuthorityKind.COMPANY))
    picture = save(drawn(1), tmp_path / "one.jpg")
    hold(sqlite_api, picture, authority="NL-UNIT", category="exchange:baseline")
    body = {"md5": ["0" * 32, measure(picture).digests.md5.hex()], "case": "K1"}
    found = Caller(key(company, Role.REPORTER)).post("v1/lookup", body)
    assert found.body == {"asked": 2, "matches": {"md5": [1]}, "policy": "reporter-match/2"}


@pytest.mark.parametrize(("method", "path", "scope"), CALLS)
def test_a_call_needs_a_key_that_holds_and_is_for_it(
    sqlite_api: Node, method: str, path: str, scope: Scope
) -> None:
    assert made(Caller(None), method, path) == (401, "key.refused")
    assert made(Caller("cairn_1_2"), method, path) == (401, "key.refused")
    others = key(sqlite_api.operator, Role.INVESTIGATOR, *(set(Scope) - {scope}))
    assert made(Caller(others), method, path) == (404, "missing")
    assert made(Caller(key(sqlite_api.operator, Role.INVESTIGATOR, scope)), method, path) == (200, "")


def test_what_is_not_there_and_what_is_not_for_the_caller_are_told_alike(sqlite_api: Node) -> None:
    unit(sqlite_api, "BR-UNIT")
    create_series("Hidden", handling=Handling.BLIND, actor=operator_of(sqlite_api, "BR-UNIT"))
    caller = Caller(key(sqlite_api.operator))
    hidden, none = (caller.get("v1/links", series=name) for name in ("BR-UNIT/Hidden", "BR-UNIT/Nothing"))
    assert (hidden.status, none.status) == (404, 404)
    assert hidden.body["title"].replace("Hidden", "Nothing") == none.body["title"]
    assert {caller.get(path).code for path in ("v1/series/9", "v2", "", "v1")} == {"missing"}


def test_what_is_asked_is_counted_and_refused_above_the_limit(sqlite_api: Node) -> None:
    caller = Caller(key(sqlite_api.operator, per_minute=3))
    assert caller.post("v1/lookup", {"sha256": [NOBODYS] * 2}).status == 200
    found = caller.post("v1/lookup", {"sha256": [NOBODYS] * 2})
    assert (found.status, found.code) == (429, "key.limit")
    assert 0 < int(found.headers["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "call.invalid"),
        (b"[" * 200_000, 400, "call.invalid"),
        (b"\xff", 400, "call.invalid"),
        ({}, 422, "lookup.hashes"),
        ({"sha256": ["secret words"]}, 422, "lookup.hashes"),
        ({"sha256": "secret words"}, 422, "call.form"),
        ({"secret words": 1}, 422, "call.form"),
        ({"md5": ["0" * 32] * 10_001}, 422, "call.form"),
        ({"md5": ["0" * 32] * 6_000, "sha1": ["0" * 40] * 6_000}, 422, "lookup.hashes"),
        ({"md5": ["0" * 32], "case": "no such case"}, 404, "case.missing"),
        ({"md5": ["0" * 32], "case": "\x00"}, 404, "case.missing"),
        (b" " * 3_000_000, 413, "call.too-large"),
    ],
)
def test_a_call_of_another_form_is_refused_in_words_without_what_was_sent(
    sqlite_api: Node, body: object, status: int, code: str
) -> None:
    found = Caller(key(sqlite_api.operator)).post("v1/lookup", body)
    assert (found.status, found.code) == (status, code)
    assert "secret" not in str(found.body["title"])


def test_alerts_come_a_page_at_a_time(sqlite_api: Node, tmp_path: Path) -> None:
    unit(sqlite_api, "BR-UNIT")
    for number in range(3):
        create_series(f"S{number}", actor=operator_of(sqlite_api, "BR-UNIT"))
        picture = save(drawn(number), tmp_path / f"{number}.jpg")
        hold(sqlite_api, picture, authority="BR-UNIT", series=f"S{number}")
        hold(sqlite_api, picture, authority="NL-UNIT")
    caller, seen, cursor = Caller(key(operator_of(sqlite_api, "BR-UNIT"))), [], None
    for _ in range(9):
        page = caller.get("v1/alerts", most=2, **({"cursor": cursor} if cursor else {})).body
        seen += [alert["number"] for alert in page["alerts"]]
        cursor = page["next"]
        if cursor is None:
            break
    everything = [alert["number"] for alert in caller.get("v1/alerts").body["alerts"]]
    assert seen == everything
    assert len(seen) > 2


def test_series_come_a_page_at_a_time_and_are_read_by_their_full_name(sqlite_api: Node) -> None:
    unit(sqlite_api, "BR-UNIT")
    for name in ("A", "B/C", "D"):
        create_series(name, actor=operator_of(sqlite_api, "BR-UNIT"))
    create_series("Hidden", handling=Handling.BLIND, actor=operator_of(sqlite_api, "BR-UNIT"))
    caller = Caller(key(sqlite_api.operator))
    first = caller.get("v1/series", most=2).body
    second = caller.get("v1/series", most=2, cursor=first["next"]).body
    names = [row["full_name"] for page in (first, second) for row in page["series"]]
    assert (names, second["next"], first["total"]) == (["BR-UNIT/A", "BR-UNIT/B/C", "BR-UNIT/D"], None, 3)
    page = caller.get("v1/series/page", name="BR-UNIT/B/C").body
    assert (page["name"], page["owner"]["contact"]) == ("B/C", "desk@br-unit.example")
    hidden, none = (caller.get("v1/series/page", name=f"BR-UNIT/{name}") for name in ("Hidden", "Nothing"))
    assert (hidden.status, hidden.body["title"].replace("Hidden", "Nothing")) == (404, none.body["title"])


def test_the_media_of_a_series_come_with_its_stretches_to_its_owner_alone(sqlite_api: Node) -> None:
    films = sorted((media(), media()), key=lambda each: each.name)
    series_of(sqlite_api.authority, *films, name="Stone")
    SeriesMedia.objects.filter(media=films[0]).update(spans_ms=[[192_000, 280_500]])
    caller = Caller(key(sqlite_api.operator))
    first = caller.get("v1/series/media", name="Stone", most=1).body
    second = caller.get("v1/series/media", name="Stone", most=1, cursor=first["next"]).body
    told = [(row["sha256"], row["spans"]) for page in (first, second) for row in page["media"]]
    assert told == [(films[0].name, [{"from_s": 192.0, "to_s": 280.5}]), (films[1].name, None)]
    assert second["next"] is None
    series_of(unit(sqlite_api, "BR-UNIT"), *films, name="Theirs")
    assert caller.get("v1/series/media", name="Theirs").status == 404


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "IjEi", "W10", "dHJ1ZQ", "é"])
def test_a_cursor_that_no_page_gave_is_refused(sqlite_api: Node, cursor: str) -> None:
    assert Caller(key(sqlite_api.operator)).get("v1/alerts", cursor=cursor).code == "call.cursor"


def test_the_api_describes_itself_and_loads_nothing_from_elsewhere(sqlite_api: Node) -> None:
    described = Caller(None).get("v1/openapi.json").body
    assert described["openapi"].startswith("3.1")
    page = Caller(None).get("v1/docs").body
    for path in described["paths"]:
        assert path in page
    assert not any(word in page for word in ("<script", "<link", "<style", "src=", "http:", "https:"))
