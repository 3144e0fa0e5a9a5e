"""Pictures are kept where the node says so, sealed, and are gone with the last who held them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from cairn.cli.main import cli
from cairn.errors import ConfigurationError, IntegrityError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.cases import Case
from cairn.records.media import Media
from cairn.records.node import NODE_FILE
from cairn.records.vault.files import files_in
from cairn.records.vault.keys import VaultKey
from cairn.records.vault.node_key import KEY_FILE
from cairn.services.directory.acting import operator_of
from cairn.services.keeping.case_deletion import delete_case
from cairn.services.keeping.sightings import take_back_sightings, withdraw_sightings
from cairn.services.node.opening import open_node
from cairn.services.vault import shredding
from cairn.services.vault.condition import vault_status, verify_vault
from cairn.services.vault.opening import kept
from pictures import drawn, save
from services.seizures import hold, run, unit

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


@pytest.fixture
def keeping(node: Node) -> Node:
    """A node that keeps pictures."""
    return turned_on(node)


def turned_on(node: Node) -> Node:
    with (node.config.folder / NODE_FILE).open("a") as file:
        file.write("\n[vault]\nkeep_pictures = true\n")
    return open_node(node.config.folder)


def seizure(tmp_path: Path, *seeds: int) -> Path:
    folder = tmp_path / "seizure"
    folder.mkdir(exist_ok=True)
    for seed in seeds:
        save(drawn(seed), folder / f"{seed}.jpg")
    (folder / "note.txt").write_text("no picture")
    return folder


def read(node: Node, media: Media) -> bytes:
    opener = kept(node.config, media)
    assert opener is not None
    with os.fdopen(opener(), "rb") as stream:
        return stream.read()


def test_nothing_is_kept_unless_the_node_file_says_so(sqlite_node: Node, tmp_path: Path) -> None:
    hold(sqlite_node, seizure(tmp_path, 1), authority="NL-UNIT")
    assert not sqlite_node.config.vault_folder.exists()
    assert not (sqlite_node.config.folder / KEY_FILE).exists()
    assert kept(sqlite_node.config, Media.objects.exclude(width=None).get()) is None


def test_a_vault_that_is_neither_on_nor_off_is_a_damaged_node_file(sqlite_node: Node) -> None:
    with (sqlite_node.config.folder / NODE_FILE).open("a") as file:
        file.write('\n[vault]\nkeep_pictures = "yes"\n')
    with pytest.raises(ConfigurationError) as refused:
        open_node(sqlite_node.config.folder)
    assert refused.value.code == "node.damaged"


def test_pictures_are_kept_sealed_open_as_they_were_and_nothing_else_is(
    keeping: Node, tmp_path: Path
) -> None:
    folder = seizure(tmp_path, 1, 2)
    save(drawn(1), folder / "copy of 1.jpg")
    run(keeping, folder, case="K1")
    assert not VaultKey.objects.exists()  # Only what is registered is kept.
    hold(keeping, folder, authority="NL-UNIT")
    assert VaultKey.objects.count() == 2
    plain = {(folder / f"{seed}.jpg").read_bytes() for seed in (1, 2)}
    rows = VaultKey.objects.select_related("media")
    assert {read(keeping, row.media) for row in rows} == plain
    on_disk = b"".join(path.read_bytes() for path in keeping.config.folder.rglob("*") if path.is_file())
    assert not any(each[100:164] in on_disk for each in plain)
    assert {oct(file.stat().st_mode & 0o777) for file in files_in(keeping.config.vault_folder)} == {"0o600"}
    entry = AuditEvent.objects.filter(tag=AuditTag.VAULT_KEPT).get()
    assert (entry.case_reference, entry.counts) == ("K1", {"kept": 2, "not_kept": 0})


def test_what_is_of_no_interest_is_not_kept(keeping: Node, tmp_path: Path) -> None:
    hold(keeping, seizure(tmp_path, 1), authority="NL-UNIT", category="exchange:no-interest")
    assert not VaultKey.objects.exists()


def test_what_only_others_hold_is_written_anew_and_what_one_holds_is_not(
    keeping: Node, tmp_path: Path
) -> None:
    folder = seizure(tmp_path, 1)
    unit(keeping, "BR-UNIT")
    unit(keeping, "SE-UNIT")
    names = []
    for authority, case in (("NL-UNIT", "K1"), ("BR-UNIT", "K1"), ("NL-UNIT", "K2")):
        run(keeping, folder, authority=authority, case=case, register=True)
        names.append(VaultKey.objects.get().name)
    assert names[1] == names[2]
    assert [file.name for file in files_in(keeping.config.vault_folder)] == [names[2]]


def test_the_last_withdrawal_shreds_and_taking_it_back_does_not_bring_the_picture_back(
    keeping: Node, tmp_path: Path
) -> None:
    folder = seizure(tmp_path, 1)
    unit(keeping, "BR-UNIT")
    hold(keeping, folder, authority="NL-UNIT")
    hold(keeping, folder, authority="BR-UNIT")
    own, other = (Case.objects.get(authority__code=code) for code in ("NL-UNIT", "BR-UNIT"))
    withdraw_sightings(own, reason="test", actor=keeping.operator)
    assert VaultKey.objects.count() == 1
    withdraw_sightings(other, reason="test", actor=operator_of(keeping, "BR-UNIT"))
    assert VaultKey.objects.count() == 0
    take_back_sightings(own, reason="test", actor=keeping.operator)
    assert kept(keeping.config, Media.objects.exclude(width=None).get()) is None
    assert vault_status(keeping, actor=keeping.operator).without_key == 1


def test_deleting_a_case_shreds_and_the_files_without_a_key_are_swept_away_once_they_are_old(
    keeping: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(keeping, seizure(tmp_path, 1, 2), authority="NL-UNIT")
    delete_case(keeping, "K1", reason="test", actor=keeping.operator)
    assert not VaultKey.objects.exists()
    assert vault_status(keeping, actor=keeping.operator).without_key == 2
    assert verify_vault(keeping, actor=keeping.operator).swept == 0
    monkeypatch.setattr(shredding, "YOUNG_S", -1)
    assert verify_vault(keeping, actor=keeping.operator).swept == 2
    assert not list(files_in(keeping.config.vault_folder))


def test_a_changed_file_is_named_and_never_opens(sqlite_node: Node, tmp_path: Path) -> None:
    keeping = turned_on(sqlite_node)
    hold(keeping, seizure(tmp_path, 1, 2), authority="NL-UNIT")
    assert (verify_vault(keeping, actor=keeping.operator).whole) == 2
    first, second = VaultKey.objects.select_related("media").order_by("pk")
    place = {file.name: file for file in files_in(keeping.config.vault_folder)}
    content = bytearray(place[first.name].read_bytes())
    content[-1] ^= 1
    place[first.name].write_bytes(content)
    place[second.name].unlink()
    found = verify_vault(keeping, actor=keeping.operator)
    digests = [bytes(row.media.sha256 or b"").hex() for row in (first, second)]
    assert found.wrong == dict(zip(digests, ("vault.damaged", "vault.missing"), strict=True))
    with pytest.raises(IntegrityError):
        read(keeping, first.media)
    answer = CliRunner().invoke(cli, ["vault", "verify", "--json", "--node", str(keeping.config.folder)])
    assert json.loads(answer.stdout)["whole"] == 0
    assert isinstance(answer.exception, IntegrityError)


def test_where_the_key_is_lost_no_new_one_takes_its_place(sqlite_node: Node, tmp_path: Path) -> None:
    keeping = turned_on(sqlite_node)
    hold(keeping, seizure(tmp_path, 1), authority="NL-UNIT")
    (keeping.config.folder / KEY_FILE).unlink()
    with pytest.raises(ConfigurationError) as refused:
        hold(keeping, seizure(tmp_path, 3), authority="NL-UNIT")
    assert refused.value.code == "vault.key"
