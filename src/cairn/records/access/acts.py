"""Everything that somebody can do, as ``resource:action``, and which roles may do it at all."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from cairn.records.users import LOG_ROLES, MATERIAL_ROLES, Role

if TYPE_CHECKING:
    from collections.abc import Mapping


class Act(StrEnum):
    """One act, in alphabetical order."""

    ALERT_READ = "alert:read"
    AUDIT_READ = "audit:read"
    AUTHORITY_MANAGE = "authority:manage"
    CASE_DELETE = "case:delete"
    CASE_EXPORT = "case:export"
    CASE_READ = "case:read"
    CASE_WORK = "case:work"
    CATEGORY_SAY = "category:say"
    CHECK_RUN = "check:run"
    DELETION_PROPOSE = "deletion:propose"
    DIRECTORY_READ = "directory:read"
    HEAD_WITNESS = "head:witness"
    HOLDINGS_EXPORT = "holdings:export"
    INVESTIGATION_LEAD = "investigation:lead"
    INVESTIGATION_READ = "investigation:read"
    INVESTIGATION_WORK = "investigation:work"
    JUDGEMENT_MAKE = "judgement:make"
    KEY_MANAGE = "key:manage"
    LINK_READ = "link:read"
    LIST_IMPORT = "list:import"
    LIST_READ = "list:read"
    MEDIA_REVEAL = "media:reveal"
    NODE_MANAGE = "node:manage"
    PERSON_CHANGE = "person:change"
    PERSON_DELETE = "person:delete"
    PERSON_READ = "person:read"
    QUESTION_ANSWER = "question:answer"
    QUESTION_ASK = "question:ask"
    RECORD_WITHDRAW = "record:withdraw"
    REPORT_CLOSE = "report:close"
    REPORT_READ = "report:read"
    REPORT_TAKE = "report:take"
    SCHEME_INSTALL = "scheme:install"
    SERIES_CHANGE = "series:change"
    SERIES_CREATE = "series:create"
    SERIES_DELETE = "series:delete"
    SERIES_EXPORT = "series:export"
    SERIES_HAND_OVER = "series:hand-over"
    SERIES_NOTE = "series:note"
    SERIES_READ = "series:read"
    SERIES_SHARE = "series:share"
    SIGHTING_REPORT = "sighting:report"
    STATISTICS_READ = "statistics:read"
    STATISTICS_REFRESH = "statistics:refresh"
    STATUS_CONFIRM = "status:confirm"
    STATUS_PROPOSE = "status:propose"
    SUBSCRIPTION_MANAGE = "subscription:manage"
    USER_MANAGE = "user:manage"


_ANALYSTS = frozenset({Role.INVESTIGATOR, Role.SUPERVISOR, Role.HUB_ANALYST})
_EVERYBODY = frozenset(Role) - {Role.REPORTER}

ROLES: Mapping[Act, frozenset[Role]] = {
    Act.ALERT_READ: MATERIAL_ROLES,
    Act.AUDIT_READ: LOG_ROLES,
    Act.AUTHORITY_MANAGE: frozenset({Role.ADMINISTRATOR}),
    Act.CASE_DELETE: frozenset({Role.SUPERVISOR}),
    Act.CASE_EXPORT: MATERIAL_ROLES,
    Act.CASE_READ: MATERIAL_ROLES,
    Act.CASE_WORK: MATERIAL_ROLES,
    Act.CATEGORY_SAY: MATERIAL_ROLES,
    Act.CHECK_RUN: MATERIAL_ROLES | {Role.REPORTER},
    Act.DELETION_PROPOSE: MATERIAL_ROLES,
    Act.DIRECTORY_READ: _EVERYBODY,
    Act.HEAD_WITNESS: LOG_ROLES,
    Act.HOLDINGS_EXPORT: MATERIAL_ROLES,
    Act.INVESTIGATION_LEAD: _ANALYSTS,
    Act.INVESTIGATION_READ: _ANALYSTS,
    Act.INVESTIGATION_WORK: _ANALYSTS,
    Act.JUDGEMENT_MAKE: _ANALYSTS,
    Act.KEY_MANAGE: frozenset({Role.ADMINISTRATOR}),
    Act.LINK_READ: MATERIAL_ROLES,
    Act.LIST_IMPORT: MATERIAL_ROLES,
    Act.LIST_READ: MATERIAL_ROLES,
    Act.MEDIA_REVEAL: MATERIAL_ROLES,
    Act.NODE_MANAGE: frozenset({Role.ADMINISTRATOR}),
    Act.PERSON_CHANGE: _ANALYSTS,
    Act.PERSON_DELETE: frozenset({Role.SUPERVISOR}),
    Act.PERSON_READ: _ANALYSTS,
    Act.QUESTION_ANSWER: _ANALYSTS,
    Act.QUESTION_ASK: _ANALYSTS,
    Act.RECORD_WITHDRAW: MATERIAL_ROLES,
    Act.REPORT_CLOSE: _ANALYSTS,
    Act.REPORT_READ: MATERIAL_ROLES,
    Act.REPORT_TAKE: MATERIAL_ROLES | {Role.REPORTER},
    Act.SCHEME_INSTALL: frozenset({Role.ADMINISTRATOR}),
    Act.SERIES_CHANGE: MATERIAL_ROLES,
    Act.SERIES_CREATE: MATERIAL_ROLES,
    Act.SERIES_DELETE: frozenset({Role.SUPERVISOR}),
    Act.SERIES_EXPORT: MATERIAL_ROLES,
    Act.SERIES_HAND_OVER: _ANALYSTS,
    Act.SERIES_NOTE: MATERIAL_ROLES,
    Act.SERIES_READ: MATERIAL_ROLES,
    Act.SERIES_SHARE: MATERIAL_ROLES,
    Act.SIGHTING_REPORT: MATERIAL_ROLES | {Role.REPORTER},
    Act.STATISTICS_READ: _EVERYBODY,
    Act.STATISTICS_REFRESH: frozenset({Role.ADMINISTRATOR}),
    Act.STATUS_CONFIRM: _ANALYSTS,
    Act.STATUS_PROPOSE: _ANALYSTS,
    Act.SUBSCRIPTION_MANAGE: MATERIAL_ROLES,
    Act.USER_MANAGE: frozenset({Role.ADMINISTRATOR}),
}
"""Which roles may do an act at all; the record's own rules come on top. One without an entry is nobody's."""
