"""Authorities and series are recorded with values that hold, and each act is audited."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cairn.errors import InputError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.users import Actor
from cairn.services.directory import NewAuthority, add_authority, authorities, find_authority
from cairn.services.series import create_series, list_series, set_status
from cairn.types import Handling, SeriesStatus
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node import Node

NEW = NewAuthority("BR-UNIT", "Demonstration unit, Brazil", AuthorityKind.UNIT, "BR", "desk@unit.example")


def test_an_authority_is_recorded_once_and_listed(node: Node) -> None:
    add_authority(NEW, actor=node.operator)
    assert [row.code for row in authorities()] == ["BR-UNIT", "NL-UNIT"]
    assert AuditEvent.objects.filter(tag=AuditTag.AUTHORITY_CREATED).count() == 1
    with pytest.raises(InputError, match="already"):
        add_authority(NEW, actor=node.operator)


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


def test_a_series_is_opened_moved_on_and_listed_to_those_who_may_see_it(node: Node) -> None:
    owner = Actor.operator(unit(node, "BR-UNIT"))
    create_series("Stone", actor=owner)
    create_series("Moss", actor=owner, handling=Handling.BLIND)
    set_status("Stone", SeriesStatus.IDENTIFIED, actor=owner)
    assert [(row.name, row.status) for row in list_series(node.operator)] == [
        ("Stone", SeriesStatus.IDENTIFIED)
    ]
    assert [row.name for row in list_series(owner)] == ["Moss", "Stone"]
    tags = AuditEvent.objects.values_list("tag", flat=True)
    assert list(tags.order_by("pk")[3:]) == [
        AuditTag.SERIES_CREATED,
        AuditTag.SERIES_CREATED,
        AuditTag.SERIES_STATUS_CHANGED,
        AuditTag.SERIES_LISTED,
        AuditTag.SERIES_LISTED,
    ]


def test_only_its_owner_can_move_a_series_on(sqlite_node: Node) -> None:
    create_series("Stone", actor=Actor.operator(unit(sqlite_node, "BR-UNIT")))
    with pytest.raises(InputError, match="NL-UNIT has no series 'Stone'"):
        set_status("Stone", SeriesStatus.IDENTIFIED, actor=sqlite_node.operator)


def test_a_series_needs_a_name_of_its_own_and_names_only_where_it_is_named(sqlite_node: Node) -> None:
    owner = sqlite_node.operator
    create_series("Stone", actor=owner)
    with pytest.raises(InputError, match="already"):
        create_series("Stone", actor=owner)
    with pytest.raises(InputError, match="needs a name"):
        create_series("  ", actor=owner)
    with pytest.raises(InputError, match="handling 'named'"):
        create_series("Moss", actor=owner, named=("NL-UNIT",))
    with pytest.raises(InputError, match="handling 'named'"):
        create_series("Moss", actor=owner, handling=Handling.NAMED)
