"""Changes of a status: made by a person, and for *identified* proposed by one and confirmed by another.

No machine changes a status. The operator of a node is no person: what they propose has to be taken on by a
person first, and then confirmed by a second one, so that two people stand behind it whom the log can name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, missing, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.series import Series
from cairn.records.status import REASON_LENGTH, StatusChange
from cairn.records.users import User
from cairn.sentences import Sentence
from cairn.services.alerting import confirmation_asked, status_changed
from cairn.services.series.looking import audit_look, series_shown_with
from cairn.services.status.rules import require_day
from cairn.services.status.subjects import (
    Subject,
    confirmers,
    days_before,
    kind_of,
    proposers,
    put_status,
    status_of,
)
from cairn.services.typed_text import require_text

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from cairn.records.users import Actor

S = TypeVar("S", bound=Subject)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a status is to become.

    Attributes:
        status: The new one.
        on: The day of the event itself, such as of the identification; ``None`` for today.
        reason: Why; needed where something is taken back.
    """

    status: str
    on: date | None = None
    reason: str = ""


@under_lock
def change_status(subject: Subject, wish: Wish, *, actor: Actor) -> StatusChange:
    """Change a status, or propose the change where it takes a second person.

    Returns:
        The change; it ``is_pending`` where a second person has to confirm it.

    Raises:
        AccessError: The actor may not: only people of the owner may, and for a series those of the lead.
        InputError: It is so already, a proposal waits, or the day or the reason does not hold
            (``status.same``, ``status.waits``, ``status.day``, ``status.reason``).
    """
    with database_errors_in_words(), transaction.atomic():
        change = make_change(subject, wish, actor=actor)
        append_change(change, actor=actor)
    return change


@under_lock
def make_change(subject: Subject, wish: Wish, *, actor: Actor) -> StatusChange:
    """Do what ``change_status`` does, in a transaction that goes on; its end is ``append_change``."""
    held = locked(subject)
    require_hands(actor, Act.STATUS_PROPOSE, held, proposers(held))
    require_standing(held)
    if pending_change(held) is not None:
        raise InputError(
            Sentence("A proposal waits for a second person. Confirm, refuse or take back that one first."),
            code="status.waits",
        )
    kind = kind_of(held)
    move = kind.ladder.move(status_of(held), wish.status)
    day = wish.on or timezone.now().date()
    require_day(day, now=timezone.now(), after=days_before(held, move))
    if wish.reason or move.is_down:
        require_text(wish.reason, what="A reason", longest=REASON_LENGTH, code="status.reason")
    change = StatusChange.objects.create(
        **{kind.field: held},
        from_status=move.before,
        to_status=move.after,
        holds_since=day,
        authority=actor.authority,
        proposed_by=actor.user,
        reason=wish.reason,
        confirmed_at=None if move.takes_second else timezone.now(),
    )
    if move.takes_second:
        confirmation_asked(change)
    else:
        _take_effect(held, change)
    return change


@under_lock
def append_change(change: StatusChange, *, actor: Actor) -> None:
    """Write down that a status was changed, or that its change was proposed; call it last."""
    subject = change.series or change.victim or change.offender
    if subject is None:
        return
    if change.is_pending:
        _append(audit.AuditTag.STATUS_PROPOSED, change, subject, actor=actor)
    else:
        _append_changed(subject, actor=actor)


@under_lock
def confirm_status(subject: Subject, *, actor: Actor) -> StatusChange:
    """Confirm the proposal that waits, as the second person; what the operator proposed is taken on first.

    Returns:
        The change; it still ``is_pending`` where the actor is the first person behind it.

    Raises:
        AccessError: The actor may not.
        InputError: Nothing waits, or the actor is no second person (``status.nothing``, ``status.second``).
    """
    with database_errors_in_words(), transaction.atomic():
        held = locked(subject)
        person = _second_person(actor, held)
        require_standing(held)
        change = _waiting(held)
        if change.proposed_by is None:
            # Whoever takes it on is the first person behind it, and must be one who may propose it.
            require_hands(actor, Act.STATUS_PROPOSE, held, proposers(held))
            change.proposed_by, change.authority = person, actor.authority
            change.save(update_fields=["proposed_by", "authority"])
            _append(audit.AuditTag.STATUS_PROPOSED, change, held, actor=actor)
            return change
        _require_other(person, change)
        change.confirmed_by, change.confirmed_at = person, timezone.now()
        change.save(update_fields=["confirmed_by", "confirmed_at"])
        _take_effect(held, change)
        audit.append(audit.AuditTag.STATUS_CONFIRMED, actor=actor, record_ids=[change.pk])
        _append_changed(held, actor=actor)
        return change


@under_lock
def refuse_status(subject: Subject, *, reason: str, actor: Actor) -> StatusChange:
    """Refuse the proposal that waits, as the second person; it stays in the history, with the reason.

    Raises:
        AccessError: The actor may not.
        InputError: Nothing waits, the actor is no second person, or there is no reason
            (``status.nothing``, ``status.second``, ``status.reason``).
    """
    require_text(reason, what="A reason", longest=REASON_LENGTH, code="status.reason")
    with database_errors_in_words(), transaction.atomic():
        held = locked(subject)
        person = _second_person(actor, held)
        change = _waiting(held)
        _require_other(person, change)
        return _end(change, held, actor=actor, reason=reason, tag=audit.AuditTag.STATUS_REFUSED)


@under_lock
def take_back_status(subject: Subject, *, actor: Actor) -> StatusChange:
    """Take the proposal back that waits: the one who made it can, or anybody of theirs for the operator.

    Raises:
        AccessError: The actor may not.
        InputError: Nothing waits, or another person made it (``status.nothing``, ``status.theirs``).
    """
    with database_errors_in_words(), transaction.atomic():
        held = locked(subject)
        require_hands(actor, Act.STATUS_PROPOSE, held, proposers(held))
        change = _waiting(held)
        if change.authority_id != actor.authority.pk or change.proposed_by not in {None, actor.user}:
            raise InputError(
                Sentence(
                    "Only the person who made the proposal can take it back; another one can refuse it."
                ),
                code="status.theirs",
            )
        return _end(change, held, actor=actor, reason="", tag=audit.AuditTag.STATUS_TAKEN_BACK)


def pending_change(subject: Subject) -> StatusChange | None:
    """Answer the proposal that waits for a second person; there is one at most."""
    rows = StatusChange.objects.filter(**{kind_of(subject).field: subject})
    return rows.filter(confirmed_at=None, refused_at=None).select_related("proposed_by").first()


def locked(subject: S) -> S:
    """Answer the subject as it is now, and let nobody else change it until the transaction ends.

    Raises:
        AccessError: It is gone (``access.missing``).
    """
    rows = type(subject)._default_manager.select_for_update()  # noqa: SLF001 - Django's own name for it
    found = rows.filter(pk=subject.pk).first()
    if found is None:
        raise missing()
    return cast("S", found)


@under_lock
def require_hands(actor: Actor, act: Act, subject: Subject, hands: Collection[int]) -> None:
    """Let the act pass where the role may, the subject is visible, and the authority is one of ``hands``.

    Raises:
        AccessError: The actor may not (``access.missing``).
    """
    require(actor, act)
    require(actor, kind_of(subject).look, subject)
    if actor.authority.pk not in hands:
        raise missing()


def require_standing(subject: Subject) -> None:
    """Make sure that the subject is still in use.

    Raises:
        InputError: It was withdrawn, or merged into another series (``record.withdrawn``,
            ``series.merged``).
    """
    if subject.withdrawn_at is not None:
        raise InputError(Sentence("It was withdrawn, and is kept as it is."), code="record.withdrawn")
    if isinstance(subject, Series) and subject.merged_into_id is not None:
        raise InputError(
            Sentence("The series was merged into another: change that one."), code="series.merged"
        )


def _take_effect(subject: Subject, change: StatusChange) -> None:
    put_status(
        subject, kind_of(subject).ladder.move(change.from_status, change.to_status), change.holds_since
    )
    status_changed(change)


def _waiting(subject: Subject) -> StatusChange:
    change = pending_change(subject)
    if change is None:
        raise InputError(Sentence("No proposal waits for a second person."), code="status.nothing")
    return change


def _second_person(actor: Actor, subject: Subject) -> User:
    """Answer the person who may be the second one: signed in, active, and of an authority that may."""
    require_hands(actor, Act.STATUS_CONFIRM, subject, confirmers(subject))
    if actor.user is None or not User.objects.filter(pk=actor.user.pk, is_active=True).exists():
        raise InputError(
            Sentence(
                "This takes a person who signs in with --user: the operator of a node is no second person."
            ),
            code="status.second",
        )
    return actor.user


def _require_other(person: User, change: StatusChange) -> None:
    if change.proposed_by == person:
        raise InputError(
            Sentence("You have made this proposal yourself: a second person must look at it."),
            code="status.second",
        )


def _end(
    change: StatusChange, subject: Subject, *, actor: Actor, reason: str, tag: audit.AuditTag
) -> StatusChange:
    change.refused_by, change.refused_at, change.refusal_reason = actor.user, timezone.now(), reason
    change.save(update_fields=["refused_by", "refused_at", "refusal_reason"])
    _append(tag, change, subject, actor=actor)
    return change


def _append(tag: audit.AuditTag, change: StatusChange, subject: Subject, *, actor: Actor) -> None:
    """Write down what was done with a change, and that its series were looked at for it."""
    looked_at = series_shown_with([subject], actor=actor)
    audit.append(tag, actor=actor, record_ids=[change.pk])
    audit_look(looked_at, actor=actor)


def _append_changed(subject: Subject, *, actor: Actor) -> None:
    """Write down that a status has changed; that of a person is a look at their series too."""
    looked_at = frozenset() if isinstance(subject, Series) else series_shown_with([subject], actor=actor)
    audit.append(kind_of(subject).changed, actor=actor, record_ids=[subject.pk])
    audit_look(looked_at, actor=actor)
