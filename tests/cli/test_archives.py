"""``cairn check`` looks into archives, as deep and with the passwords that it was told."""

from __future__ import annotations

import json
import shutil
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import py7zr
import pytest

from cairn.cli.container_rules import MAX_PASSWORD_FILE_BYTES
from cairn.readers import find_bsdtar, find_disk_reader
from cli.command_line import cairn
from pictures import drawn, save
from readers.disks import Deleted, ewf, fat16, partitioned

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


@pytest.fixture
def seizure(tmp_path: Path) -> Path:
    """A picture in a TAR in a ZIP, and one in an encrypted 7z."""
    picture = save(drawn(1), tmp_path / "1.jpg")
    folder = tmp_path / "seizure"
    folder.mkdir()
    with tarfile.open(tmp_path / "backup.tar.gz", "w:gz") as tar:
        tar.add(picture, "DCIM/1.jpg")
    with zipfile.ZipFile(folder / "phone.zip", "w") as archive:
        archive.write(tmp_path / "backup.tar.gz", "backup.tar.gz")
    with py7zr.SevenZipFile(folder / "closed.7z", "w", password="sesame") as archive:
        archive.write(save(drawn(2), tmp_path / "2.jpg"), "2.jpg")
    return folder


def checked(node: Node, seizure: Path, *words: str | Path) -> dict[str, str]:
    """Answer the verdicts by address below the seizure."""
    ran = cairn(node.config.folder, "check", seizure, "--json", "-", *words)
    files = json.loads(ran.out)["files"]
    return {file["address"].removeprefix(f"{seizure}/"): file["verdict"] for file in files}


def test_members_are_files_with_an_address_of_their_own(sqlite_node: Node, seizure: Path) -> None:
    verdicts = checked(sqlite_node, seizure)
    assert verdicts["phone.zip"] == "not-comparable"
    assert verdicts["phone.zip!/backup.tar.gz!/DCIM/1.jpg"] == "new"
    assert verdicts["closed.7z!/2.jpg"] == "not-comparable"


def test_a_password_opens_an_encrypted_member(sqlite_node: Node, seizure: Path, tmp_path: Path) -> None:
    (tmp_path / "passwords").write_text("wrong\nsesame\n")
    verdicts = checked(sqlite_node, seizure, "--passwords", tmp_path / "passwords")
    assert verdicts["closed.7z!/2.jpg"] == "new"


def test_archives_are_left_closed_where_asked(sqlite_node: Node, seizure: Path) -> None:
    assert sorted(checked(sqlite_node, seizure, "--no-archives")) == ["closed.7z", "phone.zip"]


def test_members_are_registered_and_met_again(sqlite_node: Node, seizure: Path, tmp_path: Path) -> None:
    checked(sqlite_node, seizure, "--case", "1", "--register")
    shutil.copytree(seizure, tmp_path / "again")
    verdicts = checked(sqlite_node, tmp_path / "again", "--case", "2")
    assert verdicts["phone.zip!/backup.tar.gz!/DCIM/1.jpg"] == "known"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--scratch", "missing"], "no folder missing to unpack into"),
        (["--passwords", "missing"], "missing cannot be read"),
        (["--passwords", "binary"], "no text in UTF-8"),
        (["--passwords", "long"], "too long for a list of passwords"),
    ],
)
def test_options_that_do_not_hold_are_refused(
    sqlite_node: Node,
    seizure: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("binary").write_bytes(b"\xff")
    Path("long").write_bytes(b"x" * (MAX_PASSWORD_FILE_BYTES + 1))
    ran = cairn(sqlite_node.config.folder, "check", seizure, *words)
    assert ran.code == 2
    assert sentence in ran.err


def test_bsdtar_is_asked_for_by_name(
    sqlite_node: Node, seizure: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cairn.cli.container_rules.find_bsdtar", lambda: None)
    ran = cairn(sqlite_node.config.folder, "check", seizure, "--bsdtar")
    assert ran.code == 2
    assert "no program bsdtar" in ran.err


def test_bsdtar_cannot_have_every_protection_that_is_required(sqlite_node: Node, seizure: Path) -> None:
    if find_bsdtar() is None:
        pytest.skip("the program bsdtar is not installed")
    ran = cairn(sqlite_node.config.folder, "check", seizure, "--bsdtar", "--require-protections")
    assert ran.code == 2
    assert "leave out --bsdtar" in ran.err


def test_the_answer_says_which_protections_bsdtar_lacks(sqlite_node: Node, seizure: Path) -> None:
    if find_bsdtar() is None:
        pytest.skip("the program bsdtar is not installed")
    ran = cairn(sqlite_node.config.folder, "check", seizure, "--bsdtar", "--json", "-")
    assert "outside reader, empty-root: the program needs its libraries" in ran.out


def test_pictures_in_a_forensic_image_are_checked_registered_and_met_again(
    sqlite_node: Node, tmp_path: Path
) -> None:
    if find_disk_reader() is None:
        pytest.skip("the extra cairn[forensic] is not installed")
    picture = save(drawn(1), tmp_path / "1.jpg").read_bytes()
    folder = tmp_path / "seizure"
    folder.mkdir()
    disk = partitioned(fat16({"DCIM": {"1.JPG": picture}, "GONE.JPG": Deleted(picture[:-9])}))
    for number, content in enumerate(ewf(disk, pieces=2), start=1):
        (folder / f"phone.E{number:02}").write_bytes(content)
    verdicts = checked(sqlite_node, folder, "--case", "1", "--register")
    assert verdicts == {
        "phone.E01": "not-comparable",
        "phone.E01!/p1/DCIM/1.JPG": "new",
        "phone.E01!/p1/_ONE.JPG (deleted)": "new",
        "phone.E02": "not-comparable",
    }
    save(drawn(1), folder / "copy.jpg")
    assert checked(sqlite_node, folder, "--case", "2")["copy.jpg"] == "known"
