"""The long lists of the report: which file stands in which of them, and the rows in words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cairn.services.report.rows import FileRow, LookRow, Writer
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cairn.services.answering.answer import Answer, FileAnswer
    from cairn.services.report.telling import Teller

LOOK_FIRST = "look-first"
UNREADABLE = "unreadable"
UNEXPLAINED = "not-comparable-unexplained"


class Columns(StrEnum):
    """What a list says beside the file itself."""

    LOOKS = "looks"
    """The order of looking, and why."""
    MET = "met"
    """The verdict, and the evidence with holders and series."""
    PLAIN = "plain"
    """The verdict alone."""
    WHY = "why"
    """Why the file cannot be compared or read."""


_COLUMNS = {
    Verdict.IDENTIFIED: Columns.MET,
    Verdict.KNOWN: Columns.MET,
    Verdict.SIMILAR: Columns.MET,
    Verdict.NEW: Columns.PLAIN,
    Verdict.IRRELEVANT: Columns.MET,
    Verdict.NOT_COMPARABLE: Columns.WHY,
}


@dataclass(frozen=True, slots=True)
class Table:
    """One list of the report.

    Attributes:
        columns: What it says beside the file.
        contents: How many rows it has.
        files: How many files it accounts for, folded copies included.
        rows: Starts the list from its first row.
    """

    columns: Columns
    contents: int
    files: int
    rows: Callable[[], Iterator[FileRow] | Iterator[LookRow]]


def tables_of(answer: Answer, told: Teller) -> Mapping[str, Table]:
    """Answer the lists that are not empty, by the names of their marks in the template.

    Every file stands in exactly one of them, beside ``look-first``, which repeats some. A copy within the
    check is folded into the row of the first file with its content.
    """
    positions: defaultdict[str, list[int]] = defaultdict(list)
    copies: defaultdict[int, list[int]] = defaultdict(list)
    firsts = {file.address: n for n, file in enumerate(answer.files) if file.copy_of is None}
    for position, file in enumerate(answer.files):
        first = None if file.copy_of is None else firsts.get(file.copy_of)
        if first is not None and slot_of(answer.files[first]) == slot_of(file):
            copies[first].append(position)
        else:
            positions[slot_of(file)].append(position)
    writer = Writer(answer, copies, told)
    tables = {slot: _files(writer, copies, listed, slot) for slot, listed in positions.items()}
    if answer.look_first:
        tables[LOOK_FIRST] = _looks(answer, firsts, writer, told)
    return tables


def slot_of(file: FileAnswer) -> str:
    """Answer the name of the list that the file stands in."""
    if file.unreadable is not None:
        return UNREADABLE
    if file.verdict is not Verdict.NOT_COMPARABLE:
        return f"files-{file.verdict.value}"
    return UNEXPLAINED if file.why_not is None else f"not-comparable-{file.why_not.reason.value}"


def _files(writer: Writer, copies: Mapping[int, list[int]], listed: list[int], slot: str) -> Table:
    verdict = (
        Verdict.NOT_COMPARABLE if not slot.startswith("files-") else Verdict(slot.removeprefix("files-"))
    )
    folded = sum(len(copies[position]) for position in listed if position in copies)
    return Table(_COLUMNS[verdict], len(listed), len(listed) + folded, lambda: map(writer.row, listed))


def _looks(answer: Answer, firsts: Mapping[str, int], writer: Writer, told: Teller) -> Table:
    def rows() -> Iterator[LookRow]:
        for order, look in enumerate(answer.look_first, start=1):
            number = firsts.get(look.address)
            yield LookRow(
                order=str(order),
                number="" if number is None else str(number + 1),
                address=writer.address(look.address),
                why=told(look.why),
            )

    count = len(answer.look_first)
    return Table(Columns.LOOKS, count, count, rows)
