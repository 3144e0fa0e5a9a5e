"""Asking for an export: the door is asked at once, so that nobody waits for a refusal; then it waits.

Who makes it asks the door once more, because what may be exported can change meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.export_orders import ExportOrder, ExportState, ExportSubject
from cairn.records.exports import Tlp
from cairn.records.lock import under_lock
from cairn.sentences import Sentence
from cairn.services.answering.restrictions import Stated
from cairn.services.cases import own_case, require_occasion
from cairn.services.check_orders.case_file import require_takes_answer
from cairn.services.check_orders.exporting import ExportKind
from cairn.services.check_orders.reading import answered
from cairn.services.exports.wish import LEAST, ExportFormat, ExportWish, require_permission, require_wish
from cairn.services.exports.writers import require_format
from cairn.services.series.names import numbered_series
from cairn.services.status.changing import require_standing

if TYPE_CHECKING:
    from cairn.records.series import Series
    from cairn.records.users import Actor

MOST_WAITING = 20
"""Of one authority at once: an export is made in seconds to minutes, one after the other."""


@dataclass(frozen=True, slots=True)
class WantedExport:
    """For whom a series or a case is exported, why, and under which handling; see ``ExportWish``."""

    file_format: ExportFormat
    recipient: str
    purpose: str = ""
    stated: Stated = LEAST
    permission: str = ""
    scheme: str = ""

    def wish(self, to: Path) -> ExportWish:
        """Answer the wish that a command would have made."""
        return ExportWish(
            file_format=self.file_format,
            to=to,
            recipient=self.recipient,
            purpose=self.purpose,
            stated=self.stated,
            permission=self.permission,
            scheme=self.scheme,
        )

    def as_json(self) -> dict[str, Any]:
        """Answer it as the records keep it."""
        return {
            "recipient": self.recipient,
            "purpose": self.purpose,
            "handling_code": self.stated.handling_code,
            "handling_words": self.stated.handling_words,
            "tlp": self.stated.tlp,
            "permission": self.permission,
            "scheme": self.scheme,
        }


def wanted_by(order: ExportOrder) -> WantedExport:
    """Answer what an order asks for."""
    kept = order.wish
    return WantedExport(
        file_format=ExportFormat(order.file_format),
        recipient=kept["recipient"],
        purpose=kept["purpose"],
        stated=Stated(kept["handling_code"], kept["handling_words"], Tlp(kept["tlp"])),
        permission=kept["permission"],
        scheme=kept["scheme"],
    )


@under_lock
def order_answer(number: int, kind: ExportKind, *, actor: Actor, language: str = "") -> ExportOrder:
    """Ask for the kept answer of a check as a file; a report is written in ``language``, by its code.

    Raises:
        AccessError: There is no such answer, or not for this actor.
        InputError: Too many exports wait, or the answer cannot be written into what was checked
            (``export.waiting``, ``check.write-back``).
    """
    with database_errors_in_words(), transaction.atomic():
        order, _ = answered(number, actor=actor)
        if kind is ExportKind.VICS:
            require_takes_answer(order)
        return _kept(
            actor,
            subject=ExportSubject.ANSWER,
            check_order=order,
            case=order.case,
            name=order.label,
            file_format=kind.value,
            wish={"language": language},
            total=order.counts.get("files", 0),
        )


@under_lock
def exportable_series(number: int, *, actor: Actor) -> Series:
    """Answer a series that the actor may export.

    Raises:
        AccessError: There is none (``access.missing``).
    """
    series = numbered_series(number, actor=actor)
    require(actor, Act.SERIES_EXPORT, series)
    return series


@under_lock
def order_series(number: int, wanted: WantedExport, *, actor: Actor, case: str = "") -> ExportOrder:
    """Ask for an export of a series that one's authority owns or leads.

    Args:
        number: Of the series.
        wanted: For whom, and how.
        actor: Who asks.
        case: The actor's own case in which it is exported.

    Raises:
        AccessError: There is no such series, it is not for this actor, or it takes the owner's word
            (``access.missing``, ``export.permission``).
        InputError: As ``export_series``; too many exports wait (``export.waiting``).
    """
    with database_errors_in_words(), transaction.atomic():
        series = exportable_series(number, actor=actor)
        require_standing(series)
        require_occasion(case, actor=actor)
        _require(wanted, "series")
        require_permission(wanted.wish(Path()), [series], actor)
        return _kept(
            actor,
            subject=ExportSubject.SERIES,
            series=series,
            case=own_case(case, actor=actor) if case else None,
            name=series.name,
            file_format=wanted.file_format.value,
            wish=wanted.as_json(),
        )


@under_lock
def order_case(reference: str, wanted: WantedExport, *, actor: Actor) -> ExportOrder:
    """Ask for an export of what was found in a case of one's own authority.

    Raises:
        AccessError: The actor may not.
        InputError: As ``export_case``; too many exports wait (``export.waiting``).
    """
    with database_errors_in_words(), transaction.atomic():
        case = own_case(reference, actor=actor)
        require(actor, Act.CASE_EXPORT, case)
        _require(wanted, "case")
        return _kept(
            actor,
            subject=ExportSubject.CASE,
            case=case,
            name=case.reference,
            file_format=wanted.file_format.value,
            wish=wanted.as_json(),
        )


def _require(wanted: WantedExport, kind: str) -> None:
    require_wish(wanted.wish(Path()))
    require_format(wanted.file_format, kind)


def _kept(actor: Actor, **values: Any) -> ExportOrder:
    waiting = ExportOrder.objects.filter(authority=actor.authority, state=ExportState.WAITING).count()
    if waiting >= MOST_WAITING:
        raise InputError(
            Sentence("Too many exports of yours wait. Let some of them be made first."), code="export.waiting"
        )
    order = ExportOrder.objects.create(
        authority=actor.authority, user=actor.user, state=ExportState.WAITING, **values
    )
    audit.append(
        audit.AuditTag.EXPORT_ORDERED,
        actor=actor,
        case_reference="" if order.case is None else order.case.reference,
        purpose=in_audit(order),
        record_ids=[order.pk],
    )
    return order


def in_audit(order: ExportOrder) -> str:
    """Answer for whom and why, in one line; the answer of a check is for whoever asked."""
    is_answer = order.subject == ExportSubject.ANSWER
    return "" if is_answer else wanted_by(order).wish(Path()).in_audit
