"""Authorities are recorded with values that hold, and each act is audited."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.users import Role
from cairn.services.directory.authorities import NewAuthority, add_authority, authorities, find_authority
from services.persons import person

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

NEW = NewAuthority("BR-UNIT", "Demonstration unit, Brazil", AuthorityKind.UNIT, "BR", "desk@unit.example")


def test_an_authority_is_recorded_once_and_listed(node: Node) -> None:
    add_authority(NEW, actor=node.operator)
    assert [row.code for row in authorities()] == ["BR-UNIT", "NL-UNIT"]
    assert AuditEvent.objects.filter(tag=AuditTag.AUTHORITY_CREATED).count() == 1
    with pytest.raises(InputError, match="already"):
        add_authority(NEW, actor=node.operator)


def test_only_the_hub_and_who_runs_the_node_record_authorities(sqlite_node: Node) -> None:
    hub = replace(NEW, code="XX-HUB", kind=AuthorityKind.HUB)
    for new in (hub, NEW):
        add_authority(new, actor=sqlite_node.operator)
    ours = person(find_authority("BR-UNIT"), Role.ADMINISTRATOR)
    with pytest.raises(AccessError):
        add_authority(replace(NEW, code="JP-UNIT"), actor=ours)
    assert "JP-UNIT" not in [row.code for row in authorities()]
    add_authority(replace(NEW, code="JP-UNIT"), actor=person(find_authority("XX-HUB"), Role.ADMINISTRATOR))


@pytest.mark.parametrize(
    ("field", "value"),
    [("code", "br"), ("code", ""), ("country", "Brazil"), ("country", "br"), ("name", " "), ("contact", "")],
)
def test_an_authority_whose_values_do_not_hold_is_refused(sqlite_node: Node, field: str, value: str) -> None:
    with pytest.raises(InputError) as caught:
        add_authority(replace(NEW, **{field: value}), actor=sqlite_node.operator)  # type: ignore[arg-type]  # a field's name
    assert caught.value.code == "authority.invalid"


def test_an_unknown_authority_is_a_sentence(sqlite_node: Node) -> None:
    with pytest.raises(InputError, match="cairn authority list"):
        find_authority("XX-UNIT")
