"""The people of the desk's tests: one of each role, and a unit of another country."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.utils.timezone import now

from cairn.records.authorities import AuthorityKind
from cairn.records.check_orders import CheckOrder, OrderKind, OrderState
from cairn.records.jobs import Check
from cairn.records.lock import as_the_node
from cairn.records.users import Actor, Role
from cairn.services.check_orders.keeping import keep_answer
from cairn.services.checking.closing import RecordNumbers
from cairn.services.directory.users import create_user
from cairn.services.series.opening import create_series
from cairn.types import Handling
from cairn.web.application import desk_of
from services.answers import sample_answer
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.records.authorities import Authority
    from cairn.services.node.opening import Node

PASSWORD = "correct horse battery staple"  # noqa: S105 - protects nothing
HOST = "127.0.0.1"
WHO = {
    "investigator": ("NL-UNIT", Role.INVESTIGATOR),
    "supervisor": ("NL-UNIT", Role.SUPERVISOR),
    "auditor": ("NL-UNIT", Role.AUDITOR),
    "administrator": ("NL-UNIT", Role.ADMINISTRATOR),
    "hub-analyst": ("HUB", Role.HUB_ANALYST),
    "hotline-analyst": ("LINE", Role.HOTLINE_ANALYST),
    "reporter": ("LINE", Role.REPORTER),
    "abroad": ("BR-UNIT", Role.INVESTIGATOR),
}
"""Login: the authority, and the role."""


def fill(node: Node) -> None:
    """Record the people, and a series of each handling that NL-UNIT owns; then be the node's desk."""
    with as_the_node("a test sets its scene up"), pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        by_code = {
            "NL-UNIT": node.authority,
            "BR-UNIT": unit(node, "BR-UNIT"),
            "HUB": unit(node, "HUB", country="FR", kind=AuthorityKind.HUB),
            "LINE": unit(node, "LINE", country="NL", kind=AuthorityKind.HOTLINE),
        }
        for login, (code, role) in WHO.items():
            actor = Actor.operator(by_code[code])
            create_user(login, name=f"{login} of {code}", role=role, password=PASSWORD, actor=actor)
        _check(by_code["NL-UNIT"])
        for name, handling in (("Stone", Handling.ALLIANCE), ("Pebble", Handling.BLIND)):
            create_series(name, actor=node.operator, handling=handling)
    desk_of(node)


def _check(authority: Authority) -> None:
    """Keep the answer of a check that NL-UNIT has asked for, and begin another."""
    order = CheckOrder.objects.create(
        authority=authority,
        kind=OrderKind.UPLOAD,
        state=OrderState.ANSWERED,
        label="phone",
        answered_at=now(),
    )
    CheckOrder.objects.create(
        authority=authority, kind=OrderKind.UPLOAD, state=OrderState.GATHERING, label="tablet"
    )
    run = Check.objects.create(authority=authority, request_digest=b"1" * 32, finished_at=now())
    keep_answer(order, run, sample_answer(), RecordNumbers({}, {}))


def browser(host: str = HOST) -> Client:
    """Answer a browser in which nobody has signed in; it checks forms as a real one is checked."""
    return Client(headers={"host": host}, raise_request_exception=False)


def signed_in(login: str) -> Client:
    """Answer a browser in which this person has signed in."""
    client = browser()
    response = client.post("/sign-in/", {"login": login, "password": PASSWORD})
    assert response.status_code == 302, response.content.decode()
    return client
