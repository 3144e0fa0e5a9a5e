"""The exports of an authority: listed, looked at, and handed out; each is audited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, find, missing, require, visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.export_orders import ExportOrder, ExportState, ExportSubject
from cairn.records.lock import under_lock
from cairn.sentences import Sentence
from cairn.services.check_orders.reading import still_told
from cairn.services.export_orders.making import file_of
from cairn.services.export_orders.ordering import in_audit
from cairn.services.status.changing import require_standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

ROWS = 50


@dataclass(frozen=True, slots=True)
class ExportPage:
    """Some of the exports of an authority, newest first, and the number after which the next page begins."""

    rows: Sequence[ExportOrder]
    after: int | None


@under_lock
def list_exports(*, actor: Actor, after: int | None = None) -> ExportPage:
    """Answer the exports that the actor's authority has asked for at the desk; the look is audited.

    Raises:
        AccessError: The actor may not.
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.CASE_EXPORT)
        rows = visible_to(actor, ExportOrder).select_related("user", "case").order_by("-pk")
        rows = rows if after is None else rows.filter(pk__lt=after)
        found = list(rows[: ROWS + 1])
        audit.append(audit.AuditTag.EXPORT_LISTED, actor=actor, counts={"exports": len(found[:ROWS])})
    return ExportPage(found[:ROWS], found[ROWS - 1].pk if len(found) > ROWS else None)


@under_lock
def show_export(number: int, *, actor: Actor) -> ExportOrder:
    """Answer one export of the actor's authority; the look is audited once it is made.

    Raises:
        AccessError: There is none, or not for this actor (``access.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        order = _found(number, actor)
        if order.state not in {ExportState.WAITING, ExportState.RUNNING}:
            audit.append(
                audit.AuditTag.EXPORT_LISTED, actor=actor, record_ids=[order.pk], counts={"exports": 1}
            )
    return order


@under_lock
def open_export(node: Node, number: int, *, actor: Actor) -> tuple[ExportOrder, BinaryIO]:
    """Answer the file of an export, open; what may no longer be told is not handed out.

    Raises:
        AccessError: There is none, its file is gone, or it is not for this actor (``access.missing``).
        InputError: Something in it may not be told any longer, or it was withdrawn or merged
            (``export.stale``, ``record.withdrawn``, ``series.merged``).
    """
    with database_errors_in_words(), transaction.atomic():
        order = _found(number, actor)
        if order.state != ExportState.DONE:
            raise missing()
        _require_told(order, actor)
        try:
            stream = file_of(node, order).open("rb")
        except FileNotFoundError:
            raise missing() from None
        audit.append(
            audit.AuditTag.EXPORT_FETCHED,
            actor=actor,
            case_reference="" if order.case is None else order.case.reference,
            purpose=in_audit(order),
            record_ids=[order.pk],
            counts={"bytes": order.size_bytes or 0},
        )
    return order, stream


def _found(number: int, actor: Actor) -> ExportOrder:
    order = find(actor, ExportOrder, Act.CASE_EXPORT, pk=number)
    rows = ExportOrder.objects.select_related("user", "case", "series__owner", "check_order")
    return rows.get(pk=order.pk)


def _require_told(order: ExportOrder, actor: Actor) -> None:
    """Make sure that whoever fetches it may still be told what it holds."""
    if order.series is not None:
        require(actor, Act.SERIES_EXPORT, order.series)
        require_standing(order.series)
    if order.subject == ExportSubject.ANSWER and order.check_order is not None:
        now = still_told(order.check_order, actor=actor).series.values()
        if not set(order.told) <= set(now):
            raise InputError(
                Sentence(
                    "A series in it may no longer be told. Ask for the export anew: it leaves that series"
                    " out."
                ),
                code="export.stale",
            )
