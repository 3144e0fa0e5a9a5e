"""Deleting a victim or an offender: the history of their status goes with them, the series stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.records.access import Act, visible_series
from cairn.records.alerts import Alert, AlertKind
from cairn.records.audit import AuditTag
from cairn.records.lock import node_work, under_lock
from cairn.records.people import Offender, Victim
from cairn.sentences import Sentence
from cairn.services.alerting import people_changed
from cairn.services.keeping.deletion import Deletion, delete, preview
from cairn.services.keeping.telling import tell_of_person, withdrawal_key
from cairn.services.status.changing import pending_change
from cairn.services.status.subjects import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cairn.records.authorities import Authority
    from cairn.records.retention import Tombstone
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

MOST_NAMED = 5
"""Series that a sentence names; the next try names the next ones."""


@under_lock
def preview_person_deletion(person: Victim | Offender, *, actor: Actor) -> Mapping[str, int]:
    """Answer how much a deletion of the person takes away; nothing is changed.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: The person lies in series of others, or a proposal waits (``person.series``,
            ``status.waits``).
    """
    return preview(deletion_of(person), person, actor=actor)


@under_lock
def delete_person(node: Node, person: Victim | Offender, *, reason: str, actor: Actor) -> Tombstone:
    """Delete a victim or an offender; a tombstone stays, the audit log, and the series.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: The person lies in series of others, a proposal waits, or there is no reason
            (``person.series``, ``status.waits``, ``keeping.reason``).
    """
    return delete(node, deletion_of(person), person, reason=reason, actor=actor)


def _effect(person: Victim | Offender, actor: Actor) -> dict[str, int]:
    """Count what goes; those series that the owner may not see any more are neither told nor in the way."""
    if pending_change(person) is not None:
        raise InputError(
            Sentence("A proposal waits for a second person. Confirm, refuse or take back that one first."),
            code="status.waits",
        )
    seen = visible_series(actor).filter(**{f"{kind_of(person).field}": person})
    others = seen.exclude(owner=person.owner).order_by("owner__code", "name")
    names = [f"'{owner}/{name}'" for owner, name in others.values_list("owner__code", "name")[:MOST_NAMED]]
    if names:
        raise InputError(
            Sentence(
                "The person lies in series of others, who rely on that: %(names)s. Take the person out of "
                "them first; their owners are told.",
                names=", ".join(names),
            ),
            code="person.series",
        )
    return {"series": seen.count(), "status_changes": person.status_changes.count()}


def _hide(person: Victim | Offender, at: datetime) -> None:
    if person.withdrawn_at is None:
        tell_of_person(person, once=withdrawal_key(type(person).__name__.lower(), person.pk, at))
        person.withdrawn_at = at
        person.save(update_fields=["withdrawn_at"])


@node_work("owners of series are told who is no longer in them, also where the actor may not see the series")
def _take(person: Victim | Offender) -> None:
    others = person.series.exclude(owner=person.owner).select_related("owner", "lead")
    people_changed(person, list(others), joined=False)
    asked = [f"confirmation:{number}" for number in person.status_changes.values_list("pk", flat=True)]
    Alert.objects.filter(kind=AlertKind.CONFIRMATION, once_key__in=asked).delete()
    person.delete()


def _owner(person: Victim | Offender) -> Authority:
    return person.owner


def deletion_of(person: Victim | Offender) -> Deletion[Victim | Offender]:
    """Answer what differs where a victim, or an offender, is deleted."""
    is_victim = isinstance(person, Victim)
    return Deletion(
        act=Act.PERSON_DELETE,
        shown=AuditTag.VICTIM_SHOWN if is_victim else AuditTag.OFFENDER_SHOWN,
        deleted=AuditTag.VICTIM_DELETED if is_victim else AuditTag.OFFENDER_DELETED,
        owner=_owner,
        effect=_effect,
        hide=_hide,
        take=_take,
    )
