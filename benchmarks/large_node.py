"""A node with as many rows as a large alliance has, made by the database itself, of invented numbers."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.cases import Case, Exhibit
from cairn.records.connection import disconnect, look_at_tables
from cairn.records.guards import install_guards, lift_triggers
from cairn.records.series import Series
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

MEDIA_A_SERIES = 25
EXHIBITS_A_CASE = 10
CASES_AN_AUTHORITY = 5
LARGE_SERIES_MEDIA = 5_000
STEP = 1_000_000


@dataclass(frozen=True)
class Size:
    """How many rows of each kind."""

    media: int
    sightings: int
    series: int
    authorities: int


def fill(size: Size) -> None:
    """Fill a fresh node; one series, the first, is large."""
    with _in_haste():
        authorities = _authorities(size.authorities)
        exhibits = _exhibits(authorities)
        _series(authorities, size.series)
        with _without_indexes("records_media", "records_sighting", "records_seriesmedia"):
            generate(size.media, _MEDIA[connection.vendor])
            lowest = min(exhibits)
            # A series is met in three exhibits, so mostly by three authorities: each media once in each.
            content = f"(1 + (n * 104729) % {size.media})"
            places = (
                f"{lowest} + ({content} % {size.series} * 31 + n / {size.media} * 7919) % {len(exhibits)}"
            )
            generate(size.sightings, _SIGHTINGS[connection.vendor].format(exhibit=places, media=size.media))
            generate(min(size.series * MEDIA_A_SERIES, size.media), _MEMBERS.format(series=size.series))
            generate(min(LARGE_SERIES_MEDIA, size.media // 2), _LARGE.format(media=size.media))
    install_guards()
    let_look()


def let_look() -> None:
    """Let the database look how its tables are filled, as it does by itself or with the node's help."""
    if connection.vendor == "postgresql":
        _run("ANALYZE")
    look_at_tables()


@contextmanager
def _in_haste() -> Iterator[None]:
    """Write without what keeps rows whole: they fit together by the way they are made, or are made again."""
    if connection.vendor == "postgresql":
        _run("SET session_replication_role = replica")
        yield
        for table in ("records_media", "records_sighting"):
            _run(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        _run("SET session_replication_role = origin")
        return
    lift_triggers()  # A membership of each media would be looked for without an index.
    for pragma in _HASTE:
        _run(f"PRAGMA {pragma}")
    yield
    disconnect()  # The next connection is the node's own again, and takes care.


_HASTE = ("journal_mode=OFF", "synchronous=OFF", "secure_delete=OFF", "cache_size=-3145728", "threads=2")
"""3 GB of memory, for the indexes whose rows come in no order."""


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _authorities(number: int) -> list[Authority]:
    rows = [
        Authority(
            code=f"U{each}",
            name=f"Unit {each}",
            kind=AuthorityKind.HOTLINE if each % 20 == 0 else AuthorityKind.UNIT,
            country=f"{chr(65 + each // 26 % 26)}{chr(65 + each % 26)}",
            contact="desk",
        )
        for each in range(number)
    ]
    Authority.objects.bulk_create(rows)
    return list(Authority.objects.filter(code__startswith="U").order_by("pk"))


def _exhibits(authorities: list[Authority]) -> list[int]:
    cases = [
        Case(authority=authority, reference=f"K{each}")
        for authority in authorities
        for each in range(CASES_AN_AUTHORITY)
    ]
    Case.objects.bulk_create(cases)
    rows = [Exhibit(case=case, label=str(each)) for case in cases for each in range(EXHIBITS_A_CASE)]
    Exhibit.objects.bulk_create(rows)
    return [row.pk for row in rows]


def _series(authorities: list[Authority], number: int) -> None:
    statuses, handlings = list(SeriesStatus), [Handling.ALLIANCE] * 18 + [Handling.NAMED, Handling.BLIND]
    units = [each for each in authorities if each.kind == AuthorityKind.UNIT]
    rows = (
        Series(
            owner=units[each % len(units)],
            lead=units[each % len(units)],
            name=f"S{each}",
            status=statuses[each % 4],
            status_since="2026-01-01",
            handling=handlings[each % 20],
        )
        for each in range(number)
    )
    Series.objects.bulk_create(rows, batch_size=5_000)


@contextmanager
def _without_indexes(*tables: str) -> Iterator[None]:
    """Drop the indexes of the tables that are no constraints, and make them again afterwards."""
    with connection.cursor() as cursor:
        definitions: list[tuple[str, str]] = []
        for table in tables:
            cursor.execute(_INDEXES[connection.vendor], [table])
            definitions += cursor.fetchall()
        for name, _ in definitions:
            cursor.execute(f'DROP INDEX "{name}"')
        yield
        for _, definition in definitions:
            cursor.execute(definition)


_INDEXES = {
    "sqlite": """SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s
        AND sql NOT LIKE 'CREATE UNIQUE%%'""",
    "postgresql": """SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s
        AND indexdef NOT LIKE 'CREATE UNIQUE%%'""",
}


def generate(number: int, statement: str) -> None:
    """Run an INSERT over the numbers 1 to ``number``, a million at a time."""
    series = _SERIES[connection.vendor]
    for low in range(1, number + 1, STEP):
        high = min(low + STEP - 1, number)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.replace("NUMBERS", series.format(low=low, high=high)))


_SERIES = {
    "sqlite": """(WITH RECURSIVE s(n) AS (SELECT {low} UNION ALL SELECT n + 1 FROM s WHERE n < {high})
        SELECT n FROM s)""",
    "postgresql": "generate_series({low}::bigint, {high}) AS n",
}
_MEDIA_COLUMNS = (
    "(id, sha256, sha1, md5, size_bytes, reason, sentence, method, measured_at, media_type, moves)"
)
_MEDIA = {
    "sqlite": f"""INSERT INTO records_media {_MEDIA_COLUMNS}
        SELECT n, randomblob(32), randomblob(20), randomblob(16), 1000, '', '', 'b', '2026-01-01 00:00:00',
        'image/jpeg', 0 FROM NUMBERS""",
    "postgresql": f"""INSERT INTO records_media {_MEDIA_COLUMNS}
        SELECT n, sha256(int8send(n)), substr(sha256(int8send(n)), 1, 20), decode(md5(n::text), 'hex'),
        1000, '', '', 'b', '2026-01-01', 'image/jpeg', FALSE FROM NUMBERS""",
}
_COLUMNS = "(id, media_id, authority_id, exhibit_id, address, address_digest, source, recorded_at)"
_VALUES = """SELECT n, 1 + (n * 104729) % {media}, c.authority_id, e.id, '/seizure/' || n, DIGEST,
    CASE n % 7 WHEN 0 THEN 'hotline-report' WHEN 1 THEN 'company-report' ELSE 'seizure' END, MOMENT
    FROM NUMBERS JOIN records_exhibit e ON e.id = {exhibit} JOIN records_case c ON c.id = e.case_id"""
_SIGHTINGS = {
    "sqlite": f"INSERT INTO records_sighting {_COLUMNS} {_VALUES}".replace(
        "DIGEST", "randomblob(16)"
    ).replace("MOMENT", "datetime('2024-01-01', (n % 900) || ' days')"),
    "postgresql": f"INSERT INTO records_sighting {_COLUMNS} {_VALUES}".replace(
        "DIGEST", "decode(md5(n::text), 'hex')"
    ).replace("MOMENT", "timestamptz '2024-01-01' + (n % 900) * interval '1 day'"),
}
_MEMBERS = """INSERT INTO records_seriesmedia (series_id, media_id, added_by_id, added_at)
    SELECT s.id, n, s.owner_id, '2026-01-01' FROM NUMBERS
    JOIN records_series s ON s.id = (SELECT MIN(id) FROM records_series) + n % {series}"""
_LARGE = """INSERT INTO records_seriesmedia (series_id, media_id, added_by_id, added_at)
    SELECT s.id, {media} + 1 - n, s.owner_id, '2026-01-01' FROM NUMBERS
    JOIN records_series s ON s.id = (SELECT MIN(id) FROM records_series)"""
