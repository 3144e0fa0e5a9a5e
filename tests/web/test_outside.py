"""Signing in through another service, against a small one that these tests are."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from cairn.errors import ConfigurationError, InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.factors import OutsideName
from cairn.records.lock import as_the_node
from cairn.records.sign_in_rules import OutsideService, SecondFactor, SignInRules, parse_rules
from cairn.services.directory.users import set_active
from cairn.services.node.this_process import answer_for
from cairn.services.outside.names import set_outside_name
from web.people import browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from cairn.services.node.opening import Node

SUBJECT = "248289761001"
SECRET = "of this client"  # noqa: S105 - protects nothing


class Service:
    """An OpenID Connect provider: it vouches for one subject, and can be told to do it wrongly."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "1"})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        self.claims: dict[str, Any] = {}
        self.signer, self.algorithm = self.key, "RS256"
        self.says_issuer, self.redirects = "", False
        self.asked: dict[str, str] = {}

    def vouch(self, address: str, **changed: Any) -> str:
        """Do what the service does when the person has signed in there; answer the way back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.asked = asked
        now = int(timezone.now().timestamp())
        self.claims = {
            "iss": self.issuer,
            "aud": "cairn",
            "sub": SUBJECT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        } | changed
        return f"{urlsplit(asked['redirect_uri']).path}?code=once&state={asked['state']}"

    def answer(self, path: str) -> dict[str, Any]:
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.says_issuer or self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        return dict(KeySet([self.key]).as_dict())

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any]:
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        pair = base64.b64encode(b"cairn:of%20this%20client").decode()
        if challenge != self.asked["code_challenge"] or authorization != f"Basic {pair}":
            return {"error": "invalid_grant"}
        header = {"alg": self.algorithm, "kid": "1"}
        return {"id_token": jwt.encode(header, self.claims, self.signer, algorithms=[self.algorithm])}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._say(service.answer(self.path))

            def do_POST(self) -> None:
                typed = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(typed).items()}
                self._say(service.token(form, self.headers.get("Authorization", "")))

            def _say(self, said: dict[str, Any]) -> None:
                self.send_response(302 if service.redirects else 200)
                self.send_header("Location", "/.well-known/openid-configuration")
                self.end_headers()
                self.wfile.write(json.dumps(said).encode())

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@pytest.fixture(scope="module")
def running(sqlite_desk: Node) -> Iterator[Service]:
    service = Service()
    thread = threading.Thread(target=service.server.serve_forever, args=(0.05,))
    thread.start()
    rules = SignInRules(outside=OutsideService(service.issuer, "cairn", "Ministry"))
    node = replace(sqlite_desk, config=replace(sqlite_desk.config, sign_in=rules))
    set_outside_name(node, "investigator", SUBJECT, actor=node.operator)
    answer_for(node)
    yield service
    answer_for(sqlite_desk)
    service.server.shutdown()
    thread.join()
    service.server.server_close()


@pytest.fixture
def service(running: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    monkeypatch.setenv("CAIRN_OIDC_SECRET", SECRET)
    running.signer, running.algorithm = running.key, "RS256"
    running.says_issuer, running.redirects = "", False
    return running


def leave(client: Client) -> str:
    answer = client.get("/sign-in/outside/?next=/series/")
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def last_tag() -> str:
    with as_the_node("a test looks"):
        return AuditEvent.objects.order_by("-position").values_list("tag", flat=True)[0]


def test_a_person_whom_the_service_vouches_for_signs_in_and_is_audited(service: Service) -> None:
    client = browser()
    assert "Ministry" in client.get("/sign-in/").content.decode()
    back = service.vouch(leave(client))
    assert service.asked["code_challenge_method"] == "S256"
    assert client.get(back).headers["Location"] == "/series/"
    assert is_in(client)
    assert last_tag() == AuditTag.USER_SIGNED_IN
    assert client.get(back).status_code == 401, "a way back leads in once"


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "http://127.0.0.1:1"},
        {"aud": "another"},
        {"aud": ["cairn", "another"]},
        {"azp": "another"},
        {"exp": 1},
        {"nonce": "of another way"},
        {"sub": "nobody of the node"},
        {"sub": None},
        {"sub": "\0"},
    ],
)
def test_an_id_token_that_is_not_for_this_sign_in_leads_nowhere(
    service: Service, changed: dict[str, Any]
) -> None:
    client = browser()
    assert client.get(service.vouch(leave(client), **changed)).status_code == 401
    assert not is_in(client)
    assert last_tag() == AuditTag.USER_REFUSED


def test_a_token_that_another_key_or_a_shared_secret_has_signed_leads_nowhere(service: Service) -> None:
    for signer, algorithm in (
        (RSAKey.generate_key(2048, parameters={"kid": "1"}), "RS256"),
        (OctKey.import_key(SECRET * 4), "HS256"),
    ):
        service.signer, service.algorithm = signer, algorithm  # type: ignore[assignment]  # as a thief would
        client = browser()
        assert client.get(service.vouch(leave(client))).status_code == 401
        assert not is_in(client)


def test_the_way_back_of_another_browser_leads_nowhere(service: Service) -> None:
    victim, thief = browser(), browser()
    back = service.vouch(leave(thief))
    leave(victim)
    assert victim.get(back).status_code == 401
    assert browser().get(back).status_code == 401
    own = service.vouch(leave(victim))
    assert victim.get(own.replace("state=", "state=x")).status_code == 401, "all but the state fits"


@pytest.mark.parametrize("fault", ["another", "redirect"])
def test_only_the_service_of_the_node_s_file_is_believed(service: Service, fault: str) -> None:
    if fault == "another":
        service.says_issuer = "https://login.evil.example"
    else:
        service.redirects = True
    answer = browser().get("/sign-in/outside/")
    assert answer.status_code == 502
    assert "gives no answer that can be used" in answer.content.decode()


def test_a_closed_account_is_opened_by_nobody_s_word(service: Service, sqlite_desk: Node) -> None:
    set_active("investigator", is_active=False, actor=sqlite_desk.operator)
    client = browser()
    assert client.get(service.vouch(leave(client))).status_code == 401
    set_active("investigator", is_active=True, actor=sqlite_desk.operator)


def test_a_name_means_one_person_and_is_taken_away_by_an_empty_one(
    service: Service, sqlite_desk: Node
) -> None:
    rules = SignInRules(outside=OutsideService(service.issuer, "cairn", "Ministry"))
    node = replace(sqlite_desk, config=replace(sqlite_desk.config, sign_in=rules))
    with pytest.raises(InputError):
        set_outside_name(node, "supervisor", SUBJECT, actor=node.operator)
    set_outside_name(node, "supervisor", "another", actor=node.operator)
    set_outside_name(node, "supervisor", "", actor=node.operator)
    with as_the_node("a test looks"):
        assert OutsideName.objects.count() == 1
    with pytest.raises(ConfigurationError):
        set_outside_name(sqlite_desk, "supervisor", "another", actor=node.operator)


@pytest.mark.parametrize(
    ("issuer", "holds"),
    [
        ("https://login.example", True),
        ("http://127.0.0.1:9", True),
        ("http://login.example", False),
        ("https://login.example?x=1", False),
        ("file:///etc/passwd", False),
    ],
)
def test_a_service_in_the_node_s_file_is_reached_through_tls(issuer: str, holds: bool) -> None:
    rules = parse_rules({"oidc": {"issuer": issuer, "client": "cairn"}})
    assert (rules is not None) is holds
    assert rules is None or rules.second_factor is SecondFactor.AUTO
