"""API keys at the desk: shown once, rotated and revoked after a question, by the administrator."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from cairn.errors import CairnError
from cairn.services.keys.calling import caller_of
from web.people import signed_in

if TYPE_CHECKING:
    from django.test import Client

    from cairn.services.node.opening import Node

MADE = {"name": "<Case> tool", "role": "investigator", "scope": ["check", "series:read"], "days": "90"}

WRONG: tuple[dict[str, object], ...] = (
    {"scope": []},
    {"scope": ["made-up"]},
    {"days": "4000"},
    {"role": "administrator"},
    {"name": ""},
)


@pytest.fixture(scope="module")
def admin(sqlite_desk: Node) -> Client:
    return signed_in("administrator")


def secret_in(answer: str) -> str:
    return str(re.findall(r"cairn_[0-9a-f]{12}_[0-9a-f]{64}", answer)[0])


def test_a_key_is_made_and_shown_once_rotated_and_revoked(admin: Client) -> None:
    made = admin.post("/keys/make/", MADE)
    secret = secret_in(made.content.decode())
    assert "no-store" in made.headers["Cache-Control"]
    number = secret.split("_")[1]
    listed = admin.get("/keys/").content.decode()
    assert (secret in listed, number in listed, "&lt;Case&gt; tool" in listed) == (False, True, True)
    assert holds(secret)

    first = admin.post(f"/keys/{number}/", {"do": "rotate", "overlap_days": "0", "days": "30"})
    assert "Nothing has been done yet" in first.content.decode()
    assert holds(secret)
    sure = {"sure": "yes", "overlap_days": "0", "days": "30"}
    fresh = secret_in(admin.post(f"/keys/{number}/", {"do": "rotate", **sure}).content.decode())
    assert (holds(secret), holds(fresh)) == (False, True)

    assert admin.post(f"/keys/{number}/", {"do": "revoke", "sure": "yes"}).status_code == 302
    assert not holds(fresh)
    assert admin.post(f"/keys/{number}/", {"do": "revoke", "sure": "yes"}).status_code == 404


def test_terms_that_no_key_can_have_are_refused(admin: Client) -> None:
    for wrong in WRONG:
        answer = admin.post("/keys/make/", {**MADE, **wrong})
        assert answer.status_code == 422, wrong


def holds(secret: str) -> bool:
    try:
        caller_of(secret)
    except CairnError:
        return False
    return True
