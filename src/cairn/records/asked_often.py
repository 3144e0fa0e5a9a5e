"""Questions that are put together once and asked often, each time about other values.

Django takes five times as long to write one of the door's questions as the database takes to answer it. What
such a question says depends on who asks; the numbers or words that it is about are only filled in. So it is
written once for each asker, with marks in the place of the values, and asked from then on as it was written.
The marks are what it is known by: a value that Django would have changed on its way is not found again, and
refused when the question is written.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from django.db.models import QuerySet

    Build = Callable[[Sequence[Any]], QuerySet[Any, Any]]

MOST_KEPT = 512
"""Questions; a node has some ten for each account that asks, in three sizes."""
ROOMS = (1, 16, 64, 500)
"""For how many values a question is written: the next larger. The last is ``VALUES_AT_ONCE``."""
_FIRST_MARK = -(1 << 62)
"""No row has such a number."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A question as the database is asked it.

    Attributes:
        sql: The statement.
        values: Its values, with marks.
        places: Which of these are marks, and for which of the values that are asked about each.
        converters: By column, what Django makes of the database's value.
    """

    sql: str
    values: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    converters: Mapping[int, Any]

    def rows(self, about: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Ask it about these values, repeating the first where there is more room."""
        connection = connections["default"]
        values = list(self.values)
        for place, number in self.places:
            values[place] = about[number] if number < len(about) else about[0]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        if not self.converters:
            return found
        rows = [list(row) for row in found]
        for column, (steps, expression) in self.converters.items():
            for row in rows:
                for step in steps:
                    row[column] = step(row[column], expression, connection)
        return [tuple(row) for row in rows]


_kept: OrderedDict[Hashable, _Written | None] = OrderedDict()
_mutex = threading.Lock()


def asked_often(name: Hashable, about: Sequence[Any], build: Build) -> list[tuple[Any, ...]]:
    """Answer the rows of ``build(about)``, as it does itself.

    Args:
        name: Names what is asked, with everything that the question depends on beside ``about``, such as
            who asks: what it was written for once is asked for all that is called so.
        about: At most ``ROOMS[-1]`` numbers, or as many texts; may be empty where ``build`` needs none.
        build: Answers a queryset with ``values_list``, in which each of the values stands as it is.
    """
    room = next(size for size in ROOMS if len(about) <= size) if about else 0
    key = (name, connections["default"].vendor, room, about and isinstance(about[0], str))
    with _mutex:
        known = key in _kept
        written = _kept.get(key)
        if known:
            _kept.move_to_end(key)
    if not known:
        written = _written(build, _marks(about, room))
        with _mutex:
            _kept[key] = written
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return [] if written is None else written.rows(about)


def _marks(about: Sequence[Any], room: int) -> list[Any]:
    numbers = range(room)
    if about and isinstance(about[0], str):
        return [f"\ue000{number}" for number in numbers]
    return [_FIRST_MARK + number for number in numbers]


def _written(build: Build, marks: Sequence[Any]) -> _Written | None:
    """Answer the question as the database is asked it; ``None`` where nothing can ever be found."""
    query = build(marks).query
    compiler = query.get_compiler(connection=connections["default"])
    try:
        sql, values = compiler.as_sql()
    except EmptyResultSet:
        return None
    wanted = {mark: number for number, mark in enumerate(marks)}
    places = tuple(
        (place, wanted[value])
        for place, value in enumerate(values)
        if isinstance(value, int | str) and value in wanted
    )
    if {number for _, number in places} != set(wanted.values()):
        raise ValueError("A value of the question does not stand in it as it is.")
    columns = [expression for expression, *_ in compiler.select[: compiler.col_count]]
    return _Written(sql, tuple(values), places, compiler.get_converters(columns))
