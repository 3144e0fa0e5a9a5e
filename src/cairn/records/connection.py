"""Connects this process to a node's records: one place that knows Django's settings."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.management import call_command
from django.db import DatabaseError, DataError, IntegrityError, connections, transaction

from cairn.errors import ConfigurationError, InputError
from cairn.records.guards import install_guards, lift_locks, lift_triggers
from cairn.records.lock import as_the_node
from cairn.records.new_tables import is_new, make_tables
from cairn.records.node import EMBEDDED_DATABASE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.records.node import NodeConfig

# FULL, because a recorded sighting must survive a power cut. 256 MB of cache (taken as needed), because
# SQLite's own 2 MB make every question over many media a random read. IMMEDIATE, so that a writer waits its
# turn for SQLite's lock at the start of a transaction, where waiting is possible. Deleted content is
# overwritten, because the key of a shredded picture must not stay in a free page.
_SQLITE_OPTIONS = {
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-262144; "
    "PRAGMA secure_delete=ON;",
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
}
_LOOKED_AT = 100_000
"""Rows of each index: with fewer, an authority's sightings and an exhibit's would look alike."""
_MIGRATIONS = Path(__file__).parent / "migrations"


def connect(config: NodeConfig) -> None:
    """Point this process at the node's records; again with another node, it points there.

    Raises:
        ConfigurationError: The database address cannot be understood.
    """
    database = _database(config)
    disconnect()
    connections.settings["default"] = connections.configure_settings({"default": database})["default"]
    del connections["default"]


def keep_connections(seconds: int) -> None:
    """Let every thread keep its connection to the records for so long, and look whether it lives.

    A process that answers many questions calls it after ``connect``.
    """
    for each in (connections.settings["default"], connections["default"].settings_dict):
        each.update({"CONN_MAX_AGE": seconds, "CONN_HEALTH_CHECKS": True})


def look_at_tables() -> None:
    """Let SQLite look how its tables are filled, at some rows of each index: it plans questions by that.

    Looking holds SQLite's one lock for writers, so each table has its own turn, and others write in between.
    Connections that are open keep their plans until they are opened anew.
    """
    connection = connections["default"]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit={_LOOKED_AT}")
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"ANALYZE {connection.ops.quote_name(table)}")


def disconnect() -> None:
    """Close this thread's connection to the records, where there is one."""
    connections["default"].close()


def migrate() -> None:
    """Bring the node's tables up to this version of Cairn, and what the database guards by itself.

    Raises:
        ConfigurationError: The tables are newer than this version (``node.newer``), or the database cannot be
            reached or written.
    """
    try:
        with as_the_node("the tables are brought up to date"):
            _refuse_newer(_applied_migrations())
            if connections["default"].vendor == "postgresql":
                _migrate_at_once()
            else:
                # SQLite makes a table anew outside of any transaction; each migration has its own.
                lift_triggers()
                _bring_up()
                install_guards()
    except DatabaseError as error:
        raise in_words(error) from error


def _migrate_at_once() -> None:
    """Bring the tables up to date in one transaction, so that they are never there without their locks."""
    with transaction.atomic():
        lift_locks()
        _bring_up()
        install_guards()


def _bring_up() -> None:
    if is_new(connections["default"]):
        make_tables(connections["default"])
    else:
        call_command("migrate", verbosity=0, interactive=False)


def require_records(config: NodeConfig) -> None:
    """Make sure that an embedded database is there; opening it would make an empty one in its place.

    Raises:
        ConfigurationError: The file is missing or empty (``node.damaged``).
    """
    if config.database != EMBEDDED_DATABASE:
        return
    if not config.sqlite_file.is_file() or not config.sqlite_file.stat().st_size:
        raise ConfigurationError(
            f"The node's records, {config.sqlite_file}, are missing or empty. Put them back from a backup.",
            code="node.damaged",
        )


def require_current_tables() -> None:
    """Make sure that this version of Cairn and the node's tables fit together.

    Raises:
        ConfigurationError: The tables are newer (``node.newer``) or older (``node.older``) than this
            version, or the database cannot be reached (``node.unreachable``).
    """
    applied = _applied_migrations()
    _refuse_newer(applied)
    if _known_migrations() - applied:
        raise ConfigurationError(
            "This node's tables are older than this version of Cairn. Bring them up with: cairn node upgrade",
            code="node.older",
        )


def _refuse_newer(applied: set[str]) -> None:
    if applied - _known_migrations():
        raise ConfigurationError(
            "A newer version of Cairn has changed this node's tables. Use that version, or a newer one.",
            code="node.newer",
        )


def _known_migrations() -> set[str]:
    return {file.stem for file in _MIGRATIONS.glob("[0-9]*.py")}


@contextmanager
def database_errors_in_words() -> Iterator[None]:
    """Turn what the database refuses inside the block into a sentence; the transaction is undone.

    Raises:
        ConfigurationError: The disk is full (``node.disk-full``), another process holds the records for
            too long (``node.busy``), they are damaged or read-only (``node.damaged``, ``node.read-only``), or
            the database does not answer (``node.unreachable``).
        InputError: Somebody has recorded the same meanwhile (``record.exists``), or a value is too long, or
            of a kind that the records cannot hold (``record.invalid``).
    """
    try:
        yield
    except DatabaseError as error:
        raise in_words(error) from error


def in_words(error: DatabaseError) -> ConfigurationError | InputError:
    """Answer what the database said as a sentence that tells what to do, and no value."""
    said = str(error).lower()
    if isinstance(error, IntegrityError) and "unique" in said:
        return InputError(
            "Somebody has recorded the same a moment ago. Look at what is there now, then decide again.",
            code="record.exists",
        )
    if isinstance(error, DataError):
        return InputError(
            "A value is too long for the records, or of a kind that they cannot hold. Nothing was recorded.",
            code="record.invalid",
        )
    for signs, code, sentence in _SAID:
        if any(sign in said for sign in signs):
            return ConfigurationError(sentence, code=code)
    return ConfigurationError(
        "The node's database does not answer as it should. Is the disk there, is the server running, may "
        "this user connect and write?",
        code="node.unreachable",
    )


_SAID = (
    (
        ("full", "no space"),
        "node.disk-full",
        (
            "The disk that holds the node is full. Everything up to the last complete step is kept: "
            "free some space and run the same command again."
        ),
    ),
    (
        ("locked",),
        "node.busy",
        (
            "Another process has been writing to this node's records for too long. Run the same command "
            "again: it goes on where it stopped."
        ),
    ),
    (
        ("malformed", "not a database", "no such table", "relation ", "corrupt"),
        "node.damaged",
        (
            "The node's records are damaged, or parts of them are missing. Change nothing, and put them "
            "back from the last backup."
        ),
    ),
    (
        ("readonly", "read-only"),
        "node.read-only",
        (
            "The node's records may not be written by this user, or lie on a disk that is read-only. "
            "Every look is audited, so nothing can be answered without writing."
        ),
    ),
)
"""What databases say, what it is called here, and what to do."""


def _applied_migrations() -> set[str]:
    connection = connections["default"]
    try:
        with connection.cursor() as cursor:
            if "django_migrations" not in connection.introspection.table_names(cursor):
                return set()
            cursor.execute("SELECT name FROM django_migrations WHERE app = 'records'")
            return {row[0] for row in cursor.fetchall()}
    except DatabaseError as error:
        raise in_words(error) from error


def _database(config: NodeConfig) -> dict[str, Any]:
    if config.database == EMBEDDED_DATABASE:
        return {
            "ENGINE": "cairn.records.sqlite",
            "NAME": str(config.sqlite_file),
            "OPTIONS": _SQLITE_OPTIONS,
        }
    try:
        address = urlsplit(config.database)
        port = address.port
    except ValueError:
        raise _not_understood() from None
    if address.scheme != "postgresql":
        raise _not_understood()
    return {
        "ENGINE": "cairn.records.postgresql",
        "NAME": unquote(address.path.lstrip("/")),
        "USER": unquote(address.username or ""),
        "PASSWORD": unquote(address.password or ""),
        "HOST": unquote(address.hostname or ""),
        "PORT": str(port or ""),
        # How the server is proven and reached (sslmode, sslrootcert, host): passed on, never dropped.
        "OPTIONS": dict(parse_qsl(address.query)),
    }


def _not_understood() -> ConfigurationError:
    return ConfigurationError(
        "The database is 'sqlite' or an address such as postgresql://user@host/name", code="node.database"
    )
