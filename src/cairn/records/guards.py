"""What the database guards by itself: the veil is kept, and on PostgreSQL tables with material are locked.

It is made anew with each upgrade of the tables, so that the guards are always those of this version.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection, transaction

from cairn.records.lock import as_the_node
from cairn.records.policies import lock_statements
from cairn.records.veil_triggers import POSTGRESQL, SQLITE


def install_guards() -> None:
    """Make the guards anew, all or none of them."""
    is_postgresql = connection.vendor == "postgresql"
    statements = [*(POSTGRESQL if is_postgresql else SQLITE)]
    if is_postgresql:
        statements.extend(lock_statements(record_tables()))
    with as_the_node("the guards are made anew"), transaction.atomic(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def lift_locks() -> None:
    """Take the locks away for an upgrade, in its transaction; ``install_guards`` puts them back.

    PostgreSQL changes no column that a policy reads. Constraints are looked at once more at each statement,
    because a table with questions still open to them cannot be changed either.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE p.polname = 'cairn' AND c.relnamespace = current_schema::regnamespace"
        )
        for (table,) in cursor.fetchall():
            name = connection.ops.quote_name(table)
            cursor.execute(f"DROP POLICY cairn ON {name}")
            cursor.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")


def lift_triggers() -> None:
    """Take the veil's triggers away for an upgrade of SQLite; ``install_guards`` puts them back.

    SQLite changes a table by making it anew, and refuses that while a trigger of another table names it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'veil\\_%' ESCAPE '\\'"
        )
        for (trigger,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(trigger)}")


def record_tables() -> frozenset[str]:
    """Answer the names of all tables of the records, those between two models included."""
    models = apps.get_app_config("records").get_models(include_auto_created=True)
    return frozenset(model._meta.db_table for model in models)  # noqa: SLF001 - Django's own name for it


def lock_is_bypassed() -> bool:
    """Answer whether PostgreSQL's row-level security does not bind the role of this connection."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        (bypassed,) = cursor.fetchone()
    return bool(bypassed)
