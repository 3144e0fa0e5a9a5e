"""The countries of the alliance: with a unit or without, connected or not."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError
from cairn.records.authorities import AuthorityKind
from cairn.records.users import Actor, Role, User
from cairn.services.directory.authorities import AuthorityChange, change_authority
from cairn.services.directory.countries import countries, join
from services.seizures import unit

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def test_the_directory_shows_where_a_unit_is_missing_and_who_is_connected(node: Node) -> None:
    unit(node, "BR-UNIT")
    unit(node, "BR-UNIT-2")
    unit(node, "CA-LINE", country="CA", kind=AuthorityKind.HOTLINE)
    join("CA", on=None, actor=node.operator)
    join("KE", on=date(2024, 5, 1), actor=node.operator)
    change_authority("BR-UNIT", AuthorityChange(connected_since=date(2025, 2, 1)), actor=node.operator)
    change_authority("BR-UNIT-2", AuthorityChange(connected_since=date(2024, 2, 1)), actor=node.operator)
    found = {row.country: row for row in countries(node.operator)}
    assert list(found) == ["BR", "CA", "KE", "NL"]
    assert (found["BR"].units, found["BR"].connected_since) == (("BR-UNIT", "BR-UNIT-2"), date(2024, 2, 1))
    assert (found["CA"].units, found["CA"].others, found["CA"].is_member) == ((), ("CA-LINE",), True)
    assert (found["KE"].joined_on, found["KE"].units) == (date(2024, 5, 1), ())
    assert (found["NL"].connected_since, found["NL"].is_member) == (None, False)


def test_joining_again_records_the_other_day(sqlite_node: Node) -> None:
    join("KE", on=date(2024, 5, 1), actor=sqlite_node.operator)
    join("KE", on=date(2024, 6, 1), actor=sqlite_node.operator)
    assert [row.joined_on for row in countries(sqlite_node.operator) if row.country == "KE"] == [
        date(2024, 6, 1)
    ]


def test_only_an_administrator_records_countries_and_no_reporter_reads_them(sqlite_node: Node) -> None:
    investigator = Actor(sqlite_node.authority, frozenset({Role.INVESTIGATOR}))
    with pytest.raises(AccessError, match="no such record"):
        join("KE", on=None, actor=investigator)
    assert countries(investigator)
    with pytest.raises(AccessError, match="no such record"):
        countries(Actor(sqlite_node.authority, frozenset({Role.REPORTER})))


def test_the_administrator_of_one_authority_records_no_country(sqlite_node: Node) -> None:
    one = sqlite_node.authority
    administrator = User.objects.create(authority=one, login="a", name="a", role=Role.ADMINISTRATOR)
    with pytest.raises(AccessError, match="no such record"):
        join("KE", on=None, actor=Actor.person(administrator))
    assert "KE" not in [row.country for row in countries(sqlite_node.operator)]


@pytest.mark.parametrize("country", ["", "ke", "KEN", "K1"])
def test_what_is_no_country_is_refused(sqlite_node: Node, country: str) -> None:
    with pytest.raises(InputError, match="no country"):
        join(country, on=None, actor=sqlite_node.operator)
