"""What became of the reports that an authority has handed in; and taking one back.

Whoever hands in may read this, a system account too: its own reference, what came of it, and nothing of what
is known, of the queue, or of anybody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.access.decisions import missing
from cairn.records.cases import Case
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import node_work, under_lock
from cairn.records.reports import Report, ReportOutcome
from cairn.records.sightings import Sighting
from cairn.sentences import Sentence
from cairn.services.keeping.reasons import require_reason
from cairn.services.keeping.sightings import hide_sightings
from cairn.services.reports.recording import case_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class Followed:
    """A report, as whoever handed it in follows it.

    Attributes:
        number: How it is called here.
        reference: How its sender calls it.
        taken_at: When it was taken.
        items: How many files or hashes it is about.
        outcome: What came of it; empty while it is open.
        words: More for the reporter.
        closed_at: When it was closed or withdrawn.
    """

    number: int
    reference: str
    taken_at: datetime
    items: int
    outcome: str
    words: str
    closed_at: datetime | None


@under_lock
def follow_reports(actor: Actor, *, most: int, before: int | None = None) -> tuple[Followed, ...]:
    """Answer the reports that the actor's authority has handed in, the newest first.

    Args:
        actor: Who asks.
        most: How many at the most.
        before: Only those that were taken before the one of this number.

    Raises:
        AccessError: The actor may not hand in, and so not follow; or has not handed in ``before``.
    """
    require(actor, Act.REPORT_TAKE)
    with database_errors_in_words(), transaction.atomic():
        found = tuple(map(_followed, _handed_in(actor, most=most, before=before)))
        audit.append(audit.AuditTag.REPORTS_LISTED, actor=actor, counts={"reports": len(found)})
    return found


@under_lock
def follow_report(number: int, *, actor: Actor) -> Followed:
    """Answer one of them.

    Raises:
        AccessError: The authority has handed in no such report (``access.missing``).
    """
    require(actor, Act.REPORT_TAKE)
    with database_errors_in_words(), transaction.atomic():
        report = _own(number, actor)
        audit.append(audit.AuditTag.REPORT_SHOWN, actor=actor, record_ids=[report.pk])
    return _followed(report)


@under_lock
def withdraw_report(number: int, *, reason: str, actor: Actor) -> Followed:
    """Take a report back: what it has registered is hidden from everybody else, and it leaves the queue.

    Those who were told of what it met are told, as where sightings are withdrawn. The case that it became can
    then be deleted, as any case can.

    Raises:
        AccessError: The authority has handed in no such report (``access.missing``).
        InputError: It is withdrawn already, is still being taken, or there is no reason
            (``report.withdrawn``, ``report.taking``, ``keeping.reason``).
    """
    require(actor, Act.REPORT_TAKE)
    require_reason(reason)
    with database_errors_in_words(), transaction.atomic():
        _withdraw(_own(number, actor), reason, actor)
    return follow_report(number, actor=actor)


@node_work("whoever handed a report in may take it back, a system account too")
def _withdraw(found: Report, reason: str, actor: Actor) -> None:
    report = Report.objects.select_for_update().get(pk=found.pk)
    if report.outcome == ReportOutcome.WITHDRAWN:
        raise InputError(
            Sentence("Report %(number)s is withdrawn already.", number=str(report.number)),
            code="report.withdrawn",
        )
    if not report.is_recorded:
        raise InputError(
            Sentence("Report %(number)s is still being taken.", number=str(report.number)),
            code="report.taking",
        )
    case = Case.objects.filter(authority=actor.authority, reference=case_of(report)).first()
    report.outcome, report.outcome_words = ReportOutcome.WITHDRAWN, ""
    report.closed_at, report.closed_by = timezone.now(), actor.user
    report.save(update_fields=["outcome", "outcome_words", "closed_at", "closed_by"])
    if case is not None:
        rows = Sighting.objects.filter(exhibit__case=case, withdrawn_at=None)
        hide_sightings(case, rows, reason=reason, actor=actor)
    audit.append(audit.AuditTag.REPORT_WITHDRAWN, actor=actor, purpose=reason, record_ids=[report.pk])


@node_work("whoever handed reports in follows them, a system account too")
def _handed_in(actor: Actor, *, most: int, before: int | None) -> Sequence[Report]:
    rows = Report.objects.filter(authority=actor.authority)
    if before is not None:
        last = _own(before, actor)
        rows = rows.filter(Q(taken_at__lt=last.taken_at) | Q(taken_at=last.taken_at, number__lt=last.number))
    return list(rows.annotate(count=Count("items")).order_by("-taken_at", "-number")[:most])


@node_work("as above")
def _own(number: int, actor: Actor) -> Report:
    rows = Report.objects.filter(authority=actor.authority, number=number)
    report = rows.annotate(count=Count("items")).first()
    if report is None:
        raise missing()
    return report


def _followed(report: Report) -> Followed:
    return Followed(
        number=report.number,
        reference=report.reference,
        taken_at=report.taken_at,
        items=getattr(report, "count", 0),
        outcome=report.outcome,
        words=report.outcome_words,
        closed_at=report.closed_at,
    )
