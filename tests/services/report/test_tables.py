from __future__ import annotations

import re

from cairn.services.answering.answer import Answer, FirstLook
from cairn.services.report.rows import FileRow
from cairn.services.report.tables import LOOK_FIRST, UNREADABLE, tables_of
from cairn.services.report.telling import Teller
from cairn.services.report.writing import pieces
from cairn.types import Verdict
from services.answers import (
    FOLDER,
    HARBOUR,
    answer_of,
    equal,
    hostile_answer,
    picture,
    sample_answer,
)
from services.report.reading import Element, read


def _page(answer: Answer) -> Element:
    return read("".join(pieces(answer)))


def test_every_file_stands_in_exactly_one_table() -> None:
    for answer in (sample_answer(), hostile_answer()):
        tables = {slot: table for slot, table in tables_of(answer, Teller()).items() if slot != LOOK_FIRST}
        assert sum(table.files for table in tables.values()) == len(answer.files)
        rows = [row for table in tables.values() for row in table.rows() if isinstance(row, FileRow)]
        numbers = [row.number for row in rows] + [number for row in rows for number, _ in row.copies]
        assert sorted(map(int, numbers)) == list(range(1, len(answer.files) + 1))


def test_a_file_shows_where_it_lies_its_digest_and_who_holds_it() -> None:
    answer = sample_answer()
    rows = [row for row in _page(answer).section("h-files").rows() if "IMG_0007.jpg" in row[1]]
    number, file, verdict, evidence = rows[0]
    known = answer.files[int(number) - 1]
    assert known.address == FOLDER + "DCIM/100/IMG_0007.jpg"
    assert known.digests is not None
    assert " ".join(file.split()).startswith("DCIM/100/IMG_0007.jpg image/jpeg · 4032 × 3024 · 2,134,")
    assert known.digests.named.removeprefix("sha256:") in file
    assert verdict == "identified"
    assert evidence.startswith("SHA-256 is equal: the same content, byte for byte")
    assert "NL-UNIT (NL), 3 sightings since 2024-05-01" in evidence
    assert "SE-UNIT (SE), 1 sighting since 2024-05-01" in evidence
    assert "baseline:1" in evidence
    assert "series Harbour Room, safeguarded" in evidence


def test_copies_are_folded_into_the_row_of_the_first() -> None:
    (row,) = (
        row
        for row in _page(sample_answer()).section("h-files").rows()
        if "more with the same" in row[1] and row[2] == "identified"
    )
    assert "3 more with the same content" in row[1]
    folded = re.findall(r"(\d+) (DCIM/z/\S+ ?\(?\d?\)?\.jpg)", row[1])
    assert [sample_answer().files[int(number) - 1].address for number, _ in folded] == [
        FOLDER + address for _, address in folded
    ]


def test_a_copy_with_a_verdict_of_its_own_is_not_folded() -> None:
    first = picture("1.jpg", Verdict.NEW)
    other = picture("2.jpg", Verdict.IDENTIFIED, equal(1, ["NL-UNIT"], HARBOUR), copy_of=first.address)
    rows = _page(answer_of([first, other])).section("h-files").rows()
    assert [(row[0], row[2]) for row in rows] == [("2", "identified"), ("1", "new")]
    assert "same content as 1.jpg" in rows[0][1]


def test_a_copy_whose_first_is_elsewhere_is_listed() -> None:
    alone = picture("2.jpg", Verdict.NEW, copy_of="/elsewhere/1.jpg")
    rows = _page(answer_of([alone])).section("h-files").rows()
    assert "same content as /elsewhere/1.jpg" in rows[0][1]


def test_similar_files_name_distance_and_turn_of_each_match() -> None:
    (row,) = (row for row in _page(sample_answer()).section("h-files").rows() if "photo_2.jpg" in row[1])
    assert "PDQ distance 6 of 256 bits, turned by a half" in row[3]
    assert "PDQ distance 30 of 256 bits, not turned" in row[3]


def test_a_known_file_whose_picture_cannot_be_compared_says_so() -> None:
    (row,) = (row for row in _page(sample_answer()).section("h-files").rows() if "known-wall" in row[1])
    assert "nearly blank" in row[3]
    assert "Its digests are recorded." in row[3]


def test_unreadable_files_are_listed_with_their_reasons() -> None:
    rows = list(tables_of(sample_answer(), Teller())[UNREADABLE].rows())
    page = _page(sample_answer()).section("h-why").rows()
    assert len(rows) == 2
    assert page[0][1:] == ["Private/diary.jpg", "may not be read by this user."]
    assert page[1][1:] == ["link", "is a symbolic link, which is not followed or opened."]


def test_a_file_that_is_not_comparable_for_no_recorded_reason_is_not_lost() -> None:
    page = _page(answer_of([picture("1.jpg", Verdict.NOT_COMPARABLE)]))
    assert "No reason was recorded: 1 file" in page.text


def test_first_looks_are_all_listed_in_their_order_with_their_numbers() -> None:
    answer = sample_answer()
    rows = _page(answer).section("h-first").rows()
    assert [row[0] for row in rows] == [str(order) for order in range(1, 61)]
    assert [answer.files[int(row[3]) - 1].address for row in rows] == [
        look.address for look in answer.look_first
    ]


def test_a_look_at_something_outside_the_files_has_no_number() -> None:
    answer = answer_of([picture("1.jpg", Verdict.NEW)], looks=[FirstLook("elsewhere", "why not")])
    assert _page(answer).section("h-first").rows() == [["1", "elsewhere", "why not", ""]]
