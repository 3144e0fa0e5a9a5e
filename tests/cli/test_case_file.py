"""``cairn vics inspect`` counts what is in a set, and says what is odd about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cairn.intake.vics import Form, Kind
from cli.command_line import cairn
from intake.vics.samples import FORMS, case_members, file_text, record

if TYPE_CHECKING:
    from pathlib import Path

CASES = Form("2.0", Kind.CASES, "US")


def _file(folder: Path, text: str, name: str = "case.json") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_a_case_is_described_in_words(tmp_path: Path) -> None:
    text = file_text(CASES, [record(), record()], case=case_members(TotalMediaFiles=2))
    ran = cairn(tmp_path, "vics", "inspect", _file(tmp_path, text))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "This is VICS 2.0, cases, profile US.",
        "  case K-17: 2 media",
        "  2 media in 2 places",
    ]


def test_a_set_over_several_files_is_one(tmp_path: Path) -> None:
    text = file_text(CASES, [record()], case=case_members(TotalMediaFiles=2))
    ran = cairn(tmp_path, "vics", "inspect", _file(tmp_path, text, "1"), _file(tmp_path, text, "2"))
    assert ran.code == 0
    assert "  2 media in 2 places" in ran.out


def test_what_is_odd_is_said_and_ends_with_one(tmp_path: Path) -> None:
    records = [None, record(MD5="x", SHA1=None), *[record(VictimIdentified="?")] * 30]
    text = file_text(CASES, records, case=case_members(TotalMediaFiles=5, CaseNumber="\u202eK"))
    file = _file(tmp_path, text)
    ran = cairn(tmp_path, "vics", "inspect", file)
    assert ran.code == 1
    assert "  case <U+202E>K: 32 media" in ran.out
    assert "  1 without a digest" in ran.out
    assert "  31 with a field that holds what it may not" in ran.out
    assert "  1 that are no records" in ran.out
    assert "  The case says 5 media files; it lists 32 media in 31 places." in ran.out
    assert "  record 2: 'MD5' is not 32 hexadecimal digits." in ran.out
    assert "  … and 12 more; --all lists them" in ran.out
    assert (
        "  record 32: 'VictimIdentified' is neither" in cairn(tmp_path, "vics", "inspect", "--all", file).out
    )


def test_a_file_that_is_cut_off_is_counted_up_to_there(tmp_path: Path) -> None:
    text = file_text(FORMS[0], [record(), record()])
    ran = cairn(tmp_path, "vics", "inspect", _file(tmp_path, text[:-30]))
    assert ran.code == 1
    assert "  1 media in 1 places" in ran.out
    assert "  A file could not be read to its end: " in ran.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"value": []}', "This is a VICS file that does not say which version."),
        (
            file_text(Form("1.9", Kind.MEDIA), []),
            "This is VICS 1.9, media: a version that Cairn was not tested with.",
        ),
    ],
)
def test_a_version_that_is_not_known_is_said(tmp_path: Path, text: str, said: str) -> None:
    ran = cairn(tmp_path, "vics", "inspect", _file(tmp_path, text))
    assert (ran.code, ran.out.splitlines()[0]) == (0, said)


def test_what_is_no_vics_file_ends_with_a_sentence(tmp_path: Path) -> None:
    ran = cairn(tmp_path, "vics", "inspect", _file(tmp_path, "{}"))
    assert (ran.code, ran.out) == (2, "")
    assert "no VICS file" in ran.err
