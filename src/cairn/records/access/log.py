"""Which entries of the audit log an actor may read.

- Auditors of the hub and of an oversight body read all of it.
- An auditor or a supervisor of any other authority reads what their own authority did. That one of its checks
  met a series of which it may know nothing is not shown to it: that entry is for the owner of the series.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.users import LOG_ROLES

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.users import Actor


def reads_every_event(actor: Actor) -> bool:
    """Answer whether the actor may read the whole log."""
    return actor.sees_whole_log


def visible_events(actor: Actor) -> QuerySet[AuditEvent]:
    """Answer the entries that the actor may read."""
    if not actor.roles & LOG_ROLES:
        return AuditEvent.objects.none()
    if reads_every_event(actor):
        return AuditEvent.objects.all()
    return AuditEvent.objects.filter(actor=actor.authority).exclude(tag=AuditTag.SERIES_MET_UNSEEN)
