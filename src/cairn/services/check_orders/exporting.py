"""A kept answer handed out as a file: report, answer, table, receipt, case file; each is audited."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from django.db import transaction

from cairn.records.audit import AuditTag
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.sentences import ENGLISH
from cairn.services.answering.answer_csv import write_csv
from cairn.services.answering.answer_json import write_json
from cairn.services.answering.answer_reading import answer_from
from cairn.services.answering.receipt import write_receipt
from cairn.services.check_orders.case_file import takes_answer, write_into_copy
from cairn.services.check_orders.reading import (
    answered,
    still_told,
    told_content,
    told_why,
    write_down,
)
from cairn.services.exports.progress import counted, unwatched
from cairn.services.report import write_report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cairn.records.check_orders import CheckOrder
    from cairn.records.users import Actor
    from cairn.sentences import Tongue
    from cairn.services.answering.answer import Answer
    from cairn.services.check_orders.reading import StillTold
    from cairn.services.exports.progress import Watch
    from cairn.services.node.opening import Node


class ExportKind(StrEnum):
    """As what an answer is handed out."""

    REPORT = "report"
    JSON = "json"
    CSV = "csv"
    RECEIPT = "receipt"
    VICS = "vics"


SUFFIX: Mapping[ExportKind, str] = {
    ExportKind.REPORT: ".html",
    ExportKind.JSON: ".json",
    ExportKind.CSV: ".csv",
    ExportKind.RECEIPT: ".receipt.json",
    ExportKind.VICS: ".vics.json",
}


def kinds_of(order: CheckOrder) -> tuple[ExportKind, ...]:
    """Answer as what the answer of an order can be handed out now."""
    return tuple(kind for kind in ExportKind if kind is not ExportKind.VICS or takes_answer(order))


@under_lock
def export_answer(
    node: Node,
    number: int,
    kind: ExportKind,
    path: Path,
    *,
    actor: Actor,
    watch: Watch = unwatched,
    tongue: Tongue = ENGLISH,
) -> None:
    """Write a kept answer to ``path``, without series that may no longer be told; it is audited.

    ``watch`` is told how many files are read. A report is in ``tongue``; files for programs are in English.

    Raises:
        AccessError: There is no such answer, or not for this actor.
        InputError: The place cannot hold a file, or the answer cannot be written into what was checked
            (``check.write-back``, ``check.place``).
        ConfigurationError: The disk is full or reports an error.
    """
    with database_errors_in_words(), transaction.atomic():
        order, _ = answered(number, actor=actor)
        told = still_told(order, actor=actor)
        write_down(AuditTag.CHECK_ANSWER_EXPORTED, order, told.series, actor=actor, **{kind.value: 1})
    answer = _whole(order, told, watch)
    match kind:
        case ExportKind.REPORT:
            write_report(answer, path, tongue)
        case ExportKind.JSON:
            write_json(answer, path)
        case ExportKind.CSV:
            write_csv(answer, path)
        case ExportKind.RECEIPT:
            write_receipt(answer, path)
        case ExportKind.VICS:
            write_into_copy(node.config, order, answer, path)
        case _:
            assert_never(kind)


def _whole(order: CheckOrder, told: StillTold, watch: Watch) -> Answer:
    head = order.head or {}
    files = order.files.order_by("position").values_list("content", flat=True).iterator(chunk_size=2_000)
    looks = order.files.filter(look__isnull=False).order_by("look")
    return answer_from(
        head,
        series=[row for row in head["series"] if row["id"] in told.series],
        lists=[row for row in head["lists"] if row["id"] in told.lists],
        looks=[
            {"address": content["address"], "why": told_why(why, met, told)}
            for content, why, met in looks.values_list("content", "why", "series").iterator(chunk_size=2_000)
        ],
        files=(told_content(content, told) for content in counted(files, watch)),
    )
