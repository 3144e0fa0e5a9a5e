"""Whether an actor may do an act to a record, with the reason; default is no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.db.models import Model

from cairn.errors import AccessError
from cairn.records.access.acts import ROLES, Act
from cairn.records.access.tables import visible_to

if TYPE_CHECKING:
    from cairn.records.users import Actor

M = TypeVar("M", bound=Model)

OWNERS_ALONE = frozenset(
    {
        Act.CASE_DELETE,
        Act.CASE_READ,
        Act.CASE_WORK,
        Act.PERSON_CHANGE,
        Act.RECORD_WITHDRAW,
        Act.SERIES_CHANGE,
        Act.SERIES_HAND_OVER,
        Act.STATUS_CONFIRM,
        Act.STATUS_PROPOSE,
    }
)
"""Acts on a record that only the authority which owns it may do."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, and why; the reason is for the audit and for those who may, never for the refused."""

    allowed: bool
    reason: str


def may(actor: Actor, act: Act, record: Model | None = None) -> Decision:
    """Answer whether the actor may do the act, to this record where one is given."""
    if not actor.roles & ROLES.get(act, frozenset()):
        return Decision(allowed=False, reason=f"no role of the actor may {act}")
    if record is None:
        return Decision(allowed=True, reason=f"the role may {act}")
    if not visible_to(actor, type(record)).filter(pk=record.pk).exists():
        return Decision(allowed=False, reason="the record is not visible to the actor")
    if act in OWNERS_ALONE and owner_of(record) != actor.authority.pk:
        return Decision(allowed=False, reason="only the owner may")
    return Decision(allowed=True, reason=f"the role may {act}, and the record allows it")


def require(actor: Actor, act: Act, record: Model | None = None) -> None:
    """Let the act pass, or refuse it in the words in which a missing record is told.

    Raises:
        AccessError: The actor may not (``access.missing``).
    """
    if not may(actor, act, record).allowed:
        raise _refused()


def find(actor: Actor, model: type[M], **key: object) -> M:
    """Answer the one row of a table with these values, where the actor may learn of it.

    Raises:
        AccessError: There is none, or the actor may not learn of it (``access.missing``).
    """
    found = visible_to(actor, model).filter(**key).first()
    if found is None:
        raise _refused()
    return found


def _refused() -> AccessError:
    return AccessError("There is no such record, or it may not be used so.", code="access.missing")


def owner_of(record: Model) -> int | None:
    """Answer the id of the authority that owns a record, or ``None`` where it has no owner."""
    for name in ("owner_id", "authority_id"):
        number = getattr(record, name, None)
        if isinstance(number, int):
            return number
    return None
