"""Questions: one authority asks another, with an answer expected by a date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require, visible_series, visible_to
from cairn.records.alerts import AlertKind
from cairn.records.connection import database_errors_in_words
from cairn.records.joint import TEXT_LENGTH, Question
from cairn.records.lock import as_the_node, node_work, under_lock
from cairn.sentences import Sentence
from cairn.services.alerting import News, raise_alert, raise_alerts, recipient
from cairn.services.directory.authorities import find_authority
from cairn.services.joint.membership import find_investigation, members, require_open
from cairn.services.series.names import find_series
from cairn.services.typed_text import require_text

if TYPE_CHECKING:
    from datetime import date, datetime

    from cairn.records.authorities import Authority
    from cairn.records.joint import JointInvestigation
    from cairn.records.series import Series
    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """What is asked.

    Attributes:
        to: The code of the authority that is asked.
        text: The question.
        series: What it is about, as the asker calls it; the asked one must see it too.
        investigation: The joint investigation that it belongs to; both must be members.
        expected_on: By which day an answer is expected.
    """

    to: str
    text: str
    series: str | None = None
    investigation: str | None = None
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question, and its answer where there is one.

    Attributes:
        number: How both sides call it.
        asked_by: Who asks.
        asked_to: Who is asked.
        series: The name of the series that it is about, where the actor may see it.
        text: The question.
        asked_at: When.
        expected_on: By which day an answer is expected.
        answer: The answer; empty where there is none yet.
        answered_at: When it was answered.
        is_overdue: An answer was expected before today, and has not come.
    """

    number: int
    asked_by: str
    asked_to: str
    series: str | None
    text: str
    asked_at: datetime
    expected_on: date | None
    answer: str
    answered_at: datetime | None
    is_overdue: bool


@under_lock
def ask(new: NewQuestion, *, actor: Actor) -> Question:
    """Ask an authority something; it is told that there is a question.

    Raises:
        AccessError: The actor may not.
        InputError: The text cannot be recorded, the day has passed, or the asked one may not see the series
            or is no member (``question.invalid``, ``question.day``, ``question.series``).
    """
    require_text(new.text, what="A question", longest=TEXT_LENGTH, code="question.invalid")
    if new.expected_on is not None and new.expected_on < timezone.now().date():
        raise InputError(Sentence("An answer is expected by a day that has not passed."), code="question.day")
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.QUESTION_ASK)
        asked = find_authority(new.to)
        if asked.pk == actor.authority.pk:
            raise InputError(Sentence("An authority does not ask itself."), code="question.invalid")
        question = Question.objects.create(
            asked_by=actor.authority,
            asked_to=asked,
            series=_series(new, asked, actor),
            investigation=_investigation(new, asked, actor),
            text=new.text,
            expected_on=new.expected_on,
        )
        expected = None if new.expected_on is None else new.expected_on.isoformat()
        raise_alert(
            AlertKind.QUESTION,
            to=asked,
            once=f"question:{question.pk}",
            series=question.series,
            about=actor.authority,
            facts={"question": question.pk, "expected": expected},
        )
        audit.append(audit.AuditTag.QUESTION_ASKED, actor=actor, record_ids=[question.pk])
    return question


@under_lock
def answer(number: int, text: str, *, actor: Actor) -> Question:
    """Answer a question that the actor's authority was asked; the asker is told that there is an answer.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such question to the actor's authority, it was answered before, or the text
            cannot be recorded (``question.missing``, ``question.answered``, ``question.invalid``).
    """
    require_text(text, what="An answer", longest=TEXT_LENGTH, code="question.invalid")
    with database_errors_in_words(), transaction.atomic():
        question = visible_to(actor, Question).filter(pk=number, asked_to=actor.authority).first()
        if question is None:
            raise InputError(
                Sentence("%(code)s was not asked %(number)s.", code=actor.authority.code, number=str(number)),
                code="question.missing",
            )
        require(actor, Act.QUESTION_ANSWER, question)
        if question.answered_at is not None:
            raise InputError(
                Sentence("Question %(number)s was answered before.", number=str(number)),
                code="question.answered",
            )
        question.answer, question.answered_at = text, timezone.now()
        question.save(update_fields=["answer", "answered_at"])
        raise_alert(
            AlertKind.ANSWER,
            to=question.asked_by,
            once=f"answer:{question.pk}",
            about=actor.authority,
            facts={"question": question.pk},
        )
        audit.append(audit.AuditTag.QUESTION_ANSWERED, actor=actor, record_ids=[question.pk])
    return question


@under_lock
def list_questions(*, waiting_only: bool = False, actor: Actor) -> tuple[QuestionRow, ...]:
    """Answer what the actor's authority has asked and was asked, those without an answer first.

    Both sides are told, once, of a question that is overdue by now.
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.QUESTION_ASK)
        rows = visible_to(actor, Question).select_related("asked_by", "asked_to", "series")
        rows = rows.filter(answered_at=None) if waiting_only else rows
        found = sorted(
            rows, key=lambda each: (each.answered_at is not None, each.expected_on is None, each.pk)
        )
        tell_overdue()
        audit.append(
            audit.AuditTag.QUESTION_LISTED, actor=actor, record_ids=[question.pk for question in found]
        )
        return tuple(question_row(question, actor) for question in found)


@node_work("others are told what they may know")
def tell_overdue() -> None:
    """Tell both sides, once, of every question whose answer was expected before today and has not come.

    Raises:
        IntegrityError: No transaction is open (``alert.unbound``).
    """
    today = timezone.now().date()
    late = Question.objects.filter(answered_at=None, expected_on__lt=today)
    raise_alerts(
        News(
            kind=AlertKind.OVERDUE,
            to=to,
            once=f"overdue:{question.pk}",
            series=question.series if to == question.asked_to else None,
            about=about,
            facts={"question": question.pk},
        )
        for question in late.select_related("asked_by", "asked_to", "series")
        for to, about in (
            (question.asked_to, question.asked_by),
            (question.asked_by, question.asked_to),
        )
    )


@under_lock
def question_row(question: Question, actor: Actor) -> QuestionRow:
    """Answer a question as the actor sees it."""
    seen = question.series_id and visible_series(actor).filter(pk=question.series_id).first()
    late = question.expected_on is not None and question.expected_on < timezone.now().date()
    return QuestionRow(
        number=question.pk,
        asked_by=question.asked_by.code,
        asked_to=question.asked_to.code,
        series=seen.name if seen else None,
        text=question.text,
        asked_at=question.asked_at,
        expected_on=question.expected_on,
        answer=question.answer,
        answered_at=question.answered_at,
        is_overdue=late and question.answered_at is None,
    )


def _series(new: NewQuestion, asked: Authority, actor: Actor) -> Series | None:
    """Answer the series that is asked about: nobody learns of a series through a question."""
    if new.series is None:
        return None
    series = find_series(new.series, actor=actor)
    with as_the_node("a question names a series to those alone who see it"):
        is_seen_there = visible_series(recipient(asked)).filter(pk=series.pk).exists()
    if not is_seen_there:
        if series.owner_id == actor.authority.pk:
            raise InputError(
                Sentence(
                    "%(code)s may not see this series. Ask without naming it, or let %(code_2)s see it.",
                    code=asked.code,
                    code_2=asked.code,
                ),
                code="question.series",
            )
        raise InputError(
            Sentence("This series cannot be asked about there. Ask its owner, or ask without naming it."),
            code="question.series",
        )
    return series


def _investigation(new: NewQuestion, asked: Authority, actor: Actor) -> JointInvestigation | None:
    if new.investigation is None:
        return None
    found = find_investigation(new.investigation, actor=actor)
    require_open(found)
    if asked not in members(found):
        raise InputError(
            Sentence("%(code)s is no member of this investigation.", code=asked.code), code="question.member"
        )
    return found
