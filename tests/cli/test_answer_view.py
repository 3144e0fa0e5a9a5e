from __future__ import annotations

import io
import re
import unicodedata

import pytest
from rich.console import Console

from cairn.cli.answer_view import as_svg, show
from cairn.services.answering.answer import Answer, FirstLook
from cairn.types import Verdict
from services.answers import (
    FOLDER,
    answer_of,
    empty_answer,
    hostile_answer,
    picture,
    sample_answer,
    unreadable,
)


def _shown(answer: Answer, *, width: int = 80, colour: bool = False) -> str:
    stream = io.StringIO()
    show(answer, Console(file=stream, width=width, force_terminal=colour, _environ={}))
    return stream.getvalue()


def _words(text: str) -> str:
    return " ".join(text.split())


def test_the_headline_comes_first_and_reconciles() -> None:
    text = _words(_shown(sample_answer()))
    assert text.startswith("Answer for case 2026-0417, exhibit phone-1 asked by NL-UNIT on node nl-node-1")
    assert (
        "No look needed for 86 of 150 files (85 recorded or of no interest, 1 further copy); 60 to look at; "
        "4 with nothing to compare."
    ) in text
    assert text.index("No look needed") < text.index("identified 58")


def test_every_verdict_is_counted_and_summed() -> None:
    lines = _shown(sample_answer()).splitlines()
    counts = {
        match[1]: int(match[2])
        for line in lines
        if (
            match := re.match(
                r"(identified|known|similar|new|irrelevant|not comparable|files in) +(\d+)", line
            )
        )
    }
    assert counts.pop("files in") == sum(counts.values()) == 150
    assert len(counts) == len(Verdict)
    assert any(line.startswith("files in") and "of these, 2 could not be read" in line for line in lines)


@pytest.mark.parametrize("width", [80, 100, 160])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for answer in (sample_answer(), hostile_answer(), empty_answer()):
        assert max(map(len, _shown(answer, width=width).splitlines())) <= width


def test_a_series_says_status_owner_country_contact_and_what_was_met() -> None:
    text = _shown(sample_answer(), width=120)
    lines = [_words(line) for line in text.splitlines()]
    assert "Harbour Room safeguarded Victim Identification Unit, Zeeland (NL) 214 58 exact" in lines
    assert "since 2025-09-14 vid@unit.example.nl, +31 00 000 0000 2 similar" in lines


def test_a_series_says_who_leads_and_works_on_it_and_what_may_be_done_with_that() -> None:
    text = _words(_shown(sample_answer(), width=200))
    for fact in (
        "Answer for case 2026-0417",
        "TLP:RED · H1: not in court without permission · H3: Ask Sweden before anybody is told.",
        "desk@unit.example.se",
        "SIENA, Mon-Fri 8-17 CET",
        "led by Victim Identification Unit, Zeeland (NL)",
        "worked on by National Unit, Sweden (SE) since 2026-02-03",
        "TLP:AMBER · H0: for preventing and fighting crime",
    ):
        assert fact in text
    assert "led by National Unit" not in text


def test_ten_first_looks_are_named_and_the_rest_counted() -> None:
    text = _shown(sample_answer())
    assert "photo_0.jpg   similar to Green Lantern (in progress), 0 bits away" in text
    assert "10  DCIM/102/IMG_0000.jpg" in text
    assert "DCIM/102/IMG_0001.jpg" not in text
    assert "and 50 more files" in text


def test_few_first_looks_are_all_named() -> None:
    text = _shown(hostile_answer())
    assert "Look at first" in text
    assert "more file" not in text


def test_reasons_are_counted_and_unreadable_files_each_named() -> None:
    text = _shown(sample_answer())
    assert "3  flat: too little detail to compare" in text
    assert "Private/diary.jpg  may not be read by this user." in text
    assert "link  is a symbolic link" in text


def test_every_unreadable_file_is_listed_however_many_there_are() -> None:
    files = [unreadable(f"{number}.jpg", "has vanished.") for number in range(250)]
    assert _shown(answer_of(files)).count("has vanished.") == 250


def test_the_last_line_says_method_coverage_and_input_list() -> None:
    text = _words(_shown(sample_answer()))
    for fact in (
        "All files lie below /mnt/exhibit-4/.",
        "Compared with everything that you may see, as recorded at 2026-03-02 12:00:00 UTC.",
        "Method: SHA-256 equal, or pdq/1 (fast) at most 31 of 256 bits apart, quality 50 or more (pdq-31/1)",
        f"Input list {sample_answer().input_digest[:16]}",
        "2 near media left out, because your authority has judged: not the same. Of 1, another authority",
        "A match is a lead that a person judges.",
    ):
        assert fact in text
    assert "Registered" not in text


def test_an_empty_check_is_told_in_words() -> None:
    text = _words(_shown(empty_answer()))
    assert "Answer for no case" in text
    assert "No look needed for 0 of 0 files; 0 to look at" in text
    assert "none that you may see" in text
    assert (
        "Registered: 0 new sightings. 3 files not decoded again: their content was measured before." in text
    )
    assert "4 files had been measured by another run of this check." in text


def test_a_damaged_index_is_said_before_the_numbers() -> None:
    text = _words(_shown(hostile_answer()))
    assert text.index("This answer may be incomplete: parts of the index") < text.index("No look needed")


def test_hostile_names_are_shown_and_do_nothing() -> None:
    text = _shown(hostile_answer(), width=200)
    assert not [letter for letter in text if unicodedata.category(letter)[0] == "C" and letter != "\n"]
    assert "<script>alert('x')</script>[bold red]<U+001B>[2J<U+202E><U+2066>" in text


def test_a_name_that_would_fill_the_screen_is_shortened_in_the_middle() -> None:
    name = "start" + "x" * 4000 + "end.jpg"
    answer = answer_of([picture(name, Verdict.NEW)], looks=[FirstLook(FOLDER + name, "new")])
    text = _shown(answer, width=400)
    assert re.search(r"startx{145} … x{53}end\.jpg  new", text)


def test_nothing_is_said_of_first_looks_where_there_are_none() -> None:
    assert "Look at first" not in _shown(answer_of([picture("1.jpg", Verdict.KNOWN)]))


def test_plain_text_has_no_escape_and_a_terminal_has_colour() -> None:
    assert "\x1b" not in _shown(sample_answer())
    assert "\x1b[" in _shown(sample_answer(), colour=True)


def test_a_terminal_that_knows_only_ascii_gets_only_ascii() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii", errors="backslashreplace")
    show(hostile_answer(), Console(file=stream, width=80, _environ={}))
    show(sample_answer(), Console(file=stream, width=80, _environ={}))
    stream.seek(0)
    text = stream.read()
    assert "identified       58  ===========" in text
    assert "\\u2500" not in text


def test_the_picture_fetches_nothing_and_shows_the_answer() -> None:
    svg = as_svg(sample_answer(), "cairn check <folder>")
    assert set(re.findall(r"https?://[^\"\s<>]*", svg)) == {"http://www.w3.org/2000/svg"}
    assert "@font-face" not in svg
    assert "Fira" not in svg
    assert "cairn&#160;check" in svg or "cairn check &lt;folder&gt;" in svg
    assert "Harbour" in svg


def test_the_picture_is_the_same_every_time() -> None:
    assert as_svg(sample_answer(), "check") == as_svg(sample_answer(), "check")
