"""The day on which a sighting was met, as the database computes it: one rule for pages and statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Func
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler, _AsSqlType


def met_on(path: str = "") -> Coalesce:
    """Answer the expression for the day, as text such as ``2026-03-31``.

    It is the day that the authority has said, else that of the seizure, else that of the recording.

    Args:
        path: The way from the row to its sightings, such as ``seriesmedia__media__sighting__``.
    """
    return Coalesce(Day(f"{path}found_at"), Day(f"{path}exhibit__seized_on"), Day(f"{path}recorded_at"))


class Day(Func):
    """The day of a time in UTC, or of a date, as text that sorts: the databases' own dates do not agree."""

    output_field = CharField()
    template = "substr(%(expressions)s, 1, 10)"

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **words: Any
    ) -> _AsSqlType:
        """Turn what PostgreSQL keeps as a moment into text."""
        template = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD')"
        return self.as_sql(compiler, connection, template=template, **words)
