"""What was fetched of a source so far: the newest word on each entry, and where to go on.

One small database in a file of its own, written a page at a time: entries and the place to go on from are
there together or not at all. Losing the file loses only time.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cairn.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS place (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entry (
    name TEXT PRIMARY KEY, at INTEGER NOT NULL, is_gone INTEGER NOT NULL, record TEXT NOT NULL,
    marking TEXT NOT NULL
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Word:
    """What a source says of one entry.

    Attributes:
        name: What the source calls it, whoever of its members has put it there.
        at: When, in seconds since 1970; of two words the later one counts.
        record: As the source has written it; empty for a tombstone.
        marking: What may be done with it, in Cairn's own form; empty where nothing is said.
    """

    name: str
    at: int
    record: str
    marking: str = ""

    @property
    def is_gone(self) -> bool:
        """True for a tombstone."""
        return not self.record


class Kept:
    """What was fetched of one source."""

    def __init__(self, database: sqlite3.Connection) -> None:
        """Take the open database."""
        self._database = database

    def place(self, name: str) -> str | None:
        """Answer something that was noted, if it was."""
        row = self._database.execute("SELECT value FROM place WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def take(self, words: Sequence[Word], place: Mapping[str, str | None]) -> None:
        """Keep what is new, and note where to go on; ``None`` forgets a note. All of it, or nothing."""
        with self._database:
            self._database.executemany(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at,"
                " is_gone = excluded.is_gone, record = excluded.record, marking = excluded.marking"
                " WHERE excluded.at >= entry.at",
                [(each.name, each.at, each.is_gone, each.record, each.marking) for each in words],
            )
            for name, value in place.items():
                if value is None:
                    self._database.execute("DELETE FROM place WHERE name = ?", (name,))
                else:
                    self._database.execute("INSERT OR REPLACE INTO place VALUES (?, ?)", (name, value))

    def standing(self) -> int:
        """Answer how many entries stand."""
        return int(self._database.execute("SELECT count(*) FROM entry WHERE NOT is_gone").fetchone()[0])

    def records(self, prefix: str = "") -> Iterator[str]:
        """Yield the records of what stands, in the order of their names; with a prefix those named so."""
        rows = self._database.execute(
            "SELECT record FROM entry WHERE NOT is_gone AND substr(name, 1, ?) = ? ORDER BY name",
            (len(prefix), prefix),
        )
        for (record,) in rows:
            yield str(record)

    def markings(self) -> list[str]:
        """Answer what may be done with what stands: each marking that occurs, once."""
        rows = self._database.execute("SELECT DISTINCT marking FROM entry WHERE NOT is_gone")
        return [str(marking) for (marking,) in rows if marking]


@contextmanager
def kept_at(path: Path) -> Iterator[Kept]:
    """Open what was fetched, and begin anew where the file is damaged.

    Raises:
        ConfigurationError: The file cannot be written (``source.kept``).
    """
    try:
        database = _opened(path)
    except sqlite3.Error as error:
        raise ConfigurationError(f"{path} cannot be written: {error}.", code="source.kept") from None
    with closing(database):
        yield Kept(database)


def _opened(path: Path) -> sqlite3.Connection:
    for _ in range(2):
        database = sqlite3.connect(path)
        try:
            database.executescript(_TABLES)
            (healthy,) = database.execute("PRAGMA quick_check(1)").fetchone()
            if healthy == "ok":
                return database
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                database.close()
                raise
        database.close()
        path.unlink(missing_ok=True)
    raise sqlite3.OperationalError("the disk gives back something else than was written")
