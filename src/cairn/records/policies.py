"""The policies of PostgreSQL's row-level security: for every table, which rows the database shows to whom.

They repeat the rules of the door as far as a policy can, and show nothing at all where nobody has said who
looks. ADR 64 says where they are coarser. Each reads the settings once a question, in a sub-select.
"""

# ruff: noqa: S608 - every part of these statements is a constant of this file

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SIGHT = "(SELECT coalesce(current_setting('cairn.sight', true), ''))"
_LOG = "(SELECT coalesce(current_setting('cairn.log', true), ''))"
_ME = "(SELECT nullif(current_setting('cairn.authority', true), '')::bigint)"
_MY_NAME = "(SELECT ',' || current_setting('cairn.authority', true) || ',')"
_NODE = f"{_SIGHT} = 'node'"
_POLICE = f"{_SIGHT} = 'police'"
_SOMEBODY = f"{_SIGHT} IN ('own', 'police')"


def _mine(*columns: str) -> str:
    """Answer the condition that one of the columns names the authority that looks."""
    return f"{_SOMEBODY} AND (" + " OR ".join(f"{column} = {_ME}" for column in columns) + ")"


def _through(table: str, column: str) -> str:
    """Answer the condition that a row of another table is seen, by that table's own policy."""
    return f"EXISTS (SELECT 1 FROM {table} parent WHERE parent.id = {column})"


# What a veil says of its series; the same as the door asks.
_LIFTED = (
    f"(veil.owner_id = {_ME} OR (NOT veil.is_withdrawn AND (veil.handling = 'alliance'"
    f" OR veil.lead_id = {_ME} OR (veil.handling = 'named' AND position({_MY_NAME} in veil.named) > 0))))"
)


def _veil(which: str, condition: str) -> str:
    return f"EXISTS (SELECT 1 FROM records_veil veil WHERE {which} AND {condition})"


def _hidden(media: str, *, also: str = "TRUE") -> str:
    """Answer the condition that the media lies in a series that the one who looks must not learn of."""
    return _veil(f"veil.media_id = {media}", f"NOT {_LIFTED} AND {also}")


def _seen(media: str, *, also: str = "TRUE") -> str:
    """Answer the condition that a veiled media lies in a series too that the one who looks sees."""
    return _veil(f"veil.media_id = {media}", f"{_LIFTED} AND {also}")


def _series_hidden(series: str) -> str:
    return _veil(f"veil.media_id IS NULL AND veil.series_id = {series}", f"NOT {_LIFTED}")


def _shown(media: str, by: str) -> str:
    """Answer the condition under which an authority's word about a media may be seen by police."""
    known_anyway = f"{_seen(media)} AND NOT {_hidden(media, also=f'veil.owner_id = {by}')}"
    by_owner = _seen(media, also=f"veil.owner_id = {by}")
    return f"(NOT {_hidden(media)} OR ({known_anyway}) OR {by_owner})"


def _said_of_media(table: str) -> str:
    """Answer the condition of a sighting or a categorisation."""
    by = f"{table}.authority_id"
    shown = _shown(f"{table}.media_id", by)
    return f"({_mine(by)}) OR ({_POLICE} AND {table}.withdrawn_at IS NULL AND {shown})"


def _person(table: str, between: str, column: str) -> str:
    shown = f"EXISTS (SELECT 1 FROM {between} lies WHERE lies.{column} = {table}.id)"
    return f"({_mine(f'{table}.owner_id')}) OR ({_POLICE} AND {table}.withdrawn_at IS NULL AND {shown})"


def _of_series(series: str) -> str:
    """Answer the condition of what belongs to a series."""
    owned = f"{_SOMEBODY} AND {_through('records_series', series)}"
    return f"(({_POLICE} AND NOT {_series_hidden(series)}) OR ({owned}))"


_OF_SERIES = _of_series("series_id")
_IN_INVESTIGATION = f"{_POLICE} AND cairn_is_member(investigation_id)"
_INVITED = (
    "EXISTS (SELECT 1 FROM records_jointmember invited"
    " WHERE invited.investigation_id = records_jointinvestigation.id"
    f" AND invited.authority_id = {_ME} AND invited.left_at IS NULL)"
)
_SERIES = f"({_mine('owner_id')}) OR ({_POLICE} AND NOT {_series_hidden('records_series.id')})"


def _media(number: str) -> str:
    """Answer the condition that a media is not hidden from police, or that one's own authority holds it."""
    own = f"SELECT 1 FROM records_sighting own WHERE own.media_id = {number} AND own.authority_id = {_ME}"
    return f"(({_POLICE} AND (NOT {_hidden(number)} OR {_seen(number)})) OR EXISTS ({own}))"


_MEASURED = "EXISTS (SELECT 1 FROM records_checkitem item WHERE item.media_id = records_media.id)"
_OWNS_NAMED = (
    "EXISTS (SELECT 1 FROM records_series owned WHERE owned.id = records_series_named.series_id"
    f" AND owned.owner_id = {_ME})"
)
_BOTH = f"{_media('first_id')} AND {_media('second_id')}"
_TOLD = f"series_id IS NULL OR {_OF_SERIES}"
_READS_LOG = f"{_LOG} <> ''"
_UNSEEN = "tag = 'check:series:meet-unseen'"
_JUDGED = " AND ".join(
    _shown(f"records_judgement.{media}", "records_judgement.authority_id")
    for media in ("first_id", "second_id")
)

_LIST = (
    f"({_mine('owner_id')}) OR ({_POLICE} AND withdrawn_at IS NULL AND (audience IN ('alliance', 'hotlines',"
    f" 'companies') OR (audience = 'named' AND position({_MY_NAME} in named) > 0)))"
)

POLICIES: Mapping[str, str] = {
    "records_alert": f"{_mine('authority_id')} AND ({_TOLD} OR kind = 'withdrawal')",
    "records_answeredfile": f"{_SOMEBODY} AND {_through('records_checkorder', 'order_id')}",
    "records_auditcosignature": _READS_LOG,
    "records_auditevent": f"{_LOG} = 'whole' OR ({_LOG} = 'own' AND actor_id = {_ME} AND NOT {_UNSEEN})",
    "records_auditedseries": _NODE,
    "records_audithead": _READS_LOG,
    "records_auditstate": _READS_LOG,
    "records_authenticatorapp": _NODE,
    "records_case": _mine("authority_id"),
    "records_categorisation": _said_of_media("records_categorisation"),
    "records_check": _mine("authority_id"),
    "records_checkitem": f"{_SOMEBODY} AND {_through('records_check', 'check_run_id')}",
    "records_checkorder": _mine("authority_id"),
    "records_claim": _OF_SERIES,
    "records_commonpoints": _NODE,
    "records_commonpointsin": _NODE,
    "records_commonsound": _NODE,
    "records_comparedfootage": _NODE,
    "records_deletionproposal": _mine("owner_id"),
    "records_desksession": _NODE,
    "records_exhibit": f"{_SOMEBODY} AND {_through('records_case', 'case_id')}",
    "records_exportorder": _mine("authority_id"),
    "records_exposureday": _NODE,
    "records_featuremark": _NODE,
    "records_features": f"{_SOMEBODY} AND {_through('records_media', 'media_id')}",
    "records_footage": f"{_SOMEBODY} AND {_through('records_media', 'media_id')}",
    "records_handover": f"({_mine('offered_by_id')}) OR ({_mine('offered_to_id')} AND {_OF_SERIES})",
    "records_hashlist": _LIST,
    "records_indexmark": _NODE,
    "records_keptanswer": _NODE,
    "records_jointinvestigation": f"{_POLICE} AND (lead_id = {_ME} OR {_INVITED})",
    "records_jointinvestigation_series": (
        f"{_POLICE} AND cairn_is_member(jointinvestigation_id) AND {_of_series('series_id')}"
    ),
    "records_jointmember": f"{_POLICE} AND (authority_id = {_ME} OR cairn_is_member(investigation_id))",
    "records_judgement": (
        f"({_mine('authority_id')}) OR ({_POLICE} AND withdrawn_at IS NULL AND {_BOTH} AND {_JUDGED})"
    ),
    "records_learntmark": _NODE,
    "records_learntmodel": _NODE,
    "records_learntvector": f"{_SOMEBODY} AND {_through('records_media', 'media_id')}",
    "records_link": f"{_SOMEBODY} AND {_BOTH}",
    "records_listchunk": f"{_SOMEBODY} AND {_through('records_listversion', 'version_id')}",
    "records_listfeedback": f"{_SOMEBODY} AND {_through('records_hashlist', 'hash_list_id')}",
    "records_listgiven": _NODE,
    "records_listmeeting": _NODE,
    "records_listremoval": _NODE,
    "records_listversion": (
        f"{_SOMEBODY} AND EXISTS (SELECT 1 FROM records_hashlist parent WHERE parent.id = hash_list_id"
        f" AND (parent.owner_id = {_ME} OR records_listversion.withdrawn_at IS NULL))"
    ),
    "records_lookedagain": _NODE,
    "records_media": f"{_SOMEBODY} AND ({_media('records_media.id')} OR {_MEASURED})",
    "records_message": _IN_INVESTIGATION,
    "records_offender": _person("records_offender", "records_offender_series", "offender_id"),
    "records_offender_series": _OF_SERIES,
    "records_outgoingmail": _NODE,
    "records_outsidename": _NODE,
    "records_passkey": _NODE,
    "records_pendingfeatures": _NODE,
    "records_pendingindexentry": _NODE,
    "records_pendingremoval": _NODE,
    "records_pendingsuggestion": _NODE,
    "records_question": f"({_mine('asked_by_id')}) OR ({_mine('asked_to_id')} AND ({_TOLD}))",
    "records_recoverycode": _NODE,
    "records_regroupedmedia": f"{_SOMEBODY} AND {_through('records_regrouping', 'regrouping_id')}",
    "records_regrouping": (f"{_of_series('source_id')} AND {_of_series('target_id')}"),
    "records_report": _mine("authority_id", "queue_id"),
    "records_reportitem": f"{_SOMEBODY} AND {_through('records_report', 'report_id')}",
    "records_series": _SERIES,
    "records_series_named": f"{_SOMEBODY} AND (authority_id = {_ME} OR {_OWNS_NAMED})",
    "records_seriesalias": _OF_SERIES,
    "records_seriesmarker": _OF_SERIES,
    "records_seriesmedia": _OF_SERIES,
    "records_seriesnote": _OF_SERIES,
    "records_sighting": _said_of_media("records_sighting"),
    "records_sound": f"{_SOMEBODY} AND {_through('records_media', 'media_id')}",
    "records_soundmark": _NODE,
    "records_statuschange": (
        f"{_SOMEBODY} AND ((series_id IS NOT NULL AND {_OF_SERIES})"
        f" OR {_through('records_victim', 'victim_id')} OR {_through('records_offender', 'offender_id')})"
    ),
    "records_subscription": _mine("authority_id"),
    "records_summary": _NODE,
    "records_summaryfigure": _NODE,
    "records_task": _IN_INVESTIGATION,
    "records_tombstone": _mine("owner_id"),
    "records_vaultkey": _NODE,
    "records_victim": _person("records_victim", "records_victim_series", "victim_id"),
    "records_victim_series": _OF_SERIES,
    "records_witnessedhead": _READS_LOG,
}
"""The condition on each locked table; the node itself passes all of them."""

OPEN: Mapping[str, str] = {
    "records_alliancecountry": "the directory is everybody's",
    "records_apikey": "who calls is looked up before anybody acts; keys hold no material",
    "records_authority": "the directory is everybody's",
    "records_category": "the schemes are everybody's",
    "records_scheme": "the schemes are everybody's",
    "records_user": "who signs in is looked up before anybody acts; accounts hold no material",
    "records_veil": "the policies read it; it holds numbers alone, and the door lets nobody see it",
}
"""Tables that are not locked, each with the reason."""

# Members see each other, and a policy cannot read its own table: this function looks as the node does.
_IS_MEMBER = f"""
CREATE OR REPLACE FUNCTION cairn_is_member(number bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE was text := current_setting('cairn.sight', true); found_it boolean;
BEGIN
  PERFORM set_config('cairn.sight', 'node', true);
  found_it := EXISTS (SELECT 1 FROM records_jointmember WHERE investigation_id = number
    AND authority_id = {_ME} AND left_at IS NULL AND joined_at IS NOT NULL);
  PERFORM set_config('cairn.sight', coalesce(was, ''), true);
  RETURN found_it;
END $$
"""


def lock_statements(tables: frozenset[str]) -> Iterator[str]:
    """Yield what locks these tables; a table of which nothing is said here is the node's alone."""
    yield _IS_MEMBER
    for table in sorted(tables - OPEN.keys()):
        condition = f"{_NODE} OR ({POLICIES.get(table, 'false')})"
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        yield f"DROP POLICY IF EXISTS cairn ON {table}"
        yield f"CREATE POLICY cairn ON {table} USING ({condition})"
