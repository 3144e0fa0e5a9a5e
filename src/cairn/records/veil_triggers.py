"""The triggers that keep the veil: after every change of a membership, or of who may see a series.

They are made anew with each upgrade, because SQLite drops the triggers of a table that it makes anew, and the
veil is filled again with them: it says nothing that memberships and series do not.
"""

# ruff: noqa: S608 - every part of these statements is a constant of this file

from __future__ import annotations

_WATCHED = ("handling", "withdrawn_at", "owner_id", "lead_id")
_NAMED = (
    "(SELECT coalesce(',' || {join}(n.authority_id{as_text}, ',') || ',', '')"
    " FROM records_series_named n WHERE n.series_id = {series})"
)
_SQLITE_NAMED = _NAMED.replace("{join}", "group_concat").replace("{as_text}", "")
_POSTGRESQL_NAMED = _NAMED.replace("{join}", "string_agg").replace("{as_text}", "::text")


def _is_restricted(series: str) -> str:
    return f"({series}.handling <> 'alliance' OR {series}.withdrawn_at IS NOT NULL)"


def _insert(media: str, named: str, source: str) -> str:
    names = named.replace("{series}", "s.id")
    return (
        "INSERT INTO records_veil"
        " (media_id, series_id, owner_id, lead_id, is_withdrawn, handling, named)"
        f" SELECT {media}, s.id, s.owner_id, s.lead_id, s.withdrawn_at IS NOT NULL, s.handling, {names}"
        f" {source}"
    )


def _renew_series(named: str, which: str) -> tuple[str, str]:
    """Answer what makes anew the rows of series themselves; ``{series}`` in the condition is a series."""
    return (
        f"DELETE FROM records_veil WHERE media_id IS NULL AND {which.replace('{series}', 'series_id')}",
        _insert(
            "NULL",
            named,
            f"FROM records_series s WHERE {_is_restricted('s')} AND {which.replace('{series}', 's.id')}",
        ),
    )


def _renew_media(named: str, which: str) -> tuple[str, str]:
    """Answer what makes anew the rows of some media; ``{media}`` in the condition is a media."""
    return (
        f"DELETE FROM records_veil WHERE media_id IS NOT NULL AND {which.replace('{media}', 'media_id')}",
        _insert(
            "m.media_id",
            named,
            "FROM records_seriesmedia m JOIN records_series s ON s.id = m.series_id"
            " WHERE EXISTS (SELECT 1 FROM records_seriesmedia o JOIN records_series r ON r.id = o.series_id"
            f" WHERE o.media_id = m.media_id AND {_is_restricted('r')})"
            f" AND {which.replace('{media}', 'm.media_id')}",
        ),
    )


def _renew_names(named: str, series: str) -> str:
    names = named.replace("{series}", series)
    return f"UPDATE records_veil SET named = {names} WHERE series_id = {series}"


def _sqlite(name: str, event: str, *statements: str, when: str = "") -> tuple[str, str]:
    body = "; ".join(statements)
    made = f"CREATE TRIGGER {name} AFTER {event} {when} BEGIN {body}; END"
    return f"DROP TRIGGER IF EXISTS {name}", made


_OF_SERIES = "(SELECT c.media_id FROM records_seriesmedia c WHERE c.series_id = NEW.id)"
_DIFFERS = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in _WATCHED)

SQLITE = (
    *_sqlite(
        "veil_added", "INSERT ON records_seriesmedia", *_renew_media(_SQLITE_NAMED, "{media} = NEW.media_id")
    ),
    *_sqlite(
        "veil_removed",
        "DELETE ON records_seriesmedia",
        *_renew_media(_SQLITE_NAMED, "{media} = OLD.media_id"),
    ),
    *_sqlite(
        "veil_moved",
        "UPDATE ON records_seriesmedia",
        *_renew_media(_SQLITE_NAMED, "{media} IN (OLD.media_id, NEW.media_id)"),
    ),
    *_sqlite("veil_opened", "INSERT ON records_series", *_renew_series(_SQLITE_NAMED, "{series} = NEW.id")),
    *_sqlite("veil_deleted", "DELETE ON records_series", "DELETE FROM records_veil WHERE series_id = OLD.id"),
    *_sqlite(
        "veil_changed",
        "UPDATE ON records_series",
        *_renew_series(_SQLITE_NAMED, "{series} = NEW.id"),
        *_renew_media(_SQLITE_NAMED, f"{{media}} IN {_OF_SERIES}"),
        when=f"WHEN {_DIFFERS}",
    ),
    *_sqlite("veil_named", "INSERT ON records_series_named", _renew_names(_SQLITE_NAMED, "NEW.series_id")),
    *_sqlite("veil_unnamed", "DELETE ON records_series_named", _renew_names(_SQLITE_NAMED, "OLD.series_id")),
    *_renew_series(_SQLITE_NAMED, "{series} IS NOT NULL"),
    *_renew_media(_SQLITE_NAMED, "{media} IS NOT NULL"),
)
"""Makes the triggers and the veil anew."""


def _postgresql(name: str, event: str, each: str, *statements: str) -> tuple[str, str, str]:
    """Answer what makes a trigger whose function sees as the node sees, and leaves everything as it was."""
    see = "PERFORM set_config('cairn.sight', {}, true)"
    body = "; ".join([see.format("'node'"), *statements, see.format("coalesce(was, '')"), "RETURN NULL"])
    table = event.rpartition(" ")[2]
    return (
        (
            f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" DECLARE was text := current_setting('cairn.sight', true); BEGIN {body}; END $$"
        ),
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} AFTER {event} {each} EXECUTE FUNCTION {name}()",
    )


def _hold(which: str, *, strength: str) -> str:
    """Answer what makes those wait for each other who change who may see a series, and what lies in it."""
    return f"PERFORM 1 FROM records_series WHERE id {which} ORDER BY id FOR {strength}"


_REMOVED, _ADDED = "OLD TABLE AS removed", "NEW TABLE AS added"
_ADDED_MEDIA = "{media} IN (SELECT added.media_id FROM added)"
_REMOVED_MEDIA = "{media} IN (SELECT removed.media_id FROM removed)"
_HOLD_ADDED = _hold("IN (SELECT series_id FROM added)", strength="SHARE")
_DISTINCT = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in _WATCHED)


def _each_statement(*tables: str) -> str:
    return f"REFERENCING {' '.join(tables)} FOR EACH STATEMENT"


POSTGRESQL = (
    *_postgresql(
        "veil_added",
        "INSERT ON records_seriesmedia",
        _each_statement(_ADDED),
        _HOLD_ADDED,
        *_renew_media(_POSTGRESQL_NAMED, _ADDED_MEDIA),
    ),
    *_postgresql(
        "veil_removed",
        "DELETE ON records_seriesmedia",
        _each_statement(_REMOVED),
        *_renew_media(_POSTGRESQL_NAMED, _REMOVED_MEDIA),
    ),
    *_postgresql(
        "veil_moved",
        "UPDATE ON records_seriesmedia",
        _each_statement(_REMOVED, _ADDED),
        _HOLD_ADDED,
        *_renew_media(_POSTGRESQL_NAMED, f"({_ADDED_MEDIA} OR {_REMOVED_MEDIA})"),
    ),
    *_postgresql(
        "veil_opened",
        "INSERT ON records_series",
        "FOR EACH ROW",
        *_renew_series(_POSTGRESQL_NAMED, "{series} = NEW.id"),
    ),
    *_postgresql(
        "veil_deleted",
        "DELETE ON records_series",
        "FOR EACH ROW",
        "DELETE FROM records_veil WHERE series_id = OLD.id",
    ),
    *_postgresql(
        "veil_changed",
        "UPDATE ON records_series",
        f"FOR EACH ROW WHEN ({_DISTINCT})",
        *_renew_series(_POSTGRESQL_NAMED, "{series} = NEW.id"),
        *_renew_media(_POSTGRESQL_NAMED, f"{{media}} IN {_OF_SERIES}"),
    ),
    *_postgresql(
        "veil_named",
        "INSERT ON records_series_named",
        "FOR EACH ROW",
        _hold("= NEW.series_id", strength="NO KEY UPDATE"),
        _renew_names(_POSTGRESQL_NAMED, "NEW.series_id"),
    ),
    *_postgresql(
        "veil_unnamed",
        "DELETE ON records_series_named",
        "FOR EACH ROW",
        _hold("= OLD.series_id", strength="NO KEY UPDATE"),
        _renew_names(_POSTGRESQL_NAMED, "OLD.series_id"),
    ),
    *_renew_series(_POSTGRESQL_NAMED, "{series} IS NOT NULL"),
    *_renew_media(_POSTGRESQL_NAMED, "{media} IS NOT NULL"),
)
"""Makes the triggers and the veil anew, as above."""
