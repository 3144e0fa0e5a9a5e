from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cairn.errors import Reason
from cairn.services.report.writing import pieces
from cairn.types import Verdict
from services.answers import answer_of, blank, empty_answer, hostile_answer, picture, sample_answer
from services.report.reading import Element, read

if TYPE_CHECKING:
    from cairn.services.answering.answer import Answer


def _page(answer: Answer) -> Element:
    return read("".join(pieces(answer)))


def _words(element: Element) -> str:
    return " ".join(element.text.split())


def test_the_report_tells_its_parts_in_the_order_in_which_they_are_read() -> None:
    assert [_words(heading) for heading in _page(sample_answer()).all("h2")] == [
        "The answer",
        "Looks avoided",
        "Series met",
        "What to look at first",
        "Evidence, file by file",
        "Not comparable and unreadable",
        "Method and thresholds",
        "What the verdicts mean",
        "How to read a match",
    ]


def test_the_tiles_count_every_file_once() -> None:
    answer = sample_answer()
    section = _page(answer).section("h-answer")
    tiles = [_words(tile) for tile in section.all("li")]
    assert tiles == ["identified 58", "known 20", "similar 9", "new 49", "irrelevant 7", "not comparable 7"]
    assert "58 + 20 + 9 + 49 + 7 + 7 = 150 files" in _words(section)
    assert "No look needed for 86 of 150 files; 60 to look at; 4 with nothing to compare." in _words(section)


def test_the_bar_is_filled_without_a_gap() -> None:
    for answer in (sample_answer(), hostile_answer()):
        parts = _page(answer).section("h-answer").all("rect")
        ends = [int(part.attributes["x"]) + int(part.attributes["width"]) for part in parts]
        assert [int(part.attributes["x"]) for part in parts] == [0, *ends[:-1]]
        assert abs(ends[-1] - 1000) <= 3


def test_every_tile_has_a_mark_of_its_own_shape() -> None:
    page = _page(sample_answer())
    marks = [use.attributes["href"] for tile in page.section("h-answer").all("li") for use in tile.all("use")]
    assert marks == [f"#m-{verdict.value}" for verdict in Verdict]


def test_looks_avoided_sum_up_to_all_files() -> None:
    rows = {row[0]: row[1] for row in _page(sample_answer()).section("h-looks").rows()}
    assert list(rows.values()) == ["85", "1", "86", "60", "4", "150 files"]


def test_a_series_says_whom_to_ask_and_what_was_met() -> None:
    rows = _page(sample_answer()).section("h-series").rows()
    assert rows[0] == [
        "Harbour Room",
        "safeguardedsince 2025-09-14",
        "Victim Identification Unit, ZeelandNL-UNIT, NLvid@unit.example.nl, +31 00 000 0000",
        "TLP:AMBER · H0: for preventing and fighting crime",
        "214",
        "58",
        "2",
    ]
    assert rows[3] == ["SE-UNIT", "SE", "desk@unit.example.se", "79"]


def test_a_series_says_who_leads_and_who_works_on_it_and_how_each_is_reached() -> None:
    row = _page(sample_answer()).section("h-series").rows()[1]
    assert row[2] == (
        "National Unit, SwedenSE-UNIT, SEdesk@unit.example.seSIENA, Mon-Fri 8-17 CET"
        "Led byVictim Identification Unit, ZeelandNL-UNIT, NLvid@unit.example.nl, +31 00 000 0000"
        "Worked on since 2026-02-03 byNational Unit, SwedenSE-UNIT, SEdesk@unit.example.seSIENA, "
        "Mon-Fri 8-17 CET"
    )
    assert row[3] == "TLP:RED · H3: Ask Sweden before anybody is told."


def test_the_strictest_handling_stands_in_the_head_and_on_every_printed_page() -> None:
    page = _page(sample_answer())
    held = "TLP:RED · H1: not in court without permission · H3: Ask Sweden before anybody is told."
    assert held in _words(page.all("header")[0])
    assert f"{sample_answer().input_digest[:16]}… · TLP:RED H1 H3" in "".join(pieces(sample_answer()))
    assert "What may be done with" not in _words(_page(empty_answer()))


def test_the_head_says_who_asked_whom_about_what_and_when() -> None:
    head = _words(_page(sample_answer()).all("header")[0])
    for fact in (
        "Case 2026-0417",
        "phone-1",
        "NL-UNIT",
        "nl-node-1",
        "2026-03-02 12:00:05 UTC",
        "/mnt/exhibit-4/",
    ):
        assert fact in head
    assert sample_answer().input_digest in head


def test_method_and_thresholds_are_told_with_their_versions() -> None:
    method = _words(_page(sample_answer()).section("h-method"))
    for fact in ("Cairn 0.1.0", "pdq/1, fast mode", "pdq-31/1", "at most 31 of 256 bits", "below 50 of 100"):
        assert fact in method
    assert "everything that the asker may see, as recorded at 2026-03-02 12:00:00 UTC" in method
    assert "the search is exact" in method
    assert "nothing: the check only asked" in method


@pytest.mark.parametrize(("added", "words"), [(0, "0 sightings added"), (1, "1 sighting added")])
def test_what_was_registered_is_told_also_where_it_is_nothing_new(added: int, words: str) -> None:
    assert words in _words(_page(replace(sample_answer(), registered=added)).section("h-method"))


def test_a_damaged_index_is_said_before_the_answer() -> None:
    page = _page(hostile_answer())
    assert _words(page.all("h2")[0]) == "This answer may be incomplete"
    assert "limited: parts of the index were refused" in _words(page.section("h-method"))
    assert "the search is exact" not in _words(page)


def test_an_empty_check_is_told_in_words() -> None:
    page = _words(_page(empty_answer()))
    for sentence in (
        "A check for no case",
        "No look needed for 0 of 0 files",
        "No file meets a series that the asker may see.",
        "Nothing in this check has to be looked at.",
        "There is no file to show evidence for.",
        "Every file could be read and compared.",
        "3 files, because this node had measured their content before",
        "4 files, measured by an earlier run",
    ):
        assert sentence in page


def test_each_reason_has_its_own_table() -> None:
    section = _page(sample_answer()).section("h-why")
    assert [_words(heading) for heading in section.all("h3")] == [
        "Could not be read: 2 files",
        "A format that Cairn does not read, or a video that was left out: 1 file",
        "Damaged: its picture cannot be decoded: 1 file",
        "Flat: too little detail to compare: 3 files",
    ]


def test_a_heading_counts_files_and_contents_where_they_differ() -> None:
    blank_one = blank("1.jpg", Reason.BLANK, "Blank.")
    copy = replace(blank_one, address=blank_one.address + "2", copy_of=blank_one.address)
    page = _page(answer_of([blank_one, copy, picture("3.jpg", Verdict.NEW)]))
    headings = [_words(heading) for heading in page.all("h3")]
    assert "Flat: too little detail to compare: 2 files with 1 content" in headings
    assert "New: 1 file" in headings


def test_what_people_judged_stands_beside_the_match_and_what_they_left_out_beside_the_file() -> None:
    page = _page(sample_answer())
    evidence = _words(page.section("h-files"))
    assert evidence.count("the same, says SE-UNIT; not the same, says CA-UNIT") == 1
    left_out = "2 near media left out, because your authority has judged: not the same. Of 1, another"
    assert evidence.count(left_out) == 1
    assert left_out in _words(page.section("h-method"))
    assert "near media left out" not in _words(_page(empty_answer()))
