"""The log is verified as an act, and its signed heads are shown, to those who oversee it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.users import Actor, Role, User
from cairn.services.auditing import overseeing
from cairn.services.auditing.overseeing import signed_head, signed_log, verify_as
from cairn.services.auditing.signing import sign_head
from services.auditing.acts import act

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def person(node: Node, role: Role) -> Actor:
    row = User.objects.create(authority=node.authority, login=str(role), name=str(role), role=role)
    return Actor.person(row)


def test_verifying_is_an_act_that_tells_what_was_found(node: Node) -> None:
    act(node, 3)
    sign_head(node.config)
    found = verify_as(node, actor=person(node, Role.AUDITOR))
    assert (found.entries, found.covered, list(found.findings)) == (5, 5, [])
    event = AuditEvent.objects.latest("position")
    assert (event.tag, event.counts) == (AuditTag.LOG_VERIFIED, {"entries": 5, "wrong": 0})


def test_a_log_that_is_too_long_to_wait_for_is_left_to_the_command(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_head(node.config)
    monkeypatch.setattr(overseeing, "QUICK_ENTRIES", 1)
    with pytest.raises(InputError, match="cairn audit verify"):
        verify_as(node, actor=node.operator)


def test_heads_are_shown_newest_first_a_page_at_a_time(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overseeing, "HEADS_SHOWN", 2)
    sizes = [sign_head(node.config).head.size]
    for _ in range(2):
        act(node, 1)
        sizes.append(sign_head(node.config).head.size)
    first = signed_log(node, actor=node.operator)
    assert [head.size for head in first.heads] == sizes[:0:-1]
    assert (first.covered, first.before) == (sizes[2], sizes[1])
    rest = signed_log(node, actor=node.operator, before=first.before)
    assert ([head.size for head in rest.heads], rest.before) == ([sizes[0]], None)
    assert signed_head(node.operator, sizes[0]).head.root.hex() == rest.heads[0].root


def test_nobody_else_verifies_or_sees_heads(node: Node) -> None:
    size = sign_head(node.config).head.size
    investigator = person(node, Role.INVESTIGATOR)
    for forbidden in (
        lambda: verify_as(node, actor=investigator),
        lambda: signed_log(node, actor=investigator),
        lambda: signed_head(investigator, size),
        lambda: signed_head(node.operator, size + 99),
    ):
        with pytest.raises(AccessError):
            forbidden()
