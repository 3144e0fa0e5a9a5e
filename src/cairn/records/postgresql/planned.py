"""Questions through the door, which the server plans once and not each time.

What the door asks is many small questions within one, and the second lock makes more of each: the server
takes ten times as long to plan that as to answer it. Such a statement is prepared, and its plan kept by the
connection; the values, and who looks, are told with each run. All other statements go as ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIGNS = ("records_veil", "records_series_named told", "records_statuschange")
"""What stands in a statement that asks the door, or a table whose own policy asks much."""
RUNS_BEFORE = 1
"""How often a statement runs on a connection before its plan is kept; most are asked again."""
MOST_KEPT = 60
"""Plans a connection keeps; each takes some hundreds of kilobytes of the server."""


def asks_the_door(statement: object) -> bool:
    """Answer whether a statement is worth a plan that is kept."""
    return (
        isinstance(statement, str)
        and statement.startswith("SELECT")
        and any(sign in statement for sign in SIGNS)
    )


class Planned:
    """A cursor that is one of two: values go within the text, or beside it where the plan is kept."""

    def __init__(self, plain: Any, open_planned: Callable[[], Any]) -> None:
        """Take the ordinary cursor, and what opens the other one."""
        self._now = self._plain = plain
        self._planned: Any = None
        self._open_planned = open_planned

    def execute(self, statement: Any, values: Any = None, **rest: Any) -> Any:
        """Run a statement."""
        if values is not None and asks_the_door(statement):
            if self._planned is None:
                self._planned = self._open_planned()
            self._now = self._planned
        else:
            self._now = self._plain
        self._now.execute(statement, values, **rest)
        return self

    def executemany(self, statement: Any, values: Any, **rest: Any) -> Any:
        """Run a statement once for each row of values."""
        self._now = self._plain
        return self._now.executemany(statement, values, **rest)

    def close(self) -> None:
        """Let go of both."""
        self._plain.close()
        if self._planned is not None:
            self._planned.close()

    def __iter__(self) -> Iterator[Any]:
        """Answer the rows of what was run last."""
        return iter(self._now)

    def __getattr__(self, name: str) -> Any:
        """Answer everything else as the cursor that was used last does."""
        return getattr(self._now, name)
