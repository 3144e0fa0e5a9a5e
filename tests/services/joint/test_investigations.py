"""Joint investigations: who opens, joins, leaves and closes one, and that nobody else sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.alerts import AlertKind
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.joint import JointInvestigation
from cairn.records.users import Actor, Role
from cairn.services.joint.investigations import accept, close, invite, leave, open_investigation
from cairn.services.joint.reading import list_investigations, show_investigation
from services.alerting.records import authority, person, told

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def of(one: Authority) -> Actor:
    return Actor.operator(one)


def states(one: Authority) -> list[tuple[str, str]]:
    return [(row.name, row.state) for row in list_investigations(actor=of(one))]


def test_who_is_invited_and_accepts_is_a_member(node: Node) -> None:
    other = authority("BR-UNIT")
    open_investigation("Lantern", invited=["BR-UNIT"], actor=node.operator)
    assert told(other) == [(AlertKind.INVITATION, None, "NL-UNIT")]
    assert states(other) == [("Lantern", "invited")]
    with pytest.raises(InputError, match="member of no investigation"):
        show_investigation("Lantern", actor=of(other))
    accept("Lantern", actor=of(other))
    assert told(node.authority) == [(AlertKind.JOINT, None, "BR-UNIT")]
    assert [row.code for row in show_investigation("Lantern", actor=of(other)).members] == [
        "BR-UNIT",
        "NL-UNIT",
    ]
    assert states(other) == [("Lantern", "open")]


def test_nobody_else_learns_of_an_investigation(node: Node) -> None:
    outsider = authority("SE-UNIT")
    open_investigation("Lantern", actor=node.operator)
    assert states(outsider) == []
    for act in (show_investigation, accept, leave, close):
        with pytest.raises(InputError, match="no investigation"):
            act("Lantern", actor=of(outsider))


def test_who_has_left_sees_nothing_until_invited_again(sqlite_node: Node) -> None:
    other = authority("BR-UNIT")
    open_investigation("Lantern", invited=["BR-UNIT"], actor=sqlite_node.operator)
    accept("Lantern", actor=of(other))
    leave("Lantern", actor=of(other))
    assert states(other) == []
    with pytest.raises(InputError, match="no investigation"):
        show_investigation("Lantern", actor=of(other))
    invite("Lantern", "BR-UNIT", actor=sqlite_node.operator)
    accept("Lantern", actor=of(other))
    assert len(told(other)) == 2


def test_an_invitation_can_be_declined(sqlite_node: Node) -> None:
    other = authority("BR-UNIT")
    open_investigation("Lantern", invited=["BR-UNIT"], actor=sqlite_node.operator)
    leave("Lantern", actor=of(other))
    with pytest.raises(InputError, match="invited to no investigation"):
        accept("Lantern", actor=of(other))


def test_only_its_lead_invites_and_closes_and_the_lead_does_not_leave(sqlite_node: Node) -> None:
    other = authority("BR-UNIT")
    authority("SE-UNIT")
    open_investigation("Lantern", invited=["BR-UNIT"], actor=sqlite_node.operator)
    accept("Lantern", actor=of(other))
    with pytest.raises((InputError, AccessError)):
        invite("Lantern", "SE-UNIT", actor=of(other))
    with pytest.raises((InputError, AccessError)):
        close("Lantern", actor=of(other))
    with pytest.raises(InputError, match="closes it"):
        leave("Lantern", actor=sqlite_node.operator)
    assert JointInvestigation.objects.get().closed_at is None


def test_a_closed_investigation_can_be_read_and_nothing_more(sqlite_node: Node) -> None:
    other = authority("BR-UNIT")
    open_investigation("Lantern", invited=["BR-UNIT"], actor=sqlite_node.operator)
    close("Lantern", actor=sqlite_node.operator)
    for act in (
        lambda: accept("Lantern", actor=of(other)),
        lambda: invite("Lantern", "BR-UNIT", actor=sqlite_node.operator),
        lambda: close("Lantern", actor=sqlite_node.operator),
    ):
        with pytest.raises(InputError, match="closed"):
            act()
    assert show_investigation("Lantern", actor=sqlite_node.operator).closed_at is not None


@pytest.mark.parametrize("kind", [AuthorityKind.HOTLINE, AuthorityKind.COMPANY, AuthorityKind.OVERSIGHT])
def test_police_alone_investigate_together(sqlite_node: Node, kind: AuthorityKind) -> None:
    other = authority("XX", kind)
    with pytest.raises(AccessError):
        open_investigation("Lantern", actor=of(other))
    with pytest.raises(InputError, match="no police unit"):
        open_investigation("Lantern", invited=["XX"], actor=sqlite_node.operator)
    assert not JointInvestigation.objects.exists()


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_who_does_not_work_with_material_opens_none(sqlite_node: Node, role: Role) -> None:
    user = person(sqlite_node.authority, "vera", role)
    with pytest.raises(AccessError):
        open_investigation("Lantern", actor=Actor.person(user))


def test_two_of_one_name_are_told_apart_by_their_leads(sqlite_node: Node) -> None:
    other = authority("BR-UNIT")
    open_investigation("Lantern", invited=["BR-UNIT"], actor=sqlite_node.operator)
    accept("Lantern", actor=of(other))
    open_investigation("Lantern", actor=of(other))
    with pytest.raises(InputError, match="'NL-UNIT/Lantern'"):
        show_investigation("Lantern", actor=of(other))
    assert show_investigation("NL-UNIT/Lantern", actor=of(other)).lead == "NL-UNIT"
    with pytest.raises(InputError, match="already"):
        open_investigation("Lantern", actor=of(other))


def test_every_step_is_audited(sqlite_node: Node) -> None:
    other = authority("BR-UNIT")
    open_investigation("Lantern", invited=["BR-UNIT"], actor=sqlite_node.operator)
    accept("Lantern", actor=of(other))
    show_investigation("Lantern", actor=of(other))
    leave("Lantern", actor=of(other))
    close("Lantern", actor=sqlite_node.operator)
    assert list(AuditEvent.objects.order_by("pk").values_list("tag", flat=True))[-5:] == [
        AuditTag.INVESTIGATION_OPENED,
        AuditTag.INVESTIGATION_JOINED,
        AuditTag.INVESTIGATION_SHOWN,
        AuditTag.INVESTIGATION_LEFT,
        AuditTag.INVESTIGATION_CLOSED,
    ]
