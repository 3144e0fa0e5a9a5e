"""Who has made a proposal: that person takes it back, and another one decides it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.status.history import StatusEvent


def is_own_word(event: StatusEvent, actor: Actor) -> bool:
    """Answer whether this person has made the proposal."""
    return actor.user is not None and event.said_by == actor.user.login
