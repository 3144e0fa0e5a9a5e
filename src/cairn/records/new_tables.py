"""Makes the tables of a new database at once, as the models say, instead of walking through every migration.

Walking through them draws every model again after each step: many seconds of a processor for tables that
nobody has written to. What migrations do beside tables (the log's triggers, its first row) is done in their
order, on the finished tables; that both ways end in the same tables is a test.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython, RunSQL
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

APP = "records"


def is_new(connection: BaseDatabaseWrapper) -> bool:
    """Answer whether no migration has ever touched this database."""
    return not MigrationRecorder(connection).has_table()


def make_tables(connection: BaseDatabaseWrapper) -> None:
    """Make all tables in one transaction, and note every migration as done; a killed one leaves nothing.

    Raises:
        DatabaseError: The database refuses.
    """
    plan, recorder = _plan(connection), MigrationRecorder(connection)
    state = ProjectState.from_apps(apps)
    with connection.schema_editor(atomic=True) as editor:
        editor.create_model(recorder.Migration)
        for model in apps.get_app_config(APP).get_models():
            editor.create_model(model)
        for _, operations in plan:
            for operation in operations:
                operation.database_forwards(APP, editor, state, state)
        for name, _ in plan:
            recorder.record_applied(APP, name)


def _plan(connection: BaseDatabaseWrapper) -> list[tuple[str, list[RunPython | RunSQL]]]:
    """Answer the migrations in their order, each with what it does beside tables."""
    graph = MigrationLoader(connection).graph
    (last,) = graph.leaf_nodes(APP)
    return [
        (name, [each for each in graph.nodes[app, name].operations if isinstance(each, RunPython | RunSQL)])
        for app, name in graph.forwards_plan(last)
    ]
