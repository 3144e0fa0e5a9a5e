"""The queue of reports: what lies in it, in which order, and what its reporters are told in the end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, find, require, visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.reports import ANSWERS, Report, ReportItem, ReportOutcome
from cairn.sentences import Sentence, sentence_of
from cairn.services.reports.priority import Level
from cairn.services.reports.routing import ROUTES, Route
from cairn.services.typed_text import require_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from cairn.records.users import Actor

MOST_LISTED = 200
WORDS_LENGTH = 500


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as its queue, or whoever handed it in, sees it.

    Attributes:
        number: How it is called here.
        reference: How its sender calls it.
        reporter: Who sent it, as it says.
        handed_in_by: The code of the authority that handed it in.
        queue: The code of the authority in whose queue it lies.
        taken_at: When it was taken.
        items: How many files or hashes it is about.
        markers: Of it and all its items.
        classification: Of it as a whole.
        outcome: What came of it; empty while it is open.
        outcome_words: For the reporter.
        closed_at: When.
        level: How early it is looked at; to the queue alone, as what follows.
        known: How many items were recorded when it came.
        reasons: Why it is of that level.
        route: By which rule it came here.
    """

    number: int
    reference: str
    reporter: str
    handed_in_by: str
    queue: str
    taken_at: datetime
    items: int
    markers: Sequence[str]
    classification: str
    outcome: str
    outcome_words: str
    closed_at: datetime | None
    level: str | None = None
    known: int | None = None
    reasons: Sequence[Sentence] = ()
    route: Sentence | None = None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item: its hashes, and what the sender says of it; ``is_known`` is told to the queue alone."""

    position: int
    hashes: Mapping[str, str]
    said: Mapping[str, Any]
    is_known: bool | None


@under_lock
def list_reports(
    actor: Actor, *, handed_in: bool = False, closed: bool = False, most: int = MOST_LISTED
) -> tuple[ReportRow, ...]:
    """Answer the reports in the queue of the actor's authority, in the order in which they are looked at.

    The highest level comes first. Within a level those of one reporter stand together, and the reporter whose
    report waits longest comes first.

    Args:
        actor: Who asks.
        handed_in: Those that the authority itself has handed in, instead.
        closed: Those that are closed, instead.
        most: How many at the most.

    Raises:
        AccessError: The actor may not.
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.REPORT_READ)
        side = {"authority" if handed_in else "queue": actor.authority}
        rows = visible_to(actor, Report).filter(**side, closed_at__isnull=not closed)
        rows = rows.select_related("authority", "queue").annotate(count=Count("items"))
        ordered = _newest(list(rows)) if closed or handed_in else _bundled(list(rows))
        found = tuple(_row(each, actor) for each in ordered[:most])
        audit.append(audit.AuditTag.REPORTS_LISTED, actor=actor, counts={"reports": len(found)})
    return found


@under_lock
def show_report(
    number: int, *, actor: Actor, after: int = 0, most: int | None = None
) -> tuple[ReportRow, Mapping[str, Any], tuple[ItemRow, ...]]:
    """Answer a report, what its sender says, and its items; the look is audited.

    Args:
        number: Of the report.
        actor: Who asks.
        after: Only items behind this position.
        most: How many items at the most; ``None`` for all.

    Raises:
        AccessError: There is none, or not for this actor (``access.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        report = find(actor, Report, Act.REPORT_READ, number=number)
        is_mine = report.queue_id == actor.authority.pk
        rows = visible_to(actor, ReportItem).filter(report=report, position__gt=after).order_by("position")
        items = tuple(_item(each, is_mine=is_mine) for each in rows[:most])
        audit.append(audit.AuditTag.REPORT_SHOWN, actor=actor, record_ids=[report.pk])
    return _row(report, actor), report.said, items


@under_lock
def close_report(number: int, outcome: ReportOutcome, *, words: str = "", actor: Actor) -> ReportRow:
    """Take a report out of the queue; whoever handed it in reads what came of it.

    Raises:
        AccessError: There is none, or the actor is not of the authority whose queue it is in.
        InputError: It is closed already, or the words cannot be recorded (``report.closed``,
            ``report.outcome``, ``report.words``).
    """
    if words:
        require_text(words, what="A word to the reporter", longest=WORDS_LENGTH, code="report.words")
    with database_errors_in_words(), transaction.atomic():
        found = find(actor, Report, Act.REPORT_CLOSE, number=number)
        report = Report.objects.select_for_update().get(pk=found.pk)
        if report.closed_at is not None:
            raise InputError(
                Sentence("Report %(number)s is closed already.", number=str(number)), code="report.closed"
            )
        if outcome not in ANSWERS:
            raise InputError(Sentence("Whoever handed a report in withdraws it."), code="report.outcome")
        report.outcome, report.outcome_words = outcome, words
        report.closed_at, report.closed_by = timezone.now(), actor.user
        report.save(update_fields=["outcome", "outcome_words", "closed_at", "closed_by"])
        audit.append(audit.AuditTag.REPORT_CLOSED, actor=actor, record_ids=[report.pk])
    return _row(report, actor)


def _bundled(reports: list[Report]) -> list[Report]:
    waits: dict[tuple[int, str], datetime] = {}
    for each in reports:
        bundle = (each.level, _bundle(each))
        waits[bundle] = min(waits.get(bundle, each.taken_at), each.taken_at)
    return sorted(
        reports,
        key=lambda each: (
            -each.level,
            waits[each.level, _bundle(each)],
            _bundle(each),
            each.taken_at,
            each.number,
        ),
    )


def _newest(reports: list[Report]) -> list[Report]:
    return sorted(reports, key=lambda each: (each.taken_at, each.number), reverse=True)


def _bundle(report: Report) -> str:
    return f"{report.authority_id} {report.reporter}"


def _row(report: Report, actor: Actor) -> ReportRow:
    counted = getattr(report, "count", None)
    row = ReportRow(
        number=report.number,
        reference=report.reference,
        reporter=report.reporter,
        handed_in_by=report.authority.code,
        queue=report.queue.code,
        taken_at=report.taken_at,
        items=report.items.count() if counted is None else counted,
        markers=tuple(report.markers),
        classification=report.classification,
        outcome=report.outcome,
        outcome_words=report.outcome_words,
        closed_at=report.closed_at,
    )
    if report.queue_id != actor.authority.pk:
        return row
    return replace(
        row,
        level=Level(report.level).name.lower(),
        known=report.items_known,
        reasons=tuple(map(sentence_of, report.reasons)),
        route=ROUTES[Route(report.route)],
    )


def _item(item: ReportItem, *, is_mine: bool) -> ItemRow:
    kinds = ("md5", "sha1", "sha256", "pdq")
    hashes = {kind: bytes(value).hex() for kind in kinds if (value := getattr(item, kind)) is not None}
    return ItemRow(item.position, hashes, item.said, item.is_known if is_mine else None)
