"""The audit log: append-only, written in the transaction of the act. The only door to it.

Reading sensitive data is an act. A row says who did what, in which case, and to which records; it holds
no file name, no hash and no person. The database itself refuses to change or delete a row.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import models, transaction

from cairn.errors import IntegrityError
from cairn.records.authorities import Authority
from cairn.records.users import User

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.records.users import Actor


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
    USER_CHANGED = "records:user:change"
    USER_CREATED = "records:user:create"
    USER_LISTED = "records:user:list"


class AuditEvent(models.Model):
    """One act."""

    at = models.DateTimeField(auto_now_add=True)
    tag = models.CharField(max_length=64)
    actor = models.ForeignKey(Authority, on_delete=models.PROTECT)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True)
    case_reference = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=200, blank=True)
    record_ids = models.JSONField(default=list)
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        """Answer the tag and the id."""
        return f"{self.tag} {self.pk}"


def append(
    tag: AuditTag,
    *,
    actor: Actor,
    case_reference: str = "",
    purpose: str = "",
    record_ids: Iterable[int] = (),
    counts: dict[str, int] | None = None,
) -> AuditEvent:
    """Write one act into the log, in the transaction of the act.

    Raises:
        IntegrityError: No transaction is open, so the act and its entry could part (``audit.unbound``).
    """
    if not transaction.get_connection().in_atomic_block:
        raise IntegrityError("An act is audited in its own transaction.", code="audit.unbound")
    return AuditEvent.objects.create(
        tag=tag,
        actor=actor.authority,
        user=actor.user,
        case_reference=case_reference,
        purpose=purpose,
        record_ids=sorted(record_ids),
        counts=counts or {},
    )
