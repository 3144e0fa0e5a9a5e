"""Second factors at the desk: added, asked for, used once, and asked for again before weighty acts."""

from __future__ import annotations

import base64
import html
import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.utils import timezone

from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.factors import AuthenticatorApp, Passkey, RecoveryCode
from cairn.records.lock import as_the_node
from cairn.records.node import read_config
from cairn.records.people import Victim
from cairn.records.series import Series
from cairn.records.sign_in_rules import SecondFactor, SignInRules
from cairn.records.status import StatusChange
from cairn.records.users import Actor, User
from cairn.services.directory.users import set_active
from cairn.services.factors import recovery
from cairn.services.factors.taking_away import take_factors_away
from cairn.services.node.this_process import answer_for
from cairn.services.people.recording import PersonFacts, record_person
from cairn.web.account.factors import is_required
from cairn.web.application import desk_of
from cairn.web.settings import Address
from web.authenticator import PRESENT, Device
from web.people import PASSWORD, browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from cairn.services.node.opening import Node

HOST = "localhost"


@pytest.fixture(autouse=True)
def _nobody_has_factors(desk: Node) -> Iterator[None]:
    yield
    with as_the_node("a test tidies up"):
        for table in (AuthenticatorApp, Passkey, RecoveryCode):
            table.objects.all().delete()
        User.objects.update(refused_sign_ins=0, waits_until=None, factors_taken_at=None)


@pytest.fixture(autouse=True)
def _quick_digests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(recovery._COST, "n", 2)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


class Clock:
    """The time at which the desk believes to be."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = timezone.now().replace(second=1)
        patch.setattr("django.utils.timezone.now", lambda: self.now)

    def pass_(self, **passed: int) -> None:
        self.now += timedelta(**passed)


@contextmanager
def required(desk: Node) -> Iterator[None]:
    rules = SignInRules(SecondFactor.REQUIRED)
    answer_for(replace(desk, config=replace(desk.config, sign_in=rules)))
    yield
    answer_for(desk)


def sign_in(login: str = "investigator", place: str = "/series/") -> Client:
    client = browser(HOST)
    client.post("/sign-in/", {"login": login, "password": PASSWORD, "next": place})
    return client


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def shown(client: Client, place: str) -> str:
    return client.get(place).content.decode()


def code_at(key: str, clock: Clock) -> str:
    secret = base64.b32decode(key.replace(" ", ""))
    totp = TOTP(secret, 6, SHA1(), 30)  # noqa: S303 - as all apps have it
    return totp.generate(int(clock.now.timestamp())).decode()


def key_on(page: str) -> tuple[str, str]:
    sealed = re.findall(r'name="sealed" value="([^"]+)"', page)[0]
    return sealed, re.findall(r"<bdi>([A-Z2-7 ]{32,})</bdi>", page)[0]


def options_on(page: str) -> str:
    return html.unescape(re.findall(r'data-options="([^"]+)"', page)[0])


def add_app(client: Client, clock: Clock) -> str:
    sealed, key = key_on(shown(client, "/account/factors/add/"))
    added = client.post("/account/factors/add/", {"sealed": sealed, "code": code_at(key, clock)})
    assert added.status_code == 302, added.content.decode()
    return key


def add_passkey(client: Client) -> Device:
    device = Device()
    answer = device.new(options_on(shown(client, "/account/factors/add/")))
    added = client.post("/account/factors/add/", {"answer": answer, "name": "ring"})
    assert added.status_code == 302, added.content.decode()
    return device


def give(client: Client, code: str) -> int:
    return client.post("/sign-in/factor/", {"code": code}).status_code


def tags(number: int) -> list[str]:
    with as_the_node("a test looks"):
        return list(AuditEvent.objects.order_by("-position").values_list("tag", flat=True)[:number])


def test_with_an_app_the_password_lets_nobody_in_and_each_code_counts_once(clock: Clock) -> None:
    key = add_app(sign_in(), clock)
    client = sign_in()
    assert not is_in(client)
    assert give(client, code_at(key, clock)) == 401, "the code that added the app is used up"
    clock.pass_(seconds=30)
    code = code_at(key, clock)
    assert client.post("/sign-in/factor/", {"code": code}).headers["Location"] == "/series/"
    assert is_in(client)
    assert tags(1) == [AuditTag.FACTOR_USED]
    assert give(sign_in(), code) == 401
    assert tags(1) == [AuditTag.FACTOR_REFUSED]


def test_the_records_alone_do_not_hold_the_secret_of_an_app(clock: Clock) -> None:
    key = base64.b32decode(add_app(sign_in(), clock).replace(" ", ""))
    with as_the_node("a test looks"):
        sealed = AuthenticatorApp.objects.get().sealed_secret
    assert key not in base64.urlsafe_b64decode(sealed)


def test_a_key_that_was_shown_to_one_person_adds_no_app_to_another(clock: Clock) -> None:
    sealed, key = key_on(shown(sign_in(), "/account/factors/add/"))
    typed = {"sealed": sealed, "code": code_at(key, clock)}
    assert sign_in("supervisor").post("/account/factors/add/", typed).status_code == 422
    clock.pass_(minutes=31)
    typed = {"sealed": sealed, "code": code_at(key, clock)}
    assert sign_in().post("/account/factors/add/", typed).status_code == 422


def test_guesses_at_the_code_make_the_login_wait_and_right_passwords_between_do_not_help(
    clock: Clock,
) -> None:
    key = add_app(sign_in(), clock)
    clock.pass_(minutes=1)
    for _ in range(5):
        give(sign_in(), "000000")
    assert not sign_in().get("/sign-in/factor/").content.count(b'name="code"'), "the password waits too"
    clock.pass_(seconds=31)
    client = sign_in()
    assert give(client, code_at(key, clock)) == 302
    with as_the_node("a test looks"):
        assert User.objects.get(login="investigator").refused_sign_ins == 0


def test_recovery_codes_are_shown_once_and_each_counts_once(clock: Clock) -> None:
    client = sign_in()
    assert client.post("/account/factors/codes/").status_code == 422, "there is nothing to recover"
    add_app(client, clock)
    page = client.post("/account/factors/codes/").content.decode()
    codes = re.findall(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", page)
    assert len(set(codes)) == 10
    assert give(sign_in(), codes[0].lower().replace("-", " ")) == 302
    assert give(sign_in(), codes[0]) == 401
    assert "9 codes are left" in shown(client, "/account/factors/")
    client.post("/account/factors/codes/")
    assert give(sign_in(), codes[1]) == 401, "new ones void the old"


def test_a_passkey_alone_signs_in_and_beside_a_password_too() -> None:
    device = add_passkey(sign_in())
    alone = browser(HOST)
    page = shown(alone, "/sign-in/passkey/?next=/series/")
    typed = {"answer": device.proof(options_on(page)), "next": "/series/"}
    assert alone.post("/sign-in/passkey/", typed).headers["Location"] == "/series/"
    assert is_in(alone)
    assert tags(2) == [AuditTag.FACTOR_USED, AuditTag.USER_SIGNED_IN]
    assert alone.post("/sign-in/passkey/", typed).status_code == 401, "each question is answered once"
    beside = sign_in()
    assert not is_in(beside)
    answer = device.proof(options_on(shown(beside, "/sign-in/factor/")))
    assert beside.post("/sign-in/factor/", {"answer": answer}).status_code == 302
    assert is_in(beside)


@pytest.mark.parametrize("fault", ["place", "unverified", "copied", "foreign", "stranger", "garbage"])
def test_an_answer_that_is_not_the_passkey_s_is_refused(fault: str) -> None:
    device = add_passkey(sign_in())
    client = browser(HOST)
    options = options_on(shown(client, "/sign-in/passkey/"))
    if fault == "place":
        device.origin = "http://localhost.evil.example"
    if fault == "stranger":
        device.number = bytes(16)
    if fault == "foreign":
        device.handle = ""
        device.key = Device().key
    if fault == "copied":
        client.post("/sign-in/passkey/", {"answer": device.proof(options)})
        client.post("/sign-out/")
        options = options_on(shown(client, "/sign-in/passkey/"))
        device.count = 0
    answer = device.proof(options, flags=PRESENT if fault == "unverified" else 5)
    answer = "[" * 15_000 if fault == "garbage" else answer
    assert client.post("/sign-in/passkey/", {"answer": answer}).status_code == 401
    assert not is_in(client)
    assert tags(1) == [AuditTag.FACTOR_REFUSED]


def test_the_passkey_of_somebody_else_is_no_second_factor() -> None:
    device = add_passkey(sign_in("supervisor"))
    add_passkey(sign_in())
    client = sign_in()
    answer = device.proof(options_on(shown(client, "/sign-in/factor/")))
    assert client.post("/sign-in/factor/", {"answer": answer}).status_code == 401
    assert not is_in(client)


def test_a_closed_account_is_opened_by_no_passkey(desk: Node) -> None:
    device = add_passkey(sign_in())
    set_active("investigator", is_active=False, actor=desk.operator)
    client = browser(HOST)
    answer = device.proof(options_on(shown(client, "/sign-in/passkey/")))
    assert client.post("/sign-in/passkey/", {"answer": answer}).status_code == 401
    set_active("investigator", is_active=True, actor=desk.operator)


def test_where_a_second_factor_is_required_the_first_sign_in_adds_one(desk: Node, clock: Clock) -> None:
    with required(desk):
        client = sign_in()
        assert not is_in(client)
        sealed, key = key_on(shown(client, "/sign-in/enrol/"))
        assert client.post("/sign-in/enrol/", {"sealed": sealed, "code": "000000"}).status_code == 422
        assert not is_in(client)
        added = client.post("/sign-in/enrol/", {"sealed": sealed, "code": code_at(key, clock)})
        assert added.headers["Location"] == "/account/factors/?next=%2Fseries%2F"
        assert "no recovery codes" in shown(client, "/account/factors/")
        second = sign_in()
        assert second.get("/sign-in/enrol/").status_code == 302, "a thief of the password adds none"
        assert second.post("/sign-in/enrol/", {"sealed": sealed, "code": "000000"}).status_code == 302


def test_where_others_can_reach_the_desk_a_second_factor_is_required_unless_its_file_says_otherwise(
    desk: Node,
) -> None:
    desk_of(desk, Address.parse("https://desk.unit.example"))
    try:
        assert is_required()
        rules = SignInRules(SecondFactor.OPTIONAL)
        answer_for(replace(desk, config=replace(desk.config, sign_in=rules)))
        assert not is_required()
    finally:
        desk_of(desk)
    assert not is_required()


def test_weighty_acts_ask_again_and_the_form_is_sent_with_the_proof(clock: Clock) -> None:
    client = sign_in()
    key = add_app(client, clock)
    clock.pass_(minutes=11)
    page = client.post("/account/factors/app/remove/", {"why": "lost <it>"}).content.decode()
    assert 'name="why" value="lost &lt;it&gt;"' in page
    assert 'action="/account/factors/app/remove/"' in page
    wrong = client.post("/account/factors/app/remove/", {"proof-code": "000000"})
    assert wrong.status_code == 401
    with as_the_node("a test looks"):
        assert AuthenticatorApp.objects.exists()
    proof = {"why": "lost <it>", "proof-code": code_at(key, clock)}
    assert client.post("/account/factors/app/remove/", proof).status_code == 302
    assert tags(2) == [AuditTag.FACTOR_REMOVED, AuditTag.FACTOR_USED]


def test_on_the_board_the_second_step_of_a_weighty_act_asks_again(clock: Clock) -> None:
    client = sign_in()
    with as_the_node("a test looks"):
        number = Series.objects.get(name="Pebble").pk
    clock.pass_(minutes=11)
    place, typed = f"/series/{number}/withdraw/", {"reason": "a test", "sure": "yes"}
    assert client.post(f"/series/{number}/note/", {"text": "light as a feather"}).status_code == 302
    assert b"proof-password" in client.post(place, typed).content
    with as_the_node("a test looks"):
        assert Series.objects.get(pk=number).withdrawn_at is None
    assert client.post(place, typed | {"proof-password": PASSWORD}).status_code == 302
    with as_the_node("a test looks"):
        assert Series.objects.get(pk=number).withdrawn_at is not None
    clock.pass_(minutes=11)
    place, typed = f"/series/{number}/restore/", {"reason": "a test"}
    for back in (place, f"/series/{number}/undo/", f"/series/{number}/take-back/"):
        assert b"proof-password" in client.post(back, typed).content, back
    with as_the_node("a test looks"):
        assert Series.objects.get(pk=number).withdrawn_at is not None
    assert client.post(place, typed | {"proof-password": PASSWORD}).status_code == 302
    with as_the_node("a test looks"):
        assert Series.objects.get(pk=number).withdrawn_at is None


def test_taking_back_what_was_proposed_of_a_person_asks_again_too(clock: Clock, desk: Node) -> None:
    with as_the_node("a test sets its scene up"):
        record_person(Victim, "V-9", PersonFacts(), actor=desk.operator)
    client, place = sign_in(), "/people/victims/NL-UNIT/V-9/"
    said = {"do": "change", "status": "identified", "sure": "yes"}
    assert client.post(place, said).status_code == 302
    clock.pass_(minutes=11)
    assert b"proof-password" in client.post(place, {"do": "take-back"}).content
    with as_the_node("a test looks"):
        assert StatusChange.objects.get(victim__national_reference="V-9").is_pending
    back = {"do": "take-back", "proof-password": PASSWORD}
    assert client.post(place, back).status_code == 302
    with as_the_node("a test looks"):
        assert not StatusChange.objects.get(victim__national_reference="V-9").is_pending


def test_a_passkey_proves_it_again_too_and_without_any_factor_the_password_does(clock: Clock) -> None:
    client = sign_in()
    clock.pass_(minutes=11)
    new = {"old": PASSWORD, "new": "x" * 12, "again": "different but long"}
    assert b"proof-password" in client.post("/account/password/", new).content
    wrong = client.post("/account/password/", {"proof-password": "wrong", **new})
    assert wrong.status_code == 401
    assert (
        b"are not the same" in client.post("/account/password/", {"proof-password": PASSWORD, **new}).content
    )
    device = add_passkey(client)
    number = re.findall(r"passkeys/(\d+)/remove/", shown(client, "/account/factors/"))[0]
    clock.pass_(minutes=11)
    place = f"/account/factors/passkeys/{number}/remove/"
    assert sign_in("supervisor").post(place).status_code == 404
    answer = device.proof(options_on(client.post(place).content.decode()))
    assert client.post(place, {"proof-answer": answer}).status_code == 302
    assert "None yet" in shown(client, "/account/factors/")


def test_a_new_password_needs_the_old_one_and_ends_all_other_sessions() -> None:
    here, there = sign_in("supervisor"), sign_in("supervisor")
    new = {"old": "wrong horse battery", "new": PASSWORD + "!", "again": PASSWORD + "!"}
    assert here.post("/account/password/", new).status_code == 401
    assert here.post("/account/password/", new | {"old": PASSWORD}).status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)
    back = {"old": PASSWORD + "!", "new": PASSWORD, "again": PASSWORD}
    assert here.post("/account/password/", back).status_code == 302


def test_an_administrator_takes_factors_away_and_the_person_is_told(desk: Node, clock: Clock) -> None:
    client = sign_in()
    add_app(client, clock)
    with as_the_node("a test looks"):
        administrator = Actor.person(User.objects.select_related("authority").get(login="administrator"))
    assert take_factors_away("investigator", actor=administrator) == 1
    assert not is_in(client)
    assert tags(1) == [AuditTag.FACTORS_TAKEN]
    assert "taken away by an administrator" in shown(sign_in(), "/account/factors/")


def test_at_an_address_without_a_name_no_passkey_is_offered() -> None:
    client = browser()
    assert b"data-passkey" not in client.get("/sign-in/passkey/").content
    assert client.post("/sign-in/passkey/", {"answer": "{}"}).status_code == 200


def test_the_node_s_file_states_the_rules_of_signing_in(desk: Node) -> None:
    file = desk.config.folder / "node.toml"
    before = file.read_text(encoding="utf-8")
    file.write_text(before + '\n[sign_in]\nsecond_factor = "required"\n', encoding="utf-8")
    assert read_config(desk.config.folder).sign_in.second_factor is SecondFactor.REQUIRED
    file.write_text(before, encoding="utf-8")
