"""Signing in, what a session is, and its ends."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.desk_sessions import DeskSession
from cairn.records.lock import as_the_node
from cairn.records.users import Actor, User
from cairn.services.directory.users import set_active, set_password
from cairn.web.account.signed_in import half_signed_in
from cairn.web.account.store import digest_of
from web.people import HOST, PASSWORD, browser, signed_in

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

pytestmark = pytest.mark.usefixtures("desk")


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def tags(number: int) -> list[str]:
    with as_the_node("a test looks"):
        return list(AuditEvent.objects.order_by("-position").values_list("tag", flat=True)[:number])


def later(monkeypatch: pytest.MonkeyPatch, passed: timedelta) -> None:
    now = timezone.now() + passed
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def test_a_password_leads_to_where_the_person_was_going_and_is_audited() -> None:
    client = browser()
    assert client.get("/series/?status=identified").headers["Location"] == (
        "/sign-in/?next=%2Fseries%2F%3Fstatus%3Didentified"
    )
    page = client.get("/sign-in/?next=/series/").content.decode()
    assert 'name="next" value="/series/"' in page
    typed = {"login": "investigator", "password": PASSWORD, "next": "/series/"}
    assert client.post("/sign-in/", typed).headers["Location"] == "/series/"
    assert tags(1) == [AuditTag.USER_SIGNED_IN]


@pytest.mark.parametrize("login", ["supervisor", "nobody-of-that-name"])
def test_a_wrong_password_and_nobody_are_refused_in_the_same_words(login: str) -> None:
    answer = browser().post("/sign-in/", {"login": login, "password": "wrong horse battery"})
    assert answer.status_code == 401
    assert "do not fit together" in answer.content.decode()
    assert tags(1) == [AuditTag.USER_REFUSED]


def test_after_some_wrong_passwords_the_right_one_has_to_wait() -> None:
    for _ in range(5):
        browser().post("/sign-in/", {"login": "hotline-analyst", "password": "wrong horse battery"})
    typed = {"login": "hotline-analyst", "password": PASSWORD}
    assert browser().post("/sign-in/", typed).status_code == 401


@pytest.mark.parametrize(
    "place",
    [
        *(
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "\t//evil.example",
        ),
        *("http:evil.example", "///evil.example", "account/", ""),
    ],
)
def test_no_address_leads_elsewhere_after_signing_in(place: str) -> None:
    typed = {"login": "investigator", "password": PASSWORD, "next": place}
    assert browser().post("/sign-in/", typed).headers["Location"] == "/"


def test_signing_in_puts_a_new_key_in_the_place_of_the_old_one() -> None:
    client = signed_in("investigator")
    before = key_of(client)
    client.post("/sign-in/", {"login": "investigator", "password": PASSWORD})
    assert key_of(client) != before
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    assert not is_in(client)


def test_the_records_hold_no_key_that_opens_a_session() -> None:
    key = key_of(signed_in("investigator"))
    with as_the_node("a test looks"):
        row = DeskSession.objects.get(key_digest=digest_of(key))
    assert key not in f"{row.key_digest} {row.content}"


@pytest.mark.parametrize(
    ("passed", "holds"),
    [(timedelta(minutes=29), True), (timedelta(minutes=31), False)],
)
def test_a_session_that_is_not_used_ends(
    monkeypatch: pytest.MonkeyPatch, passed: timedelta, holds: bool
) -> None:
    client = signed_in("investigator")
    later(monkeypatch, passed)
    assert is_in(client) is holds


def test_a_session_that_is_used_all_day_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    client, start = signed_in("investigator"), timezone.now()
    for minutes in range(20, 12 * 60, 20):
        monkeypatch.setattr("django.utils.timezone.now", lambda at=start + timedelta(minutes=minutes): at)
        assert is_in(client), minutes
    monkeypatch.setattr("django.utils.timezone.now", lambda: start + timedelta(hours=12, minutes=1))
    assert not is_in(client)


def test_a_person_ends_their_other_sessions_and_nobody_else_s() -> None:
    here, there, other = signed_in("supervisor"), signed_in("supervisor"), signed_in("investigator")
    with as_the_node("a test looks"):
        theirs = DeskSession.objects.get(key_digest=digest_of(key_of(other))).pk
    here.post("/account/sessions/end/", {"number": theirs})
    assert is_in(other)
    assert here.post("/account/sessions/end/").status_code == 302
    assert (is_in(here), is_in(there), is_in(other)) == (True, False, True)
    assert tags(1) == [AuditTag.USER_SIGNED_OUT]


def test_signing_out_ends_the_session() -> None:
    client = signed_in("investigator")
    key = key_of(client)
    assert client.post("/sign-out/").headers["Location"] == "/sign-in/"
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert not is_in(client)


def test_sessions_end_with_the_account_and_with_a_new_password(desk: Node) -> None:
    first = signed_in("abroad")
    with as_the_node("a test looks"):
        operator = Actor.operator(User.objects.get(login="abroad").authority)
    set_active("abroad", is_active=False, actor=operator)
    assert not is_in(first)
    set_active("abroad", is_active=True, actor=operator)
    second = signed_in("abroad")
    set_password("abroad", PASSWORD, actor=operator)
    assert not is_in(second)


def test_while_a_second_factor_is_asked_for_nobody_is_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.web.account.signing_in.next_factor", lambda _: "sign-in")
    client = signed_in("investigator")
    assert not is_in(client)
    half = half_signed_in(client.get("/sign-in/").wsgi_request)
    assert half is not None
    assert half.login == "investigator"
    later(monkeypatch, timedelta(minutes=6))
    assert half_signed_in(client.get("/sign-in/").wsgi_request) is None


def test_a_form_without_its_token_changes_nothing() -> None:
    client = Client(headers={"host": HOST}, enforce_csrf_checks=True)
    page = client.get("/sign-in/").content.decode()
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[0]
    typed = {"login": "investigator", "password": PASSWORD}
    refused = client.post("/sign-in/", typed)
    assert refused.status_code == 403
    assert "Nothing was changed" in refused.content.decode()
    assert not is_in(client)
    assert client.post("/sign-in/", typed | {"csrfmiddlewaretoken": token}).status_code == 302


def test_an_expired_page_that_asks_for_a_part_of_itself_is_led_to_the_sign_in_page() -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": "http://127.0.0.1/series/?words=x"}
    answer = browser().get("/series/", headers=asked)
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=%2Fseries%2F%3Fwords%3Dx"
