"""The connection; Django finds it by the name of this file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import register_tzloader
from psycopg import adapters
from psycopg.pq import Format, TransactionStatus

from cairn.records.lock import Looker, looker
from cairn.records.postgresql.planned import MOST_KEPT, RUNS_BEFORE, Planned

if TYPE_CHECKING:
    from collections.abc import Callable

TIMESTAMPTZ_OID = adapters.types["timestamptz"].oid
_TELL = (
    "SELECT set_config('cairn.authority', %s, false), set_config('cairn.sight', %s, false),"
    " set_config('cairn.log', %s, false), set_config('cairn.reason', %s, false)"
)


class DatabaseWrapper(base.DatabaseWrapper):
    """Tells the server who looks, once for each change and again where a change may have been undone.

    A setting that was made in a transaction is undone with it, and a new connection knows nothing.
    """

    def __init__(self, *args: Any, **rest: Any) -> None:
        """Watch every question."""
        super().__init__(*args, **rest)
        self._told: Looker | None = None
        self.execute_wrappers.append(self._tell_first)

    def init_connection_state(self) -> None:
        """Forget what another connection was told."""
        self._told = None
        super().init_connection_state()
        # The policies make plans of many small parts; compiling them takes seconds, and running them none.
        self.connection.execute("SET jit = off")
        # Whose plan is kept is planned for any value: for a certain one, it would be planned each time.
        self.connection.execute("SET plan_cache_mode = force_generic_plan")
        self.connection.prepare_threshold, self.connection.prepared_max = RUNS_BEFORE, MOST_KEPT

    def create_cursor(self, name: str | None = None) -> Any:
        """Answer a cursor; without a name, one that lets the server keep plans."""
        cursor = super().create_cursor(name)
        return cursor if name else Planned(cursor, self._planned_cursor)

    def _planned_cursor(self) -> base.ServerBindingCursor:
        cursor = base.ServerBindingCursor(self.connection)  # type: ignore[call-arg]  # as psycopg has it
        loader = self.connection.adapters.get_loader(TIMESTAMPTZ_OID, Format.TEXT)
        if self.timezone != loader.timezone:
            register_tzloader(self.timezone, cursor)
        return cursor

    def rollback(self) -> None:
        """Undo the transaction, and with it what the server was told in it."""
        self._told = None
        super().rollback()

    def savepoint_rollback(self, sid: str) -> None:
        """Undo a part of the transaction, as above."""
        super().savepoint_rollback(sid)
        self._told = None

    def _tell_first(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        who = looker()
        # A transaction that has failed takes nothing but its end.
        if who != self._told and self.connection.info.transaction_status != TransactionStatus.INERROR:
            with self.wrap_database_errors:
                self.connection.execute(_TELL, (who.authority, who.sight, who.log, who.reason))
            self._told = who
        return execute(sql, params, many, context)
