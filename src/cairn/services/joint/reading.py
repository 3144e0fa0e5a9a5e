"""Reading joint investigations: what a member sees of one, and which there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.records import audit
from cairn.records.access import Act, require, visible_series, visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.joint import JointInvestigation, JointMember, Message, Question, Task
from cairn.records.lock import as_the_node, under_lock
from cairn.services.joint.membership import find_investigation, members
from cairn.services.joint.questions import QuestionRow, question_row

if TYPE_CHECKING:
    from datetime import date, datetime

    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member, and whom to ask there."""

    code: str
    country: str
    contact: str


@dataclass(frozen=True, slots=True)
class SharedSeries:
    """A series of the investigation that the actor may see; its page is found by its number."""

    number: int
    name: str
    owner: str
    lead: str
    status: str


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task, by its number in the investigation.

    Attributes:
        number: From 1.
        title: What is to be done.
        to: The member that is to do it; ``None`` for whoever comes first.
        due_on: Until when.
        opened_by: Who has said so.
        done_on: When it was done, or ``None``.
        is_overdue: It should have been done before today.
    """

    number: int
    title: str
    to: str | None
    due_on: date | None
    opened_by: str
    done_on: date | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class MessageRow:
    """What a member said, and whether it was decided."""

    authority: str
    at: datetime
    text: str
    is_decision: bool


@dataclass(frozen=True, slots=True)
class Workspace:
    """Everything in an investigation that the actor may see."""

    name: str
    lead: str
    opened_at: datetime
    closed_at: datetime | None
    members: tuple[MemberRow, ...]
    invited: tuple[str, ...]
    series: tuple[SharedSeries, ...]
    tasks: tuple[TaskRow, ...]
    messages: tuple[MessageRow, ...]
    questions: tuple[QuestionRow, ...]


@dataclass(frozen=True, slots=True)
class InvestigationRow:
    """An investigation that the actor is a member of, or invited to.

    Attributes:
        number: What its page is found by; ``None`` for the invited, who have none.
        name: Its name.
        lead: Who leads it.
        state: ``invited``, ``open`` or ``closed``.
        open_tasks: Tasks that are not done; 0 for the invited, who do not see them.
    """

    number: int | None
    name: str
    lead: str
    state: str
    open_tasks: int


@under_lock
def show_investigation(name: str, *, actor: Actor) -> Workspace:
    """Answer what a member sees of an investigation; the look is audited.

    Raises:
        AccessError: The actor may not.
        InputError: There is none that the actor's authority is a member of.
    """
    with database_errors_in_words(), transaction.atomic():
        found = find_investigation(name, actor=actor)
        require(actor, Act.INVESTIGATION_READ, found)
        invited = JointMember.objects.filter(investigation=found, joined_at=None, left_at=None)
        questions = visible_to(actor, Question).filter(investigation=found).order_by("pk")
        workspace = Workspace(
            name=found.name,
            lead=found.lead.code,
            opened_at=found.opened_at,
            closed_at=found.closed_at,
            members=tuple(MemberRow(row.code, row.country, row.contact) for row in members(found)),
            invited=tuple(invited.order_by("authority__code").values_list("authority__code", flat=True)),
            series=_series(found, actor),
            tasks=_tasks(found),
            messages=_messages(found),
            questions=tuple(question_row(row, actor) for row in questions),
        )
        audit.append(audit.AuditTag.INVESTIGATION_SHOWN, actor=actor, record_ids=[found.pk])
    return workspace


@under_lock
def list_investigations(*, actor: Actor) -> tuple[InvestigationRow, ...]:
    """Answer the investigations that the actor's authority is in or invited to; the look is audited."""
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.INVESTIGATION_READ)
        own = visible_to(actor, JointMember).filter(authority=actor.authority, left_at=None)
        with as_the_node("an invitation names what the invited do not see yet"):
            rows = list(own.select_related("investigation__lead").order_by("pk"))
        audit.append(
            audit.AuditTag.INVESTIGATION_LISTED,
            actor=actor,
            record_ids=[row.investigation_id for row in rows],
        )
        return tuple(_row(member) for member in rows)


def _row(member: JointMember) -> InvestigationRow:
    found = member.investigation
    if member.joined_at is None:
        return InvestigationRow(None, found.name, found.lead.code, "invited", 0)
    state = "open" if found.closed_at is None else "closed"
    tasks = found.tasks.filter(done_at=None).count()
    return InvestigationRow(found.pk, found.name, found.lead.code, state, tasks)


def _series(found: JointInvestigation, actor: Actor) -> tuple[SharedSeries, ...]:
    rows = visible_series(actor).filter(pk__in=found.series.values("pk")).select_related("owner", "lead")
    return tuple(
        SharedSeries(row.pk, row.name, row.owner.code, row.lead.code, row.status)
        for row in rows.order_by("owner__code", "name")
    )


def _tasks(found: JointInvestigation) -> tuple[TaskRow, ...]:
    today = timezone.now().date()
    rows = Task.objects.filter(investigation=found).select_related("assigned_to", "opened_by")
    return tuple(
        TaskRow(
            number=number,
            title=row.title,
            to=None if row.assigned_to is None else row.assigned_to.code,
            due_on=row.due_on,
            opened_by=row.opened_by.code,
            done_on=None if row.done_at is None else row.done_at.date(),
            is_overdue=row.done_at is None and row.due_on is not None and row.due_on < today,
        )
        for number, row in enumerate(rows.order_by("pk"), start=1)
    )


def _messages(found: JointInvestigation) -> tuple[MessageRow, ...]:
    rows = Message.objects.filter(investigation=found).select_related("authority").order_by("pk")
    return tuple(MessageRow(row.authority.code, row.sent_at, row.text, row.is_decision) for row in rows)
