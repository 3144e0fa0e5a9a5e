"""Threads that write to a node on SQLite get their turn in the order in which they asked for it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from django.db import OperationalError, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper

from cairn.records.lock import as_the_node
from cairn.records.sqlite import base
from cairn.records.sqlite.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.services.node.opening import Node


def until(there: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not there():
        assert time.monotonic() < end
        time.sleep(0.002)


def waiting(turns: Turns) -> int:
    return len(turns._queue)


def test_turns_come_in_the_order_in_which_they_were_asked_for() -> None:
    turns, came = Turns(), list[int]()
    first = turns.take(0)
    assert first is not None

    def ask(number: int) -> None:
        turn = turns.take(20)
        assert turn is not None
        came.append(number)
        turns.give_back(turn)

    threads = []
    for number in range(8):
        threads.append(threading.Thread(target=ask, args=(number,)))
        threads[-1].start()
        until(lambda number=number: waiting(turns) == number + 2)  # type: ignore[misc]
    turns.give_back(first)
    for each in threads:
        each.join()
    assert came == list(range(8))


def test_who_waits_too_long_leaves_the_queue_and_the_next_one_is_served() -> None:
    turns = Turns()
    first = turns.take(0)
    assert first is not None
    assert turns.take(0.01) is None
    assert waiting(turns) == 1
    turns.give_back(first)
    assert turns.take(0) is not None


def test_transactions_of_threads_wait_for_each_other_and_none_is_refused(sqlite_node: Node) -> None:
    came: list[int] = []

    def act(number: int) -> None:
        with as_the_node("a test writes"), transaction.atomic():
            came.append(number)
            if number % 3 == 0:
                transaction.set_rollback(True)
        connections["default"].close()

    with as_the_node("a test writes"), transaction.atomic():
        threads = []
        for number in range(6):
            threads.append(threading.Thread(target=act, args=(number,)))
            threads[-1].start()
            until(lambda number=number: waiting(base._TURNS) == number + 2)  # type: ignore[misc]
        assert came == []
    for each in threads:
        each.join()
    assert came == list(range(6))
    assert waiting(base._TURNS) == 0


def test_a_closed_connection_and_a_transaction_that_cannot_begin_hold_up_nobody(
    sqlite_node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        connections["default"].close()
        raise ZeroDivisionError
    assert waiting(base._TURNS) == 0

    def busy(_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(DatabaseWrapper, "_start_transaction_under_autocommit", busy)
    with pytest.raises(OperationalError), transaction.atomic():
        pass
    assert waiting(base._TURNS) == 0
