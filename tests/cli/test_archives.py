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
from cli.command_line import cairn
from pictures import drawn, save

if TYPE_CHECKING:
    from cairn.services.node import Node


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
    monkeypatch.setattr("cairn.cli.container_rules.find_outside_reader", lambda: None)
    ran = cairn(sqlite_node.config.folder, "check", seizure, "--bsdtar")
    assert ran.code == 2
    assert "no program bsdtar" in ran.err
