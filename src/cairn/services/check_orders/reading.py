"""Reading kept answers: a summary, a page of files, one file; as they were told when they were compared.

What holds now may differ, and the page says when it was compared. One thing is asked anew with every look:
which of the series the person's authority may still learn of. What its owner has closed since is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cairn.records import audit
from cairn.records.access import Act, missing, require, visible_series, visible_to
from cairn.records.check_orders import AnsweredFile, CheckOrder, OrderState
from cairn.records.connection import database_errors_in_words
from cairn.records.lists import HashList
from cairn.records.lock import under_lock
from cairn.records.looking import look
from cairn.sentences import Sentence, sentence_in
from cairn.services.check_orders.ordering import find_order
from cairn.services.series.looking import audit_look

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from django.db.models import QuerySet

    from cairn.records.users import Actor

Row = dict[str, Any]

ROWS = 50
FIRST_LOOKS = 10
"""Shown with the summary; the list of all is a link away."""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Some of the checks of an authority, newest first, and the number after which the next page begins."""

    rows: Sequence[CheckOrder]
    after: int | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of a kept answer.

    Attributes:
        position: Its place in the input list, from 1.
        look: Its place among what to look at first; ``None`` where nobody has to look.
        why: Why it is to be looked at.
        content: All else, as the answer's format has it.
    """

    position: int
    look: int | None
    why: str
    content: Row


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """The summary of a kept answer.

    Attributes:
        order: What was asked.
        head: The answer before its lists.
        series: The series met that may still be told, with those most files met first.
        lists: The hash lists met that may still be told, with those most files met first.
        closed: How many series and lists are left out, because they may no longer be told.
        looks: The first of what to look at first.
        reasons: How many files are not comparable, by reason, the most frequent first.
    """

    order: CheckOrder
    head: Row
    series: Sequence[Row]
    lists: Sequence[Row]
    closed: int
    looks: Sequence[FileRow]
    reasons: Sequence[tuple[str, int]]


@under_lock
def orders(*, actor: Actor, after: int | None = None) -> OrderPage:
    """Answer the checks that the actor's authority has asked for at the desk; the look is audited.

    Raises:
        AccessError: The actor may not.
    """
    with database_errors_in_words(), look():
        require(actor, Act.CASE_READ)
        rows = visible_to(actor, CheckOrder).select_related("case", "user").order_by("-pk")
        rows = rows if after is None else rows.filter(pk__lt=after)
        found = list(rows.defer("head", "series", "sums")[: ROWS + 1])
        audit.append(audit.AuditTag.CHECK_ORDERS_LISTED, actor=actor, counts={"checks": len(found[:ROWS])})
    return OrderPage(found[:ROWS], found[ROWS - 1].pk if len(found) > ROWS else None)


@under_lock
def show_answer(number: int, *, actor: Actor) -> AnswerPage:
    """Answer the summary of a kept answer; the look is audited, and the owners of its series learn of it.

    Raises:
        AccessError: There is none, or not for this actor.
    """
    with database_errors_in_words(), look():
        order, head = answered(number, actor=actor)
        told = still_told(order, actor=actor)
        series = [row for row in head["series"] if row["id"] in told.series]
        lists = [row for row in head["lists"] if row["id"] in told.lists]
        rows = order.files.filter(look__isnull=False, look__lte=FIRST_LOOKS).order_by("look")
        page = AnswerPage(
            order=order,
            head=head,
            series=series,
            lists=lists,
            closed=len(head["series"]) + len(head["lists"]) - len(series) - len(lists),
            looks=[_row(row, told) for row in rows],
            reasons=_reasons(order),
        )
        write_down(audit.AuditTag.CHECK_ANSWER_SHOWN, order, told.series, actor=actor)
    return page


@under_lock
def show_file(number: int, position: int, *, actor: Actor) -> tuple[CheckOrder, FileRow, Mapping[int, Row]]:
    """Answer one file of a kept answer, and the series that it meets, by number; the look is audited.

    Raises:
        AccessError: There is none, or not for this actor.
    """
    with database_errors_in_words(), look():
        order, head = answered(number, actor=actor)
        told = still_told(order, actor=actor)
        found = order.files.filter(position=position).first()
        if found is None:
            raise missing()
        row = _row(found, told)
        met = {each for match in row.content["matches"] for each in match["series"]}
        series = {each["id"]: each for each in head["series"] if each["id"] in met}
        shown = {each: told.series[each] for each in met}
        write_down(audit.AuditTag.CHECK_ANSWER_SHOWN, order, shown, files=1, actor=actor)
    return order, row, series


@under_lock
def answered(number: int, *, actor: Actor) -> tuple[CheckOrder, Row]:
    """Answer an order that is answered, and the head of its answer.

    Raises:
        AccessError: There is none, or not for this actor.
    """
    order = find_order(number, actor=actor)
    if order.state != OrderState.ANSWERED or order.head is None:
        raise missing()
    return order, order.head


@dataclass(frozen=True, slots=True)
class StillTold:
    """What of an answer the actor may learn of now: the records' numbers, by those of the answer."""

    series: Mapping[int, int]
    lists: Mapping[int, int]


@under_lock
def still_told(order: CheckOrder, *, actor: Actor) -> StillTold:
    """Answer which series and hash lists of the answer the actor may learn of now."""
    return StillTold(
        _seen(order.series, visible_series(actor)), _seen(order.lists, visible_to(actor, HashList))
    )


def _seen(kept: Mapping[str, int], visible: QuerySet[Any]) -> dict[int, int]:
    seen = set(visible.filter(pk__in=list(kept.values())).values_list("pk", flat=True)) if kept else set()
    return {int(number): record for number, record in kept.items() if record in seen}


@under_lock
def write_down(
    tag: audit.AuditTag, order: CheckOrder, told: Mapping[int, int], *, actor: Actor, **counts: int
) -> None:
    """Audit a look at a kept answer; the owners of the series that it shows learn of it."""
    case = "" if order.case is None else order.case.reference
    audit_look(told.values(), actor=actor, case=case)
    purpose = "" if order.case is None else order.case.purpose
    audit.append(tag, actor=actor, case_reference=case, purpose=purpose, record_ids=[order.pk], counts=counts)


def rows_of(files: Collection[AnsweredFile], told: StillTold) -> list[FileRow]:
    """Answer files as they may be shown."""
    return [_row(file, told) for file in files]


def told_content(content: Row, told: StillTold) -> Row:
    """Answer what is kept of a file without the series and lists that may no longer be told."""
    matches = [_told_match(match, told) for match in content["matches"]]
    listed = [each for each in content["listed"] if each["list"] in told.lists]
    return content | {"matches": matches, "listed": listed, "video": _told_video(content.get("video"), told)}


def _told_match(match: Row, told: StillTold) -> Row:
    spans = [each for each in match.get("spans", ()) if each["series"] in told.series]
    return match | {"series": [each for each in match["series"] if each in told.series], "spans": spans}


def _told_video(video: Row | None, told: StillTold) -> Row | None:
    if not video:
        return video
    parts = [
        part | {"series": [each for each in part["series"] if each in told.series]}
        if "series" in part
        else part
        for part in video["parts"]
    ]
    return video | {"parts": parts}


def told_why(why: str, series: str, told: StillTold) -> str:
    """Answer why a file is to be looked at; the sentence may name a series, which may be closed now.

    Args:
        why: As it was told.
        series: The numbers of the file's series, as they are kept.
        told: Which may be told now.
    """
    is_told = {int(each) for each in series.split(",") if each} <= told.series.keys()
    return sentence_in(why) if is_told else Sentence("similar")


def _row(file: AnsweredFile, told: StillTold) -> FileRow:
    why = told_why(file.why, file.series, told)
    return FileRow(file.position, file.look, why, told_content(file.content, told))


def _reasons(order: CheckOrder) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for _, _, reason, _, _, number in order.sums:
        if reason:
            found[reason] = found.get(reason, 0) + number
    return sorted(found.items(), key=lambda row: (-row[1], row[0]))
