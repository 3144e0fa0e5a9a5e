"""The connection; Django finds it by the name of this file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from cairn.records.sqlite.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

_TURNS = Turns()
"""A process has one node, and so one file to write to."""


class DatabaseWrapper(base.DatabaseWrapper):
    """Begins transactions one after the other within this process, in the order in which they were asked for.

    SQLite lets one transaction write at a time. Whoever finds it busy sleeps and tries again, longer each
    time, so that with many threads a few wait until they give up. Here they stand in a queue; only other
    processes are left to SQLite's own waiting.

    A transaction may begin late: with the first statement that is no question. Until then it holds nobody up.
    """

    def __init__(self, *args: Any, **rest: Any) -> None:
        """Start outside of any transaction."""
        super().__init__(*args, **rest)
        self._turn: Event | None = None
        self._begins_late = self._is_to_begin = False
        self.execute_wrappers.append(self._begin_first)

    def begin_late(self, *, is_late: bool = True) -> None:
        """Let the next transaction begin with the first thing that it writes, or at its beginning again."""
        self._begins_late = is_late

    def begin_now(self) -> None:
        """Begin a transaction that was to begin late; one that has begun goes on."""
        if self._is_to_begin:
            self._is_to_begin = False
            self._start_transaction_under_autocommit()

    def _begin_first(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if self._is_to_begin and not sql.startswith("SELECT"):
            self.begin_now()
        return execute(sql, params, many, context)

    def _savepoint_allowed(self) -> bool:
        """Answer no before the transaction has begun: a savepoint would begin it, out of turn."""
        return not self._is_to_begin and bool(super()._savepoint_allowed())  # type: ignore[misc]

    def _start_transaction_under_autocommit(self) -> None:
        if self._begins_late:
            self._begins_late, self._is_to_begin = False, True
            return
        timeout_s = float(self.settings_dict["OPTIONS"].get("timeout", 5.0))
        self._turn = _TURNS.take(timeout_s)
        if self._turn is None:
            raise OperationalError("database is locked")
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._end_turn()
            raise

    def commit(self) -> None:
        """Keep what was done, and let the next one begin."""
        self._is_to_begin = False
        super().commit()
        self._end_turn()

    def rollback(self) -> None:
        """Undo what was done, and let the next one begin."""
        self._is_to_begin = False
        try:
            super().rollback()
        finally:
            self._end_turn()

    def close(self) -> None:
        """Let go of the file; a transaction that is under way is undone."""
        self._begins_late = self._is_to_begin = False
        try:
            super().close()
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            _TURNS.give_back(turn)
