"""A test's database is as new, whatever the test before it did."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from cairn.records.authorities import Authority
from cairn.records.cases import Case
from cairn.records.users import Role
from cairn.services.directory.users import create_user

if TYPE_CHECKING:
    from cairn.services.node.opening import Node
    from fresh_postgresql import FreshDatabase

pytestmark = pytest.mark.parametrize("node", ["postgresql"], indirect=True)


def test_whatever_a_test_wrote_is_taken_back(node: Node, fresh_database: FreshDatabase) -> None:
    before, clones = fresh_database.contents(), fresh_database.clones
    create_user("vera", name="Vera", role=Role.INVESTIGATOR, password="a long password", actor=node.operator)
    Case.objects.create(authority=node.authority, reference="24-1")
    Authority.objects.update(country="DE")
    with suppress(ValueError), transaction.atomic():
        Case.objects.create(authority=node.authority, reference="24-2")
        raise ValueError  # A number was given that no row bears.
    assert fresh_database.contents() != before
    fresh_database.renew()
    assert (fresh_database.contents(), fresh_database.clones) == (before, clones)


def test_where_the_tables_were_changed_the_database_is_another(
    node: Node, fresh_database: FreshDatabase
) -> None:
    clones = fresh_database.clones
    _, rows, numbers = fresh_database.contents()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE records_auditevent DISABLE TRIGGER USER")
    fresh_database.renew()
    assert (fresh_database.contents()[1:], fresh_database.clones) == ((rows, numbers), clones + 1)
