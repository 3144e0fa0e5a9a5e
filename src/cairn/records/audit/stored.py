"""The log's rows as they lie in the database, read so that no damage can stop the reader."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import connections

from cairn.records.audit.entry import Entry
from cairn.records.lock import node_work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BATCH_ROWS = 5_000
"""Rows read at once: some megabytes, however long the log is."""

_scan = json.JSONDecoder().raw_decode
_COLUMNS = "tag, actor_code, user_id, case_reference, purpose, record_ids, counts, salt, leaf_hash"
_TIMES = {
    "sqlite": "at || ''",
    "postgresql": "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
}
"""The time as text: a time that Python cannot hold is found as a changed one, and breaks nothing."""
_ABOUT = (
    "SELECT DISTINCT entry.position, entry.id FROM records_auditevent entry, {named} WHERE "
    "entry.tag LIKE '%%:series:%%' AND NOT EXISTS (SELECT 1 FROM records_auditedseries about WHERE "
    "about.series_number = {number} AND about.event_id = entry.id) ORDER BY entry.position LIMIT 5000"
)
_UNLISTED = {
    "sqlite": _ABOUT.format(
        named="json_each(CASE WHEN json_valid(entry.record_ids) THEN entry.record_ids ELSE '[]' END) named",
        number="named.value",
    ),
    "postgresql": _ABOUT.format(
        named="jsonb_array_elements_text(CASE jsonb_typeof(entry.record_ids) WHEN 'array' "
        "THEN entry.record_ids ELSE '[]' END) named",
        number="(CASE WHEN named ~ '^[0-9]{1,18}$' THEN named::bigint END)",
    ),
}


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One row.

    Attributes:
        id: The database's number of the row.
        position: Where it says that it stands.
        entry: What it says; ``None`` where it cannot be read as an entry at all.
        leaf: The hash that was stored with it.
    """

    id: int
    position: int
    entry: Entry | None
    leaf: bytes

    def leaf_at(self, position: int) -> bytes | None:
        """Answer the hash of its contents, had they been written at this position."""
        if self.entry is None:
            return None
        try:
            if position == self.position:
                return self.entry.leaf()
            return replace(self.entry, position=position).leaf()
        except (TypeError, ValueError, RecursionError):
            return None


def stored_rows(start: int = 0, *, end: int) -> Iterator[StoredRow]:
    """Answer the rows from position ``start`` up to, and without, ``end``, by position and then by number."""
    time = _TIMES[connections["default"].vendor]
    last = (start, -1)
    while True:
        rows = _fetch(
            f"SELECT id, position, {time}, {_COLUMNS} FROM records_auditevent "  # noqa: S608 - the names above
            "WHERE position >= %s AND (position, id) > (%s, %s) AND position < %s "
            f"ORDER BY position, id LIMIT {BATCH_ROWS}",
            last[0],
            *last,
            end,
        )
        for row in rows:
            yield _row(row)
        if len(rows) < BATCH_ROWS:
            return
        last = (rows[-1][1], rows[-1][0])


def stored_leaves(start: int = 0, *, end: int) -> Iterator[tuple[int, bytes]]:
    """Answer position and stored hash of the rows from ``start`` up to, and without, ``end``."""
    while start < end:
        rows = _fetch(
            "SELECT position, leaf_hash FROM records_auditevent "  # noqa: S608 - a number of ours
            f"WHERE position >= %s AND position < %s ORDER BY position, id LIMIT {BATCH_ROWS}",
            start,
            end,
        )
        if not rows:
            return
        yield from ((position, stored_bytes(leaf)) for position, leaf in rows)
        start = rows[-1][0] + 1


def rows_outside() -> Sequence[int]:
    """Answer the numbers of rows whose position lies outside the log; at most some thousand."""
    rows = _fetch(
        "SELECT id FROM records_auditevent WHERE position IS NULL OR position < 0 "  # noqa: S608 - as above
        f"OR position >= (SELECT size FROM records_auditstate) ORDER BY id LIMIT {BATCH_ROWS}"
    )
    return [row[0] for row in rows]


def unlisted_rows() -> Sequence[tuple[int, int]]:
    """Answer position and number of rows about a series that its owner could not find by it; not all of many.

    Each row is taken as an entry that holds: in one that was changed, what is no number is passed over.
    """
    return [(row[0], row[1]) for row in _fetch(_UNLISTED[connections["default"].vendor])]


@node_work("the tree stands over every entry; what is told of one is the door's to say")
def _fetch(statement: str, *values: int) -> Sequence[tuple[Any, ...]]:
    """Answer the rows; with SQLite, text that is not UTF-8 comes as text that nobody can have written."""
    connection = connections["default"]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            connection.connection.text_factory = _any_text
        try:
            cursor.execute(statement, values)
            rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
        finally:
            if connection.vendor == "sqlite":
                connection.connection.text_factory = str
    return rows


def _any_text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _row(row: Sequence[Any]) -> StoredRow:
    number, position, *values, leaf = row
    return StoredRow(number, int(position), _entry(int(position), values), stored_bytes(leaf))


def _entry(position: int, values: Sequence[Any]) -> Entry | None:
    at, tag, authority, user, case, purpose, records, counts, salt = values
    try:
        return Entry(
            position=position,
            at=_moment(at),
            tag=tag,
            authority=authority,
            user=user,
            case=case,
            purpose=purpose,
            records=_decoded(records),
            counts=_decoded(counts),
            salt=stored_bytes(salt),
        )
    except (TypeError, ValueError, RecursionError):
        return None


def _moment(stored: str) -> datetime:
    """Answer a time that is kept in UTC, and mostly without saying so."""
    at = datetime.fromisoformat(stored)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def stored_bytes(stored: object) -> bytes:
    """Answer bytes as they lie in the database; none where something else lies there."""
    return bytes(stored) if isinstance(stored, bytes | memoryview) else b""


def _decoded(text: str) -> Any:
    """Answer a value of JSON that begins at once and ends the text, as both databases keep it.

    Raises:
        ValueError: It is none.
    """
    value, end = _scan(text)
    if end != len(text):
        raise ValueError("something behind the JSON")
    return value
