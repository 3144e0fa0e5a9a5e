"""The rows of a CSV file with the lines on which they begin; a stray quotation mark costs one line.

The module ``csv`` reads on behind an open quotation mark until it finds the next one, be it a million lines
further. So lines with an odd number of marks are joined with the next ones only where this gives a row of
the right length; else that one line is set aside. Source: RFC 4180.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cairn.intake.lists.entry import Remark
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_LINES_A_ROW: Final = 50
"""A comment within quotation marks may have line ends; one of more lines than this is a stray mark."""

COMMENT_SIGN: Final = "#"
"""Other signs of comments are delimiters too."""

_NOT_CLOSED = Sentence("A quotation mark in it is not closed.")
_TOO_LONG = Sentence("A field in it is too long for a table.")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the fields of a row are told apart."""

    delimiter: str = ","
    quote: str = '"'


@dataclass(slots=True)
class Rows:
    """Rows of equal length.

    Attributes:
        lines: On which line each row begins.
        rows: Their fields.
        set_aside: Lines that are no row.
        passed_over: How many lines are blank, comments, or go on with the row of the line before.
    """

    lines: list[int] = field(default_factory=list)
    rows: list[Sequence[str]] = field(default_factory=list)
    set_aside: list[Remark] = field(default_factory=list)
    passed_over: int = 0


def split_rows(texts: list[str], *, first_line: int, width: int, dialect: Dialect) -> Rows:
    """Split lines into rows of ``width`` fields; a delimiter too many at the end is let pass."""
    rows = Rows()
    marks = [text.count(dialect.quote) & 1 for text in texts] if _has_any(texts, dialect.quote) else None
    if marks is None:
        _add(rows, [text.split(dialect.delimiter) for text in texts], first_line, width)
        return rows
    at = 0
    while at < len(texts):
        end = _next_odd(marks, at)
        _add_even(rows, texts[at:end], first_line + at, width, dialect)
        at = end
        if at < len(texts):
            at += _add_odd(rows, texts, marks, at, first_line, width, dialect)
    return rows


def _has_any(texts: list[str], quote: str) -> bool:
    return any(quote in text for text in texts)


def _next_odd(marks: list[int], at: int) -> int:
    try:
        return marks.index(1, at)
    except ValueError:
        return len(marks)


def _add_even(rows: Rows, texts: list[str], first_line: int, width: int, dialect: Dialect) -> None:
    """Add lines in each of which every mark has its pair."""
    found = _parsed(texts, dialect)
    if found is None or len(found) != len(texts):
        # Marks in odd places (a"b,"c d) let one row run into the next: take line by line.
        for number, text in enumerate(texts, start=first_line):
            alone = _parsed([text], dialect)
            if alone is not None and len(alone) == 1:
                _add(rows, alone, number, width)
            else:
                why = _TOO_LONG if len(text) > csv.field_size_limit() else _NOT_CLOSED
                rows.set_aside.append(Remark(number, why, number))
        return
    _add(rows, found, first_line, width)


def _add_odd(
    rows: Rows, texts: list[str], marks: list[int], at: int, first_line: int, width: int, dialect: Dialect
) -> int:
    """Add a row that goes over several lines, and answer how many; or set one line aside."""
    end = _next_odd(marks, at + 1) + 1
    if end <= min(len(texts), at + MOST_LINES_A_ROW):
        joined = _parsed(["\n".join(texts[at:end])], dialect)
        if joined is not None and len(joined) == 1 and _fits(joined[0], width):
            _add(rows, joined, first_line + at, width)
            rows.passed_over += end - at - 1
            return end - at
    rows.set_aside.append(Remark(first_line + at, _NOT_CLOSED, first_line + at))
    return 1


def _parsed(texts: list[str], dialect: Dialect) -> list[list[str]] | None:
    """Answer the rows of these lines, or ``None`` where they cannot be told apart."""
    try:
        return list(csv.reader(texts, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True))
    except csv.Error:
        return None


def _add(rows: Rows, found: list[list[str]], first_line: int, width: int) -> None:
    if set(map(len, found)) == {width} and width > 1:  # As nearly always; a blank line has one field or none.
        rows.lines.extend(range(first_line, first_line + len(found)))
        rows.rows.extend(found)
        return
    for number, row in enumerate(found, start=first_line):
        if len(row) == width:
            rows.lines.append(number)
            rows.rows.append(row)
        elif not any(map(str.strip, row)) or row[0].lstrip().startswith(COMMENT_SIGN):
            rows.passed_over += 1
        elif _fits(row, width):
            rows.lines.append(number)
            rows.rows.append(row[:width])
        else:
            rows.set_aside.append(Remark(number, f"It has {len(row)} columns where {width} are due.", number))


def _fits(row: Sequence[str], width: int) -> bool:
    return len(row) == width or (len(row) == width + 1 and not row[-1].strip())
