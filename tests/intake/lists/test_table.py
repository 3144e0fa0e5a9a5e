"""Tables of the field are read by their columns, with every trap of real exports."""

from __future__ import annotations

import base64
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.intake.lists import ListEntry, ListFormat, Reckoning, Remark, read_stream
from cairn.intake.lists.rows import Dialect, split_rows
from intake.lists.samples import (
    HASHKEEPER_HEADER,
    ICSE_HEADER,
    NSRL_HEADER,
    batches_of,
    entries_of,
    lines,
    md5,
    pdq,
    photodna,
    recognised,
    set_aside_of,
    sha1,
    sha256,
)


def _icse(number: int, flags: str = "y;n;", **parts: str) -> str:
    value = parts.get("photodna", base64.b64encode(photodna(number)).decode())
    return f"{md5(number).hex().upper()};{sha1(number).hex()};{value};{number};{flags};CA-1;12;Y;Image;Y"


def test_an_icse_baseline_export_is_read_whole() -> None:
    data = lines([ICSE_HEADER, _icse(1)])
    found = recognised(data)
    assert found.format is ListFormat.ICSE
    assert "photodna" in found.sentence
    assert entries_of(data) == [
        ListEntry(
            2,
            md5=md5(1),
            sha1=sha1(1),
            photodna=photodna(1),
            reference="1",
            is_distributed=True,
            victim_identified=False,
            offender_identified=None,
            series="CA-1",
            media_type="Image",
            category="Y",
            facts={"Number of submissions": "12", "File Available": "Y"},
        )
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Y", True), ("no", False), ("t", True), ("FALSE", False), ("Yes", True), ("f", False), ("", None)],
)
def test_icse_flags_are_read_in_each_of_their_forms(written: str, meant: bool | None) -> None:
    [entry] = entries_of(lines([ICSE_HEADER, _icse(1, f"{written};{written.lower()};{written}")]))
    assert (entry.is_distributed, entry.victim_identified, entry.offender_identified) == (meant, meant, meant)


def test_icse_photodna_may_be_hexadecimal_or_missing() -> None:
    data = lines([ICSE_HEADER, _icse(1, photodna=photodna(1).hex()), _icse(2, photodna="")], "\r\n")
    assert [each.photodna for each in entries_of(data)] == [photodna(1), None]


def test_a_row_with_one_bad_value_stays_an_entry_and_is_doubted() -> None:
    [batch] = batches_of(lines([ICSE_HEADER, _icse(1, "maybe;n;n", photodna="AAAA"), _icse(2)]))
    assert len(batch) == 2
    assert batch.doubts == (
        Remark(
            2, "It is an entry, but 'PhotoDNA' is no photodna and 'Is distributed' is neither yes nor no.", 2
        ),
    )


def test_a_row_without_any_hash_is_set_aside() -> None:
    rows = [f";;;{number};y;y;y;S;1;Y;Image;Y" for number in (1, 2)]
    rows.append(_icse(3).replace(md5(3).hex().upper(), "x").replace(sha1(3).hex(), "").replace("y;n", "?;n"))
    data = lines([ICSE_HEADER, *(row.replace(base64.b64encode(photodna(3)).decode(), "") for row in rows)])
    assert [each.why for each in set_aside_of(data)] == [
        "It has no hash.",
        "It has no hash.",
        "It has no hash: 'MD5' is no md5 and 'Is distributed' is neither yes nor no.",
    ]


def test_a_hashkeeper_file_is_read() -> None:
    row = f'1,99,"a ""b"", c.exe","\\dir","{md5(1).hex().upper()}",2048,20010101,1200,"UTC","note","",""'
    data = lines([HASHKEEPER_HEADER, row])
    assert recognised(data).format is ListFormat.HASHKEEPER
    [entry] = entries_of(data)
    assert (entry.md5, entry.name, entry.size_bytes) == (md5(1), 'a "b", c.exe', 2048)
    assert (entry.reference, entry.source, entry.facts["directory"]) == ("1", "99", "\\dir")


def test_an_nsrl_list_is_read_as_known_files() -> None:
    rows = [
        f'"{sha1(n).hex().upper()}","{md5(n).hex().upper()}","00000000","f{n}.dll",{n},1,"358",""'
        for n in (1, 2)
    ]
    data = lines([NSRL_HEADER, *rows], "\r\n")
    found = recognised(data)
    assert found.format is ListFormat.NSRL_TEXT
    assert found.is_known_good
    assert [(each.sha1, each.md5, each.name, each.size_bytes) for each in entries_of(data)] == [
        (sha1(n), md5(n), f"f{n}.dll", n) for n in (1, 2)
    ]
    assert entries_of(data)[0].facts["OpSystemCode"] == "358"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("header", ["MD5", "md5_hash", "Hash (MD5)"])
def test_a_table_is_read_by_the_names_in_its_header(delimiter: str, header: str) -> None:
    data = lines(
        [delimiter.join((header, "Grade", "Odd", "")), delimiter.join((md5(1).hex(), "A", "x", "y"))]
    )
    assert recognised(data).format is ListFormat.HEADED_TABLE
    assert entries_of(data) == [ListEntry(2, md5=md5(1), category="A", facts={"Odd": "x", "column 4": "y"})]


def test_names_that_occur_twice_lose_nothing() -> None:
    data = lines(["md5,note,note,MD5", f"{md5(1).hex()},a,b,{md5(2).hex()}"])
    [entry] = entries_of(data)
    assert entry.md5 == md5(1)
    assert entry.facts == {"note": "a", "column 3": "b", "MD5": md5(2).hex()}


def test_a_table_without_a_header_is_read_by_what_its_columns_hold() -> None:
    rows = [f"{n},{md5(n).hex()},{sha1(n).hex()},{sha256(n).hex()},{pdq(n).hex()}" for n in range(10)]
    data = lines(rows)
    assert recognised(data).format is ListFormat.BARE_TABLE
    first = entries_of(data)[0]
    assert (first.line, first.md5, first.sha1, first.sha256, first.pdq) == (
        1,
        md5(0),
        sha1(0),
        sha256(0),
        pdq(0),
    )
    assert first.facts == {"column 1": "0"}


def test_tombstones_need_no_hash_and_flags_of_them_may_be_missing() -> None:
    data = lines(["id,md5,withdrawn", "7,,yes", f"8,{md5(8).hex()},", ",,yes"])
    assert [(each.reference, each.is_withdrawn) for each in entries_of(data)] == [("7", True), ("8", False)]
    assert [each.line for each in set_aside_of(data)] == [4]


def test_blank_lines_and_comments_are_passed_over_also_before_the_header() -> None:
    data = lines(["", "# made by", "md5,name", "", "# more", f"{md5(1).hex()},a", "   "])
    [batch] = batches_of(data)
    assert (batch.line_count, batch.passed_over, len(batch)) == (7, 6, 1)
    assert batch.lines.tolist() == [6]


def test_a_spreadsheet_s_word_on_its_delimiter_is_passed_over() -> None:
    data = lines(["sep=;", "md5;name", f"{md5(1).hex()};a"], "\r\n")
    assert entries_of(data) == [ListEntry(3, md5=md5(1), name="a")]


def test_a_row_of_another_length_is_set_aside_and_a_delimiter_too_many_is_not() -> None:
    data = lines(["md5,name", f"{md5(1).hex()},a,", md5(2).hex(), f"{md5(3).hex()},b,c"])
    assert [each.md5 for each in entries_of(data)] == [md5(1)]
    assert [each.why for each in set_aside_of(data)] == [
        "It has 1 columns where 2 are due.",
        "It has 3 columns where 2 are due.",
    ]


def test_a_stray_quotation_mark_costs_its_line_and_no_other() -> None:
    rows = [f'{md5(n).hex()},"name {n}"' for n in range(100)]
    rows[10] = f'{md5(10).hex()},"stray'
    rows[20] = f'{md5(20).hex()},a"b,"c d'
    data = lines(["md5,name", *rows])
    assert [(each.line, each.why) for each in set_aside_of(data)] == [
        (12, "A quotation mark in it is not closed."),
        (22, "A quotation mark in it is not closed."),
    ]
    assert len(entries_of(data)) == 98


def test_a_field_with_line_ends_in_it_is_one_entry() -> None:
    data = lines(["md5,comment", f'{md5(1).hex()},"one', "two", 'three"', f"{md5(2).hex()},x"])
    found = entries_of(data)
    assert [(each.line, each.md5) for each in found] == [(2, md5(1)), (5, md5(2))]
    assert found[0].facts == {"comment": "one\ntwo\nthree"}
    [batch] = batches_of(data)
    assert (batch.line_count, batch.passed_over) == (5, 3)


def test_a_field_beyond_every_measure_is_set_aside_with_its_reason() -> None:
    data = lines(["md5,name", f'{md5(1).hex()},"{"x" * 140_000}"', f'{md5(2).hex()},"b"'])
    assert [(each.line, each.why) for each in set_aside_of(data)] == [
        (2, "A field in it is too long for a table.")
    ]
    assert [each.md5 for each in entries_of(data)] == [md5(2)]


def test_many_stray_marks_do_not_slow_the_reading_down() -> None:
    texts = [f'{md5(1).hex()},"' for _ in range(20_001)]
    rows = split_rows(texts, first_line=1, width=3, dialect=Dialect())
    assert len(rows.set_aside) == 20_001


CELL = (
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5)
    | st.just('"')
    | st.just(md5(1).hex())
)


@given(st.lists(st.lists(CELL, max_size=4).map(",".join), max_size=6), st.sampled_from([",", ";"]))
def test_every_line_of_any_table_is_accounted_for(rows: list[str], delimiter: str) -> None:
    data = lines([f"md5{delimiter}name", f"{md5(9).hex()}{delimiter}x", *rows])
    reckoning = Reckoning()
    seen: list[int] = []
    for batch in read_stream(io.BytesIO(data), recognised(data)):
        reckoning.add(batch)
        seen += [*batch.lines.tolist(), *(remark.line for remark in batch.set_aside)]
        assert len(list(batch.entries())) == len(batch)
    assert reckoning.adds_up
    assert reckoning.entries >= 1
    assert len(set(seen)) == len(seen)
