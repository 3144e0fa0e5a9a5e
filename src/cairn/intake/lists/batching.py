"""Entries that come one by one are put into batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from cairn.errors import InputError
from cairn.intake.lists.entry import Batch, Hash, HashColumn, ListEntry, Remark, Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

BATCH_ENTRIES: Final = 20_000

_UNSAID: Final = {kind: False if kind is Said.IS_WITHDRAWN else None for kind in Said}

OneByOne: TypeAlias = "ListEntry | Remark"
"""What a reader of records yields: an entry, or a record that is none."""


def batches(read: Iterable[OneByOne]) -> Iterator[Batch]:
    """Yield batches of entries that come one by one; every record counts as one line.

    Raises:
        InputError: As ``read`` raises it, after everything before.
    """
    entries: list[ListEntry] = []
    remarks: list[Remark] = []
    broken: InputError | None = None
    try:
        for each in read:
            if isinstance(each, Remark):
                remarks.append(each)
            else:
                entries.append(each)
            if len(entries) + len(remarks) >= BATCH_ENTRIES:
                yield batch_of(entries, remarks)
                entries, remarks = [], []
    except InputError as error:
        broken = error
    if entries or remarks:
        yield batch_of(entries, remarks)
    if broken:
        raise broken


def batch_of(entries: Sequence[ListEntry], set_aside: Sequence[Remark] = ()) -> Batch:
    """Answer the columns of these entries, each of which takes one line."""
    return Batch(
        lines=np.array([each.line for each in entries], dtype=np.int64),
        hashes=hash_columns([{kind: getattr(each, kind) for kind in Hash} for each in entries]),
        said=_said(entries),
        facts=_facts(entries),
        set_aside=tuple(set_aside),
        doubts=(),
        line_count=len(entries) + sum(each.lines for each in set_aside),
        passed_over=0,
    )


def hash_columns(rows: Sequence[Mapping[Hash, bytes | None]]) -> dict[Hash, HashColumn]:
    """Answer the columns of the kinds of hashes that occur in these rows."""
    columns = {}
    for kind in Hash:
        found = [row.get(kind) for row in rows]
        if any(found):
            blank = bytes(kind.length_bytes)
            joined = b"".join([each or blank for each in found])
            values = np.frombuffer(joined, dtype=np.uint8).reshape(len(rows), kind.length_bytes)
            columns[kind] = HashColumn(values, np.array([each is not None for each in found], dtype=np.bool_))
    return columns


def _said(entries: Sequence[ListEntry]) -> dict[Said, list[Any]]:
    columns = {kind: [getattr(each, kind) for each in entries] for kind in Said}
    return {
        kind: values
        for kind, values in columns.items()
        if any(value is not _UNSAID[kind] for value in values)
    }


def _facts(entries: Sequence[ListEntry]) -> dict[str, list[str]]:
    names = dict.fromkeys(name for each in entries for name in each.facts)
    return {name: [each.facts.get(name, "") for each in entries] for name in names}
