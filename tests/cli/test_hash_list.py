"""``cairn list inspect`` says what a list is, how it adds up, and which lines are none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cli.command_line import cairn
from intake.lists.samples import NSRL_HEADER, lines, md5, pdq, sha1

if TYPE_CHECKING:
    from pathlib import Path


def _file(folder: Path, data: bytes, name: str = "list.txt") -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


def test_a_list_is_described_in_words(tmp_path: Path) -> None:
    file = _file(tmp_path, lines([md5(1).hex(), "# x", md5(2).hex() + "  a.jpg"]))
    ran = cairn(tmp_path, "list", "inspect", file)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "This is a list with one hash a line.",
        "  3 lines: 2 entries, 0 set aside, 1 blank, comments or headers",
        "  2 with md5",
        "  1 with name",
    ]


def test_lines_that_are_none_are_listed_and_counted_by_the_exit(tmp_path: Path) -> None:
    file = _file(tmp_path, lines(["md5;victim identified", f"{md5(1).hex()};perhaps", "x;q", *["z;n"] * 30]))
    ran = cairn(tmp_path, "list", "inspect", file)
    assert ran.code == 1
    assert "  line 2: It is an entry, but 'victim identified' is neither yes nor no." in ran.out
    assert (
        "  line 3: It has no hash: 'md5' is no md5 and 'victim identified' is neither yes nor no." in ran.out
    )
    assert "  … and 12 more; --all lists them" in ran.out
    every = cairn(tmp_path, "list", "inspect", "--all", file)
    assert "line 33: It has no hash: 'md5' is no md5." in every.out
    assert "more;" not in every.out


def test_a_list_of_known_files_is_called_so(tmp_path: Path) -> None:
    row = f'"{sha1(1).hex()}","{md5(1).hex()}","0","a",1,1,"358",""'
    ran = cairn(tmp_path, "list", "inspect", _file(tmp_path, lines([NSRL_HEADER, row])))
    assert "  Its files are known and of no interest." in ran.out


def test_programs_get_the_same_as_json(tmp_path: Path) -> None:
    file = _file(tmp_path, lines(["", f"pdq {pdq(1).hex()}", "x", f"pdq {pdq(2).hex()}"]))
    said = json.loads(cairn(tmp_path, "list", "inspect", "--json", file).out)
    assert said == {
        "format": "hash-lines",
        "name": None,
        "known_good": False,
        "lines": 4,
        "entries": 2,
        "set_aside": 1,
        "passed_over": 1,
        "doubtful": 0,
        "hashes": {"pdq": 2},
        "said": {},
        "listed": [{"line": 3, "last_line": 3, "why": "There is no hash in it."}],
        "broken": None,
    }


def test_what_64_digits_are_can_be_said(tmp_path: Path) -> None:
    file = _file(tmp_path, lines([pdq(1).hex()]))
    assert "say which" in cairn(tmp_path, "list", "inspect", file).err
    assert "1 with pdq" in cairn(tmp_path, "list", "inspect", "--digits-64", "pdq", file).out


def test_a_profile_explains_the_columns(tmp_path: Path) -> None:
    profile = _file(tmp_path, 'name = "\u202eX"\n[columns]\nWert = "md5"'.encode(), "profile.toml")
    file = _file(tmp_path, lines(["Wert,Rest", f"{md5(1).hex()},x"]))
    ran = cairn(tmp_path, "list", "inspect", "--profile", profile, file)
    assert ran.out.startswith("This is a table that the profile explains, called '<U+202E>X', with md5.\n")
    bad = _file(tmp_path, b"\xff\xfe", "bad.toml")
    assert "is no text" in cairn(tmp_path, "list", "inspect", "--profile", bad, file).err


def test_a_list_that_breaks_off_is_counted_up_to_there(tmp_path: Path) -> None:
    body = f"<image><id>1</id><fingerprints><md5>{md5(1).hex()}</md5></fingerprints></image>"
    file = _file(tmp_path, f"<queryResult><images>{body}".encode())
    ran = cairn(tmp_path, "list", "inspect", file)
    assert ran.code == 1
    assert "1 entries" in ran.out
    assert "could not be read to its end: Line 1 is no well-formed XML" in ran.out


@pytest.mark.parametrize("name", ["missing", "."])
def test_what_is_no_list_ends_with_a_sentence(tmp_path: Path, name: str) -> None:
    ran = cairn(tmp_path, "list", "inspect", tmp_path / name)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("cairn: ")
