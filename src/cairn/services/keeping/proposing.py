"""Deletions by two people: one proposes with a reason, and a supervisor who is another person confirms.

The command line deletes at once: who uses it has the records before them anyway. At the desk an unlocked
screen, or one person in anger, must not be enough for what cannot be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, find, may, missing, require, visible_to
from cairn.records.cases import Case
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.looking import look
from cairn.records.people import Offender, Victim
from cairn.records.retention import DeletionProposal
from cairn.records.series import Series
from cairn.sentences import Sentence
from cairn.services.alerting import deletion_asked
from cairn.services.cases import own_case
from cairn.services.keeping.case_deletion import CASE
from cairn.services.keeping.deletion import Deletion, delete, preview
from cairn.services.keeping.person_deletion import deletion_of
from cairn.services.keeping.reasons import require_reason
from cairn.services.keeping.series_deletion import SERIES, exactly_own_series
from cairn.services.keeping.tombstones import require_not_deleting
from cairn.services.people.recording import find_person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from cairn.records.retention import Tombstone
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

Subject = Case | Series | Victim | Offender
KINDS: Mapping[str, type[Subject]] = {
    "case": Case,
    "series": Series,
    "victim": Victim,
    "offender": Offender,
}


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A deletion that waits: ``kind`` of ``KINDS``, how its owner calls the record, who wants it and why."""

    number: int
    kind: str
    name: str
    by: str
    at: datetime
    reason: str
    is_mine: bool


@under_lock
def propose_deletion(kind: str, name: str, *, reason: str, actor: Actor) -> DeletionProposal:
    """Propose that a record of one's authority is deleted; the authority is told that it waits.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: There is no such record, there is no reason, one waits already, or nobody in person asks
            (``case.missing``, ``series.missing``, ``person.missing``, ``keeping.reason``,
            ``deletion.waits``, ``deletion.person``).
    """
    require_reason(reason)
    if actor.user is None:
        raise InputError(Sentence("A deletion is proposed by a person."), code="deletion.person")
    with database_errors_in_words(), transaction.atomic():
        subject = subject_called(kind, name, actor=actor)
        require(actor, Act.DELETION_PROPOSE, subject)
        row, is_new = DeletionProposal.objects.get_or_create(
            **{kind: subject},
            defaults={"owner": actor.authority, "proposed_by": actor.user, "reason": reason},
        )
        if not is_new:
            raise InputError(Sentence("Its deletion is proposed already."), code="deletion.waits")
        deletion_asked(row)
        _note(audit.AuditTag.DELETION_PROPOSED, row, reason, actor=actor)
    return row


@under_lock
def waiting_deletions(*, actor: Actor) -> Sequence[ProposalRow]:
    """Answer the deletions that wait in the actor's authority, of records that they see; audited.

    Raises:
        AccessError: The actor may not.
    """
    with database_errors_in_words(), look():
        require(actor, Act.CASE_READ)
        rows = visible_to(actor, DeletionProposal).select_related("proposed_by", *KINDS).order_by("pk")
        found = [row for row in rows if _is_seen(row, actor)]
        audit.append(audit.AuditTag.DELETIONS_LISTED, actor=actor, record_ids=[row.pk for row in found])
    return [_row(row, actor) for row in found]


@under_lock
def show_proposed(number: int, *, actor: Actor) -> tuple[ProposalRow, Mapping[str, int] | None]:
    """Answer a deletion that waits, and how much it would take away: ``None`` for who may not delete.

    The look is audited.

    Raises:
        AccessError: There is none (``access.missing``).
        InputError: Something stands in the way, as the kind says.
    """
    with database_errors_in_words(), look():
        row = _found(number, actor)
        subject = _subject(row)
        kind = _deletion(subject)
        is_theirs = may(actor, kind.act, subject).allowed
        counts = preview(kind, subject, actor=actor) if is_theirs else None
        _note(audit.AuditTag.DELETION_SHOWN, row, "", actor=actor)
    return _row(row, actor), counts


@under_lock
def confirm_deletion(node: Node, number: int, *, actor: Actor) -> Tombstone:
    """Delete, as the second person, what another one proposed; broken off, the same goes on.

    Raises:
        AccessError: There is none, or the actor may not delete (``access.missing``).
        InputError: The actor proposed it, or something stands in the way, as the kind says
            (``deletion.second``).
    """
    with database_errors_in_words():
        row = _found(number, actor)
    if actor.user is None or actor.user.pk == row.proposed_by_id:
        raise InputError(
            Sentence("You proposed it. A second person, a supervisor, has to confirm it."),
            code="deletion.second",
        )
    subject = _subject(row)
    return delete(
        node,
        _deletion(subject),
        subject,
        reason=row.reason,
        actor=actor,
        proposed_by=row.proposed_by,
    )


@under_lock
def refuse_deletion(number: int, *, reason: str, actor: Actor) -> None:
    """Refuse a deletion as the second person, or take one's own proposal back; the log keeps who and why.

    Raises:
        AccessError: There is none, or the actor may neither delete nor has proposed it (``access.missing``).
        InputError: Another one's is refused without a reason (``keeping.reason``), or has begun
            (``record.deleting``).
    """
    with database_errors_in_words(), transaction.atomic():
        row = _found(number, actor)
        if actor.user is not None and actor.user.pk == row.proposed_by_id:
            tag = audit.AuditTag.DELETION_TAKEN_BACK
        else:
            tag, subject = audit.AuditTag.DELETION_REFUSED, _subject(row)
            require_not_deleting(subject)
            require(actor, _deletion(subject).act, subject)
            require_reason(reason)
        kept, case = row.pk, row.case
        row.delete()
        row.pk, row.case = kept, case
        _note(tag, row, reason, actor=actor)


@under_lock
def subject_called(kind: str, name: str, *, actor: Actor) -> Subject:
    """Answer the record of the actor's authority of this kind and name.

    Raises:
        AccessError: There is no such kind.
        InputError: There is no such record.
    """
    match kind:
        case "case":
            return own_case(name, actor=actor)
        case "series":
            return exactly_own_series(name, actor=actor)
        case "victim":
            return find_person(Victim, name, actor=actor)
        case "offender":
            return find_person(Offender, name, actor=actor)
        case _:
            raise missing()


def _found(number: int, actor: Actor) -> DeletionProposal:
    found = find(actor, DeletionProposal, Act.DELETION_PROPOSE, pk=number)
    row = DeletionProposal.objects.select_related("proposed_by", *KINDS).get(pk=found.pk)
    if not _is_seen(row, actor):
        raise missing()
    return row


def _is_seen(row: DeletionProposal, actor: Actor) -> bool:
    subject = _subject(row)
    return visible_to(actor, type(subject)).filter(pk=subject.pk).exists()


def _subject(row: DeletionProposal) -> Subject:
    subject = row.case or row.series or row.victim or row.offender
    if subject is None:
        raise missing()
    return subject


def _deletion(subject: Subject) -> Deletion[Subject]:
    kind = CASE if isinstance(subject, Case) else SERIES if isinstance(subject, Series) else None
    return kind or deletion_of(subject)  # type: ignore[return-value, arg-type]  # each for its own kind


def _row(row: DeletionProposal, actor: Actor) -> ProposalRow:
    subject = _subject(row)
    return ProposalRow(
        number=row.pk,
        kind=type(subject).__name__.lower(),
        name=_name(subject),
        by=row.proposed_by.name,
        at=row.proposed_at,
        reason=row.reason,
        is_mine=actor.user is not None and actor.user.pk == row.proposed_by_id,
    )


def _name(subject: Subject) -> str:
    match subject:
        case Case():
            return subject.reference
        case Series():
            return subject.name
        case _:
            return subject.national_reference


def _note(tag: audit.AuditTag, row: DeletionProposal, reason: str, *, actor: Actor) -> None:
    case = "" if row.case is None else row.case.reference
    audit.append(tag, actor=actor, case_reference=case, purpose=reason, record_ids=[row.pk])
