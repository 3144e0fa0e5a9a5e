"""What members do in a joint investigation: tasks, messages and decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.joint import TEXT_LENGTH, TITLE_LENGTH, JointInvestigation, Message, Task
from cairn.records.lock import under_lock
from cairn.sentences import Sentence
from cairn.services.joint.membership import find_investigation, members, require_open, tell_members
from cairn.services.typed_text import require_text

if TYPE_CHECKING:
    from datetime import date

    from cairn.records.authorities import Authority
    from cairn.records.users import Actor


@under_lock
def add_task(
    name: str, title: str, *, to: str | None = None, due_on: date | None = None, actor: Actor
) -> Task:
    """Say what is to be done, by which member, and until when.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such investigation or it is closed, ``to`` is no member, or the title cannot
            be recorded (``task.invalid``).
    """
    require_text(title, what="A task", longest=TITLE_LENGTH, code="task.invalid")
    with database_errors_in_words(), transaction.atomic():
        found = _at_work(name, actor)
        task = Task.objects.create(
            investigation=found,
            title=title,
            assigned_to=None if to is None else _member(found, to),
            due_on=due_on,
            opened_by=actor.authority,
        )
        tell_members(found, by=actor.authority, what="task", number=task.pk)
        audit.append(audit.AuditTag.TASK_OPENED, actor=actor, record_ids=[task.pk])
    return task


@under_lock
def finish_task(name: str, number: int, *, actor: Actor) -> Task:
    """Say that a task, by its number in the investigation, is done.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such task, or it was done before (``task.missing``, ``task.done``).
    """
    with database_errors_in_words(), transaction.atomic():
        found = _at_work(name, actor)
        tasks = list(Task.objects.filter(investigation=found).order_by("pk"))
        if not 1 <= number <= len(tasks):
            raise InputError(
                Sentence("The investigation has no task %(number)s.", number=str(number)), code="task.missing"
            )
        task = tasks[number - 1]
        if task.done_at is not None:
            raise InputError(
                Sentence("Task %(number)s was done before.", number=str(number)), code="task.done"
            )
        task.done_at, task.done_by = timezone.now(), actor.authority
        task.save(update_fields=["done_at", "done_by"])
        tell_members(found, by=actor.authority, what="task-done", number=task.pk)
        audit.append(audit.AuditTag.TASK_DONE, actor=actor, record_ids=[task.pk])
    return task


@under_lock
def say(name: str, text: str, *, is_decision: bool = False, actor: Actor) -> Message:
    """Say something to the other members; a decision is said and kept as one.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such investigation, it is closed, or the text cannot be recorded
            (``message.invalid``).
    """
    require_text(text, what="A message", longest=TEXT_LENGTH, code="message.invalid")
    with database_errors_in_words(), transaction.atomic():
        found = _at_work(name, actor)
        message = Message.objects.create(
            investigation=found,
            authority=actor.authority,
            user=actor.user,
            text=text,
            is_decision=is_decision,
        )
        what = "decision" if is_decision else "message"
        tell_members(found, by=actor.authority, what=what, number=message.pk)
        tag = audit.AuditTag.DECISION_TAKEN if is_decision else audit.AuditTag.MESSAGE_SENT
        audit.append(tag, actor=actor, record_ids=[message.pk])
    return message


def _at_work(name: str, actor: Actor) -> JointInvestigation:
    found = find_investigation(name, actor=actor)
    require(actor, Act.INVESTIGATION_WORK, found)
    require_open(found)
    return found


def _member(found: JointInvestigation, code: str) -> Authority:
    for member in members(found):
        if member.code == code:
            return member
    raise InputError(Sentence("%(code)s is no member of this investigation.", code=code), code="task.member")
