"""CSV files become batches, column by column, as their layout says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from cairn.intake.lists.columns import flag_column, hash_column, number_column, text_column
from cairn.intake.lists.entry import Batch, Hash, HashColumn, Remark, Said
from cairn.intake.lists.hash_lines import is_passed_over
from cairn.intake.lists.rows import Rows, split_rows
from cairn.intake.lists.text_lines import lines_of
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cairn.intake.lists.layout import Layout
    from cairn.intake.lists.text_lines import Lines

_FLAGS = {Said.IS_DISTRIBUTED, Said.VICTIM_IDENTIFIED, Said.OFFENDER_IDENTIFIED, Said.IS_WITHDRAWN}


def read_table(source: BinaryIO, layout: Layout) -> Iterator[Batch]:
    """Yield the batches of a CSV file.

    Args:
        source: Its bytes, from the beginning.
        layout: What its columns mean.

    Raises:
        InputError: It has no lines (``list.no-lines``).
    """
    awaits_header = layout.has_header
    to_skip = layout.skipped_lines
    for lines in lines_of(source):
        passed_over = min(to_skip, len(lines.texts))
        to_skip -= passed_over
        while passed_over < len(lines.texts) and awaits_header:
            awaits_header = is_passed_over(lines.texts[passed_over])
            passed_over += 1
        yield _batch(lines, passed_over, layout)


def _batch(lines: Lines, passed_over: int, layout: Layout) -> Batch:
    rows = split_rows(
        lines.texts[passed_over:],
        first_line=lines.first + passed_over,
        width=len(layout.columns),
        dialect=layout.dialect,
    )
    read = _Columns(rows, layout)
    kept, without = _kept(read, rows)
    set_aside = sorted([*rows.set_aside, *without], key=lambda remark: remark.line)
    return Batch(
        lines=np.array(rows.lines, dtype=np.int64)[kept],
        hashes={kind: _chosen(column, kept) for kind, column in read.hashes.items() if column.present.any()},
        said={kind: _some(values, kept) for kind, values in read.said.items()},
        facts={name: _some(texts, kept) for name, texts in read.facts.items()},
        set_aside=tuple(set_aside),
        doubts=tuple(read.doubts_of(rows, kept)),
        line_count=len(lines.texts),
        passed_over=passed_over + rows.passed_over,
    )


class _Columns:
    """The columns of rows, read; and of each row what could not be."""

    def __init__(self, rows: Rows, layout: Layout) -> None:
        self.hashes: dict[Hash, HashColumn] = {}
        self.said: dict[Said, Sequence[Any]] = {}
        self.facts: dict[str, Sequence[str]] = {}
        self.wrong: dict[int, Sentence] = {}
        turned = list(zip(*rows.rows, strict=True)) or [()] * len(layout.columns)
        for name, texts in zip(layout.columns, turned, strict=True):
            role = layout.roles.get(name)
            if isinstance(role, Hash):
                self.hashes[role], wrong = hash_column(texts, role)
                self._note(wrong, Sentence("'%(name)s' is no %(role)s", name=name, role=str(role)))
            elif role in _FLAGS:
                self.said[role], wrong = flag_column(texts)
                self._note(wrong, Sentence("'%(name)s' is neither yes nor no", name=name))
            elif role is Said.SIZE_BYTES:
                self.said[role], wrong = number_column(texts)
                self._note(wrong, Sentence("'%(name)s' is no whole number", name=name))
            elif role is None:
                self.facts[name or f"column {len(self.facts) + 1}"] = texts
            else:
                self.said[role] = _translated(
                    text_column(texts), layout.categories if role is Said.CATEGORY else {}
                )
        if Said.IS_WITHDRAWN in self.said:
            self.said[Said.IS_WITHDRAWN] = [flag is True for flag in self.said[Said.IS_WITHDRAWN]]

    def _note(self, wrong: list[int], why: Sentence) -> None:
        for row in wrong:
            before = self.wrong.get(row)
            both = before and Sentence("%(first)s and %(last)s", first=before, last=why)
            self.wrong[row] = both or why

    def doubts_of(self, rows: Rows, kept: Any) -> Iterator[Remark]:
        """Yield what is doubtful in rows that are entries."""
        for row in sorted(self.wrong):
            if kept[row]:
                why = Sentence("It is an entry, but %(why)s.", why=self.wrong[row])
                yield Remark(rows.lines[row], why, rows.lines[row])


def _kept(read: _Columns, rows: Rows) -> tuple[Any, list[Remark]]:
    """Answer which rows have a hash, and what is said of the others."""
    kept = np.zeros(len(rows.rows), dtype=np.bool_)
    for column in read.hashes.values():
        kept |= column.present
    if Said.IS_WITHDRAWN in read.said and Said.REFERENCE in read.said:  # A tombstone needs no hash.
        withdrawn = np.array(read.said[Said.IS_WITHDRAWN], dtype=np.bool_)
        named = np.array([reference is not None for reference in read.said[Said.REFERENCE]], dtype=np.bool_)
        kept |= withdrawn & named
    set_aside = []
    for row in np.flatnonzero(~kept).tolist():
        wrong = read.wrong.get(row)
        why = Sentence("It has no hash: %(why)s.", why=wrong) if wrong else Sentence("It has no hash.")
        set_aside.append(Remark(rows.lines[row], why, rows.lines[row]))
    return kept, set_aside


def _translated(values: list[str | None], words: Mapping[str, str]) -> list[str | None]:
    return [words.get(value, value) if value else None for value in values] if words else values


def _chosen(column: HashColumn, kept: Any) -> HashColumn:
    return column if kept.all() else HashColumn(column.values[kept], column.present[kept])


def _some(values: Sequence[Any], kept: Any) -> Sequence[Any]:
    return values if kept.all() else [values[row] for row in np.flatnonzero(kept).tolist()]
