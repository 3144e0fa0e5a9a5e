"""The tags of the audit log."""

from __future__ import annotations

from enum import StrEnum


class AuditTag(StrEnum):
    """Every act that is audited, as ``source:subject:action``."""

    AUTHORITY_CHANGED = "records:authority:change"
    AUTHORITY_CREATED = "records:authority:create"
    CASE_CHANGED = "records:case:change"
    CASE_LISTED = "records:case:list"
    CASE_SHOWN = "records:case:show"
    CHECK_ANSWERED = "check:media:answer"
    CHECK_REGISTERED = "check:sighting:register"
    COUNTRY_JOINED = "records:country:join"
    NODE_CREATED = "node:node:create"
    SERIES_CREATED = "records:series:create"
    SERIES_LISTED = "records:series:list"
    SERIES_MET = "check:series:meet"
    SERIES_MET_UNSEEN = "check:series:meet-unseen"
    SERIES_STATUS_CHANGED = "records:series:status"
    SCHEME_INSTALLED = "records:scheme:install"
    STATISTICS_READ = "statistics:figure:read"
    USER_CHANGED = "records:user:change"
    USER_CREATED = "records:user:create"
    USER_LISTED = "records:user:list"


SUBJECT_SERIES = ":series:"
"""What stands in every tag whose record ids are those of series."""
