"""EnCase hash sets are read to their last whole record, whatever their header claims."""

from __future__ import annotations

import pytest

from cairn.errors import InputError
from cairn.intake.lists import ListFormat, NotRecognised, recognise_list
from cairn.intake.lists.encase import read_header
from intake.lists.samples import batches_of, encase, entries_of, md5, recognised, set_aside_of


def test_a_set_is_read_with_its_name_and_category() -> None:
    data = encase(3, name="Проба", category="Known")
    assert recognised(data).format is ListFormat.ENCASE
    assert recognised(data).sentence == "This is an EnCase hash set, called 'Проба'."
    assert [(each.line, each.md5, each.category) for each in entries_of(data)] == [
        (number + 1, md5(number), "Known") for number in range(3)
    ]


def test_the_stated_count_decides_nothing() -> None:
    data = encase(3, stated=1_000_000)
    assert read_header(data).stated_count == 1_000_000
    assert len(entries_of(data)) == 3


def test_a_record_that_is_cut_off_is_set_aside() -> None:
    assert [each.why for each in set_aside_of(encase(2)[:-5])] == ["The last record has 13 of 18 bytes."]
    assert len(entries_of(encase(2)[:-5])) == 1


def test_records_across_the_ends_of_reads_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.intake.lists.encase._BATCH_RECORDS", 2)
    assert [each.md5 for each in entries_of(encase(5))] == [md5(number) for number in range(5)]
    assert len(batches_of(encase(5))) == 3


def test_an_empty_set_has_no_entries() -> None:
    assert entries_of(encase(0, category="")) == []


def test_a_header_that_is_cut_off_is_refused() -> None:
    assert isinstance(recognise_list(encase(0)[:1000]), NotRecognised)
    with pytest.raises(InputError):
        read_header(b"HASH\r\n\xff\x00")
