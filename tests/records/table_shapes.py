"""What a database holds beside rows, in a form in which two databases can be compared."""

from __future__ import annotations

from typing import Any

from django.db import connections

_POSTGRESQL = {
    "columns": "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable,"
    " column_default, is_identity FROM information_schema.columns WHERE table_schema = 'public'",
    # What is unique is named by PostgreSQL in one way and by a migration in another; nobody asks by name.
    "constraints": "SELECT conrelid::regclass::text, CASE contype WHEN 'u' THEN '' ELSE conname END,"
    " pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT tablename, regexp_replace(indexdef, '^CREATE UNIQUE INDEX \\S+', 'UNIQUE')"
    " FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "policies": "SELECT tablename, policyname, cmd, qual, with_check FROM pg_policies",
    "functions": "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
}
_SQLITE = {
    "columns": 'SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk FROM sqlite_master m,'
    " pragma_table_info(m.name) c WHERE m.type = 'table'",
    "references": 'SELECT m.name, r."table", r."from", r."to" FROM sqlite_master m,'
    " pragma_foreign_key_list(m.name) r WHERE m.type = 'table'",
    "indexes and triggers": "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE type <> 'table'",
}


def shape() -> set[tuple[Any, ...]]:
    """Answer the columns, constraints, indexes, triggers, policies and functions of the open database."""
    connection = connections["default"]
    if connection.vendor == "postgresql":
        return _answers(_POSTGRESQL)
    made_by = _answers({"made by": "SELECT name, sql FROM sqlite_master WHERE type = 'table'"})
    return _answers(_SQLITE) | {("constraints", name, *_constraints(sql)) for _, name, sql in made_by}


def _answers(statements: dict[str, str]) -> set[tuple[Any, ...]]:
    with connections["default"].cursor() as cursor:
        found = set()
        for name, statement in statements.items():
            cursor.execute(statement)
            found |= {(name, *row) for row in cursor.fetchall()}
    return found


def _constraints(made_by: str) -> list[str]:
    """Answer the named constraints in what made a table, whatever the order of its columns."""
    inside = made_by.replace("\n", " ")
    return sorted(part.strip(" ,)") for part in inside.split("CONSTRAINT ")[1:])
