"""Which entries of the audit log an actor may read.

- Auditors of the hub and of an oversight body read all of it.
- An auditor or a supervisor of any other authority reads what their own authority did. That one of its checks
  met a series of which it may know nothing is not shown to it: that entry is for the owner of the series.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.records.access.acts import ROLES, Act
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.authorities import AuthorityKind
from cairn.records.users import Role

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.users import Actor

_OVERSEERS = frozenset({AuthorityKind.HUB, AuthorityKind.OVERSIGHT})


def reads_every_event(actor: Actor) -> bool:
    """Answer whether the actor may read the whole log."""
    return Role.AUDITOR in actor.roles and actor.authority.kind in _OVERSEERS


def visible_events(actor: Actor) -> QuerySet[AuditEvent]:
    """Answer the entries that the actor may read."""
    if not actor.roles & ROLES[Act.AUDIT_READ]:
        return AuditEvent.objects.none()
    if reads_every_event(actor):
        return AuditEvent.objects.all()
    return AuditEvent.objects.filter(actor=actor.authority).exclude(tag=AuditTag.SERIES_MET_UNSEEN)
