"""What no page may let happen: framing, sniffing, foreign hosts, inline code, traces, caching."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from django.core.checks import run_checks
from django.core.checks.messages import WARNING

from cairn.errors import AccessError, ConfigurationError, InputError
from cairn.web.application import desk_of
from cairn.web.serving import Place, require_place
from cairn.web.settings import Address
from cairn.web.static_files import address_of
from web.people import browser, signed_in
from web.routes import ROUTES

if TYPE_CHECKING:
    from django.test import Client

    from cairn.services.node.opening import Node

PAGES = [
    "/" + route
    for route, entry in ROUTES.items()
    if entry.status == 200 and "I" in entry.roles and "<" not in route
]


@pytest.fixture(scope="module")
def client(sqlite_desk: Node) -> Client:
    return signed_in("investigator")


class Inline(HTMLParser):
    """Finds what a strict policy refuses in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.found += [f"{tag} {name}" for name in names if name == "style" or name.startswith("on")]
        self.found += [f"{tag} {name}" for name in names if name.startswith(("hx-on", "hx-vals", "hx-vars"))]
        if tag == "style" or (tag == "script" and "src" not in names):
            self.found.append(tag)
        for name in ("src", "href", "action"):
            if re.match(r"(\w+:)?//|javascript:|data:", names.get(name) or ""):
                self.found.append(f"{tag} {name}")


@pytest.mark.parametrize("place", [*PAGES, "/nowhere/", "/sign-in/"])
def test_every_page_forbids_what_it_does_not_need_and_holds_none_of_it(client: Client, place: str) -> None:
    answer = client.get(place)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    inline = Inline()
    inline.feed(answer.content.decode())
    assert inline.found == []


def test_another_host_is_refused_before_anything_is_looked_up(client: Client) -> None:
    answer = client.get("/series/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "Content-Security-Policy" in answer.headers
    assert b"evil.example" not in answer.content


def test_files_are_kept_for_a_year_under_the_name_of_their_content_and_are_nowhere_else(
    client: Client,
) -> None:
    answer = client.get(address_of("pieces.css"))
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for place in ("pieces.css", "../settings.py", "pieces.0000000000000000.css", ""):
        assert client.get("/static/" + place).status_code == 404
    assert client.get(address_of("htmx.js")).headers["Content-Type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (AccessError("The series Stone is hidden."), 404, "Nothing to show here"),
        (InputError("That is no country."), 422, "That is no country."),
        (ConfigurationError("The disk is full."), 503, "The disk is full."),
        (ZeroDivisionError("secret words"), 500, "Something went wrong"),
    ],
)
def test_errors_are_told_in_a_sentence_and_never_as_a_trace(
    client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("cairn.web.casework.directory.countries", fail)
    answer = client.get("/directory/")
    text = answer.content.decode()
    assert (answer.status_code, said in text) == (status, True)
    assert "Traceback" not in text
    assert "secret words" not in text
    assert "Stone is hidden" not in text
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_log_of_an_error_holds_a_number_and_no_values(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret words")

    monkeypatch.setattr("cairn.web.casework.directory.countries", fail)
    text = client.get("/directory/").content.decode()
    said = " ".join(record.getMessage() for record in caplog.records if record.name == "cairn.web")
    assert "error=ZeroDivisionError" in said
    assert "secret" not in said
    number = re.findall(r"number=(\w+)", said)[0]
    assert number in text


@pytest.mark.parametrize("typed", ["status=x", "marker=%00", "after=-1", "after=9999999999999999999"])
def test_an_address_with_a_choice_that_there_is_not_leads_nowhere(client: Client, typed: str) -> None:
    assert client.get("/series/?" + typed).status_code == 404


@pytest.mark.parametrize("typed", ["country=nl", "words=%00", "words=%ed%a0%80x%0a"])
def test_a_choice_that_cannot_be_asked_is_told_in_a_sentence(client: Client, typed: str) -> None:
    assert client.get("/series/?" + typed).status_code in {200, 422}


def test_behind_tls_the_deployment_checks_find_nothing(sqlite_desk: Node) -> None:
    desk_of(sqlite_desk, Address.parse("https://desk.unit.example"))
    try:
        found = [each for each in run_checks(include_deployment_checks=True) if each.level >= WARNING]
        assert found == []
        client = browser()
        plain = client.get("/sign-in/", headers={"host": "desk.unit.example"})
        assert plain.headers["Location"] == "https://desk.unit.example/sign-in/"
        secure = client.get("/sign-in/", headers={"host": "desk.unit.example", "x-forwarded-proto": "https"})
        assert secure.cookies["__Host-cairn-form"]["secure"]
        assert "max-age=31536000" in secure.headers["Strict-Transport-Security"]
    finally:
        desk_of(sqlite_desk)
    assert browser().get("/sign-in/").status_code == 200


@pytest.mark.parametrize(
    "typed", ["http://desk.example", "https://", "https://x/y", "x", "https://a@b", "https://[x"]
)
def test_an_address_that_is_none_is_told_in_a_sentence(typed: str) -> None:
    with pytest.raises(ConfigurationError, match=r"https://desk\.unit\.example"):
        Address.parse(typed)


def test_the_desk_is_not_served_to_others_without_tls() -> None:
    with pytest.raises(ConfigurationError, match="plain HTTP"):
        require_place(Place(host="0.0.0.0", port=0))  # noqa: S104 - what is refused
    require_place(Place(host="0.0.0.0", port=0, address="https://desk.unit.example"))  # noqa: S104 - as above
