"""The sessions that people have at the desk: each lists their own, and ends them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.records import audit
from cairn.records.connection import database_errors_in_words
from cairn.records.desk_sessions import DeskSession
from cairn.records.lock import as_the_node, under_lock

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

    from cairn.records.users import Actor

_OWN = "a person's own sessions at the desk"


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One browser in which a person is signed in.

    Attributes:
        number: What it is ended by.
        browser: As it calls itself; anybody can claim anything there.
        started_at: When the person signed in.
        seen_at: When it last asked for a page, to the minute.
        is_this: It is the one that asks.
    """

    number: int
    browser: str
    started_at: datetime
    seen_at: datetime
    is_this: bool


@under_lock
def own_sessions(actor: Actor, *, this: str) -> tuple[SessionRow, ...]:
    """Answer where the actor is signed in, the latest first.

    Args:
        actor: Whose sessions.
        this: The digest of the key of the session that asks.
    """
    with database_errors_in_words(), as_the_node(_OWN):
        rows = list(_of(actor).filter(ends_at__gt=timezone.now()).order_by("-started_at", "-pk"))
    return tuple(
        SessionRow(
            number=row.pk,
            browser=row.browser,
            started_at=row.started_at,
            seen_at=row.seen_at,
            is_this=row.key_digest == this,
        )
        for row in rows
    )


@under_lock
def end_sessions(actor: Actor, *, number: int | None = None, this: str = "", keep: str = "") -> int:
    """End sessions of the actor's own, and answer how many; those of others are none.

    Args:
        actor: Whose.
        number: Which one; ``None`` for all.
        this: The digest of the key of the only one that ends; empty for all.
        keep: The digest of the key of the one that stays; empty for none.
    """
    with database_errors_in_words(), transaction.atomic(), as_the_node(_OWN):
        rows = _of(actor) if number is None else _of(actor).filter(pk=number)
        rows = rows.filter(key_digest=this) if this else rows
        ended = rows.exclude(key_digest=keep).delete()[0]
        if ended and actor.user is not None:
            audit.append(
                audit.AuditTag.USER_SIGNED_OUT,
                actor=actor,
                record_ids=[actor.user.pk],
                counts={"sessions": ended},
            )
    return ended


def _of(actor: Actor) -> QuerySet[DeskSession]:
    return DeskSession.objects.filter(user=actor.user) if actor.user else DeskSession.objects.none()
