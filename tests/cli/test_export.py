"""``cairn export`` as typed, and verified where there is no node."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cairn.transparency import Signer
from cli.command_line import cairn
from services.alerting.records import media, series, sighting

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


@pytest.fixture
def exported(sqlite_node: Node, tmp_path: Path) -> Path:
    """Export a series as hash lists, and answer the folder."""
    what = media()
    sighting(what, sqlite_node.authority)
    series(sqlite_node.authority, what, name="Stone")
    words = ("export", "series", "Stone", "--to", tmp_path / "out", "--format", "hash-list")
    ran = cairn(sqlite_node.config.folder, *words, "--for", "Unit of Brazil", "--tlp", "TLP:RED")
    assert (ran.code, ran.err) == (0, "")
    assert "4 files of the series Stone" in ran.out
    assert "TLP:RED · H0" in ran.out
    return tmp_path / "out"


def test_an_export_is_verified_without_a_node_and_every_change_is_named(
    sqlite_node: Node, exported: Path, tmp_path: Path
) -> None:
    key = cairn(sqlite_node.config.folder, "audit", "key").out.strip()
    verify = ("export", "verify", exported)
    ran = cairn(tmp_path / "nowhere", *verify, "--key", key)
    assert (ran.code, ran.err) == (0, "")
    assert "TLP:RED" in ran.out
    assert f"by {key}" in ran.out
    ran = cairn(tmp_path / "nowhere", *verify)
    assert ran.code == 1
    assert "was not verified" in ran.out

    (exported / "md5.txt").write_text("0" * 32 + "\n")
    (exported / "sha1.txt").unlink()
    (exported / "extra").mkdir()
    ran = cairn(tmp_path / "nowhere", *verify, "--key", key, "--json")
    assert ran.code == 2
    assert {(each["wrong"], each["name"]) for each in json.loads(ran.out)["findings"]} == {
        ("changed", "md5.txt"),
        ("missing", "sha1.txt"),
        ("added", "extra"),
    }


def test_a_manifest_that_was_changed_or_signed_by_another_proves_nothing(
    sqlite_node: Node, exported: Path, tmp_path: Path
) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

    other = Signer("cairn/other", Ed25519PrivateKey.generate()).verifier.text
    verify = ("export", "verify", exported)
    ran = cairn(tmp_path / "nowhere", *verify, "--key", other)
    assert (ran.code, ran.out) == (2, "CHANGED    manifest.json\n")
    manifest = exported / "manifest.json"
    manifest.write_text(manifest.read_text().replace("TLP:RED", "TLP:CLEAR"))
    ran = cairn(tmp_path / "nowhere", *verify)
    assert (ran.code, ran.out) == (2, "CHANGED    manifest.json\n")
    (exported / "manifest.sig").unlink()
    assert "MISSING    manifest.sig" in cairn(tmp_path / "nowhere", *verify).out
    manifest.write_text('{"format": "cairn-export", "version": 1, "files": [{"name": "../x"}]}')
    assert "no manifest" in cairn(tmp_path / "nowhere", *verify).err
    manifest.unlink()
    assert "is no export" in cairn(tmp_path / "nowhere", *verify).err
