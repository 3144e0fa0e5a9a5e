"""Whether an actor may do an act to a record, with the reason; default is no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model

from cairn.errors import AccessError
from cairn.records.access.acts import ROLES, Act
from cairn.records.access.grants import GRANTS
from cairn.records.access.tables import visible_to

if TYPE_CHECKING:
    from cairn.records.users import Actor

M = TypeVar("M", bound=Model)

MISSING = "There is no such record, or it may not be used so."
"""The one sentence of a refusal: a record that is hidden is told as one that was never there."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, and why; the reason is for the audit and for those who may, never for the refused."""

    allowed: bool
    reason: str


def may(actor: Actor, act: Act, record: Model | None = None) -> Decision:
    """Answer whether the actor may do the act, to this record where one is given."""
    return _decided(actor, act, record, is_seen=False)


def _decided(actor: Actor, act: Act, record: Model | None, *, is_seen: bool) -> Decision:
    """Decide; a record that was found through the door a moment ago is not looked for again."""
    grant = GRANTS.get(act)
    if grant is None or not actor.roles & ROLES.get(act, frozenset()):
        return Decision(allowed=False, reason=f"no role of the actor may {act}")
    if record is None:
        return Decision(allowed=True, reason=f"the role may {act}")
    if type(record) not in grant.models:
        return Decision(allowed=False, reason=f"{act} is nothing that can be done to such a record")
    if not is_seen and not visible_to(actor, type(record)).filter(pk=record.pk).exists():
        return Decision(allowed=False, reason="the record is not visible to the actor")
    if not grant.allows(actor, record):
        return Decision(allowed=False, reason=f"only these may: {grant.who}")
    return Decision(allowed=True, reason=f"the role may {act}, and of those who see the record: {grant.who}")


def require(actor: Actor, act: Act, record: Model | None = None) -> None:
    """Let the act pass, or refuse it in the words in which a missing record is told.

    Raises:
        AccessError: The actor may not (``access.missing``).
    """
    if not may(actor, act, record).allowed:
        raise missing()


def find(
    actor: Actor, model: type[M], act: Act | None = None, related: tuple[str, ...] = (), /, **key: object
) -> M:
    """Answer the record of that key which the actor sees, and to which the actor may do the act.

    Whether there is none, or one that is not for the actor, the same is asked of the database, and the same
    is said.

    Args:
        actor: Who asks.
        model: The table.
        act: What is to be done to it; ``None`` where seeing it is enough.
        related: Records that it points to, which are wanted at once.
        **key: What tells the record apart, as Django filters.

    Raises:
        AccessError: There is none, or not for this actor (``access.missing``).
    """
    if not all(_can_be_asked(value) for value in key.values()):
        raise missing()
    rows = visible_to(actor, model).filter(**key).order_by("pk")
    found = (rows.select_related(*related) if related else rows).first()
    if found is None or (act is not None and not _decided(actor, act, found, is_seen=True).allowed):
        raise missing()
    return found


def missing() -> AccessError:
    """Answer the refusal."""
    return AccessError(MISSING, code="access.missing")


def _can_be_asked(value: object) -> bool:
    """Answer whether a database takes the value; a key that none can hold is the key of no record."""
    if not isinstance(value, str):
        return True
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:
        return False
