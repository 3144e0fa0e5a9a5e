"""The people of the desk's tests: one of each role, and a unit of another country."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client

from cairn.records.authorities import AuthorityKind
from cairn.records.lock import as_the_node
from cairn.records.users import Actor, Role
from cairn.services.directory.users import create_user
from cairn.services.series.opening import create_series
from cairn.types import Handling
from cairn.web.application import desk_of
from services.seizures import unit

if TYPE_CHECKING:
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
        for name, handling in (("Stone", Handling.ALLIANCE), ("Pebble", Handling.BLIND)):
            create_series(name, actor=node.operator, handling=handling)
    desk_of(node)


def browser(host: str = HOST) -> Client:
    """Answer a browser in which nobody has signed in; it checks forms as a real one is checked."""
    return Client(headers={"host": host}, raise_request_exception=False)


def signed_in(login: str) -> Client:
    """Answer a browser in which this person has signed in."""
    client = browser()
    response = client.post("/sign-in/", {"login": login, "password": PASSWORD})
    assert response.status_code == 302, response.content.decode()
    return client
