"""The files of a kept answer, narrowed down: filters with counts, and a page at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.records.audit import AuditTag
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.looking import look
from cairn.services.check_orders.reading import ROWS, FileRow, Row, answered, rows_of, still_told, write_down

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.db.models import QuerySet

    from cairn.records.check_orders import AnsweredFile, CheckOrder
    from cairn.records.users import Actor

_COLUMNS = ("verdict", "media_type", "reason", "series", "is_copy")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which files are wanted; ``None`` and ``False`` take all.

    Attributes:
        verdict: Of this verdict.
        media_type: Of this type.
        reason: Not comparable for this reason.
        series: Meeting this series, by its number in the answer.
        first: Only what is to be looked at, most urgent first.
        no_copies: Each content once.
    """

    verdict: str | None = None
    media_type: str | None = None
    reason: str | None = None
    series: int | None = None
    first: bool = False
    no_copies: bool = False


@dataclass(frozen=True, slots=True)
class FilesPage:
    """A page of files.

    Attributes:
        order: Whose answer it is.
        head: The answer before its lists.
        rows: The files.
        after: After which place the next page begins; ``None`` on the last.
        total: How many files there are like that; ``None`` among those to be looked at, which are not counted
            by other filters.
        counts: By filter, how many files each choice would leave.
        series: The series that may be told, by number.
    """

    order: CheckOrder
    head: Row
    rows: Sequence[FileRow]
    after: int | None
    total: int | None
    counts: Mapping[str, Mapping[str, int]]
    series: Mapping[int, Row]


@under_lock
def show_files(number: int, wanted: Wanted, *, actor: Actor, after: int | None = None) -> FilesPage:
    """Answer a page of files of a kept answer; the look is audited.

    It reads an index that holds what the filters ask for, and then the rows of the page alone.

    Raises:
        AccessError: There is no such answer, or not for this actor.
    """
    with database_errors_in_words(), look():
        order, head = answered(number, actor=actor)
        told = still_told(order, actor=actor)
        if wanted.series is not None and wanted.series not in told.series:
            wanted = Wanted(verdict="")  # Of a series that is closed, no file is told.
        place = "look" if wanted.first else "position"
        rows = _like(order, wanted).order_by(place)  # Without a place among the looks, none is above 0.
        places = list(rows.filter(**{f"{place}__gt": after or 0}).values_list(place, "position")[: ROWS + 1])
        found = order.files.filter(position__in=[position for _, position in places[:ROWS]]).order_by(place)
        page = FilesPage(
            order=order,
            head=head,
            rows=rows_of(list(found), told),
            after=places[ROWS - 1][0] if len(places) > ROWS else None,
            total=_total(order, wanted),
            counts=_counts(order, wanted, told.series),
            series={row["id"]: row for row in head["series"] if row["id"] in told.series},
        )
        met = {each for row in page.rows for match in row.content["matches"] for each in match["series"]}
        shown = {each: told.series[each] for each in met}
        write_down(AuditTag.CHECK_ANSWER_SHOWN, order, shown, files=len(page.rows), actor=actor)
    return page


def _like(order: CheckOrder, wanted: Wanted) -> QuerySet[AnsweredFile]:
    rows = order.files.all()
    for name in ("verdict", "media_type", "reason"):
        value = getattr(wanted, name)
        rows = rows if value is None else rows.filter(**{name: value})
    if wanted.series is not None:
        rows = rows.filter(series__contains=f",{wanted.series},")
    if wanted.no_copies:
        rows = rows.filter(is_copy=False)
    return rows


def _total(order: CheckOrder, wanted: Wanted) -> int | None:
    if wanted.first:
        return None
    return sum(number for alike, number in _sums(order) if _fits(alike, wanted))


def _counts(order: CheckOrder, wanted: Wanted, told: Mapping[int, int]) -> dict[str, dict[str, int]]:
    """Answer how many files each choice of a filter leaves, the other filters as they are."""
    counts: dict[str, Counter[str]] = {name: Counter() for name in _COLUMNS}
    for alike, number in _sums(order):
        for name in _COLUMNS:
            if _fits(alike, wanted, but=name):
                counts[name].update(dict.fromkeys(_values(alike, name, told), number))
    return {name: dict(counted.most_common()) for name, counted in counts.items()}


def _sums(order: CheckOrder) -> Iterator[tuple[dict[str, object], int]]:
    for *values, number in order.sums:
        yield dict(zip(_COLUMNS, values, strict=True)), number


def _fits(alike: Mapping[str, object], wanted: Wanted, *, but: str = "") -> bool:
    plain = all(
        getattr(wanted, name) in {None, alike[name]}
        for name in ("verdict", "media_type", "reason")
        if name != but
    )
    meets = wanted.series is None or but == "series" or f",{wanted.series}," in str(alike["series"])
    return plain and meets and not (wanted.no_copies and alike["is_copy"] and but != "is_copy")


def _values(alike: Mapping[str, object], name: str, told: Mapping[int, int]) -> list[str]:
    value = alike[name]
    if name == "series":
        return [each for each in str(value).split(",") if each and int(each) in told]
    if name == "is_copy":
        return [] if value else ["once"]
    return [str(value)] if value else []
