"""Lists are opened by their path, and what is no file is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from cairn.errors import InputError
from cairn.intake.lists import ListEntry, ListFormat, Recognised, read_list, recognise_file
from cairn.intake.lists.batching import BATCH_ENTRIES, batches
from cairn.intake.lists.text_lines import lines_of
from intake.lists.samples import lines, md5, sha1

if TYPE_CHECKING:
    from pathlib import Path


def test_a_list_is_read_from_its_path(tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_bytes(lines([md5(1).hex()]))
    found = recognise_file(file)
    assert isinstance(found, Recognised)
    assert [each for batch in read_list(file, found) for each in batch.entries()] == [
        ListEntry(1, md5=md5(1))
    ]


def test_a_folder_is_refused_also_as_a_database(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        recognise_file(tmp_path)
    with pytest.raises(InputError):
        list(read_list(tmp_path, Recognised(ListFormat.NSRL_DATABASE)))


def test_a_table_without_a_layout_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "list"
    file.write_bytes(b"x")
    with pytest.raises(InputError, match="Nothing reads"):
        list(read_list(file, Recognised(ListFormat.ICSE)))


def test_entries_are_put_into_batches_with_the_columns_that_occur() -> None:
    entries = [
        ListEntry(1, md5=md5(1), is_distributed=False, facts={"a": "x"}),
        ListEntry(2, sha1=sha1(2), facts={"b": "y"}),
    ]
    [batch] = batches(entries)
    assert {str(kind) for kind in batch.said} == {"is_distributed"}
    assert set(batch.facts) == {"a", "b"}
    assert list(batch.entries()) == entries
    assert batch.hashes[next(iter(batch.hashes))].values.dtype == np.uint8


def test_many_entries_become_several_batches() -> None:
    made = list(batches(ListEntry(number, md5=md5(1)) for number in range(BATCH_ENTRIES + 1)))
    assert [len(batch) for batch in made] == [BATCH_ENTRIES, 1]


def test_a_file_without_line_ends_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cairn.intake.lists.text_lines.MAX_LINE_CHARS", 100)
    monkeypatch.setattr("cairn.intake.lists.text_lines.BLOCK_BYTES", 50)
    file = tmp_path / "list"
    file.write_bytes(b"a" * 200)
    with pytest.raises(InputError, match="more than 100 characters"), file.open("rb") as stream:
        list(lines_of(stream))
