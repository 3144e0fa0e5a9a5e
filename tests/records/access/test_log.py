"""Who reads the audit log: overseers all of it, an authority's own auditors what their authority did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from cairn.records import audit
from cairn.records.access import reads_every_event, visible_events, visible_to
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.users import Actor, Role

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def authority(code: str, kind: AuthorityKind) -> Authority:
    return Authority.objects.create(code=code, name=code, kind=kind, country="BE", contact="desk")


def actor(of: Authority, role: Role) -> Actor:
    return Actor(of, frozenset({role}))


@pytest.fixture
def other(node: Node) -> Authority:
    """Another authority, whose check met one series that it saw and one that it did not."""
    made = authority("BE-UNIT", AuthorityKind.UNIT)
    with transaction.atomic():
        audit.append(AuditTag.SERIES_MET, actor=Actor.operator(made), record_ids=[1])
        audit.append(AuditTag.SERIES_MET_UNSEEN, actor=Actor.operator(made), record_ids=[2])
    return made


@pytest.mark.parametrize("kind", [AuthorityKind.HUB, AuthorityKind.OVERSIGHT])
def test_auditors_of_the_hub_and_of_an_oversight_body_read_all_of_it(
    node: Node, other: Authority, kind: AuthorityKind
) -> None:
    auditor = actor(authority("OVERSEER", kind), Role.AUDITOR)
    assert reads_every_event(auditor)
    assert visible_events(auditor).count() == AuditEvent.objects.count() == 4


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SUPERVISOR])
def test_others_read_what_their_own_authority_did(node: Node, other: Authority, role: Role) -> None:
    assert {event.actor_code for event in visible_events(actor(node.authority, role))} == {"NL-UNIT"}


def test_an_authority_is_not_told_that_its_check_met_what_it_may_not_know(
    node: Node, other: Authority
) -> None:
    seen = visible_events(actor(other, Role.AUDITOR))
    assert [event.tag for event in seen] == [AuditTag.SERIES_MET]


def test_a_supervisor_of_the_hub_does_not_read_what_others_did(node: Node, other: Authority) -> None:
    supervisor = actor(authority("HUB", AuthorityKind.HUB), Role.SUPERVISOR)
    assert visible_events(supervisor).count() == 0


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.AUDITOR, Role.SUPERVISOR}))
def test_nobody_else_reads_the_log(node: Node, role: Role) -> None:
    assert visible_to(actor(node.authority, role), AuditEvent).count() == 0
