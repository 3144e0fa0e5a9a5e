"""An export is lines from which anybody can compute the tree; what is withheld is still counted."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError, IntegrityError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.users import Actor, Role
from cairn.services.auditing.exporting import check_export, export_log, head_place
from cairn.services.auditing.signing import public_key
from services.auditing.acts import act, execute
from services.seizures import unit
from transparency.plain_tree import plain_root
from transparency.signers import signer

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


def test_the_lines_of_an_export_are_the_leaves_of_the_tree(node: Node, tmp_path: Path) -> None:
    act(node, 6)
    written = export_log(node, tmp_path / "log", actor=node.operator)
    lines = (tmp_path / "log").read_bytes().splitlines()
    assert (written.entries, written.withheld) == (9, 0)
    assert plain_root(lines) == written.head.head.root
    assert [json.loads(line)["position"] for line in lines] == list(range(9))
    assert json.loads(lines[-1])["tag"] == AuditTag.LOG_EXPORTED


def test_an_export_is_checked_with_the_public_key_alone(node: Node, tmp_path: Path) -> None:
    act(node, 6)
    written = export_log(node, tmp_path / "log", actor=node.operator)
    assert check_export([tmp_path / "log"], keys=[public_key(node.config)]) == written.head
    with pytest.raises(IntegrityError, match="none of the keys"):
        check_export([tmp_path / "log"], keys=[signer("cairn/another").verifier])


def test_an_export_of_another_log_that_this_node_has_witnessed_is_not_its_own(
    sqlite_node: Node, tmp_path: Path
) -> None:
    written = export_log(sqlite_node, tmp_path / "log", actor=sqlite_node.operator)
    witness = signer("cairn/witness")
    signed = written.head.with_signature(witness.sign(written.head.signed_text, at_s=1))
    head_place(tmp_path / "log").write_text(signed.text)
    with pytest.raises(IntegrityError, match="none of the keys"):
        check_export([tmp_path / "log"], keys=[witness.verifier])


def test_an_export_goes_on_where_the_last_one_ended(node: Node, tmp_path: Path) -> None:
    key = [public_key(node.config)]
    act(node, 6)
    first = export_log(node, tmp_path / "first", actor=node.operator)
    act(node, 5)
    second = export_log(node, tmp_path / "second", actor=node.operator, since=first.head.head.size)
    assert second.entries == 6
    assert check_export([tmp_path / "first", tmp_path / "second"], keys=key) == second.head
    with pytest.raises(IntegrityError, match="does not go on"):
        check_export([tmp_path / "second"], keys=key)
    with pytest.raises(IntegrityError, match="does not go on"):
        check_export([tmp_path / "first", tmp_path / "first"], keys=key)


def test_what_the_asker_may_not_read_is_a_hash_and_the_tree_still_holds(node: Node, tmp_path: Path) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    act(node, 6)
    written = export_log(node, tmp_path / "log", actor=other)
    lines = (tmp_path / "log").read_text().splitlines()
    assert (written.entries, written.withheld) == (10, 9)
    assert [set(json.loads(line)) for line in lines[:9]] == [{"leaf", "position"}] * 9
    assert "Fall" not in "".join(lines)
    assert check_export([tmp_path / "log"], keys=[public_key(node.config)]) == written.head


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines[1:],
        lambda lines: lines[:-1],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: [lines[0].replace("NL-UNIT", "BE-UNIT"), *lines[1:]],
        lambda lines: [json.dumps({"leaf": sha256().hexdigest()}).replace(" ", "") + "\n", *lines[1:]],
    ],
)
def test_an_export_that_was_changed_is_noticed(sqlite_node: Node, tmp_path: Path, change: object) -> None:
    act(sqlite_node, 3)
    export_log(sqlite_node, tmp_path / "log", actor=sqlite_node.operator)
    assert callable(change)
    lines = change((tmp_path / "log").read_text().splitlines(keepends=True))
    (tmp_path / "log").write_text("".join(lines))
    with pytest.raises(IntegrityError, match="not those that the node has signed"):
        check_export([tmp_path / "log"], keys=[public_key(sqlite_node.config)])


def test_a_file_that_is_no_export_is_refused(sqlite_node: Node, tmp_path: Path) -> None:
    key = [public_key(sqlite_node.config)]
    export_log(sqlite_node, tmp_path / "log", actor=sqlite_node.operator)
    (tmp_path / "log").write_text('{"leaf":"x"}\n')
    with pytest.raises(InputError, match="no export"):
        check_export([tmp_path / "log"], keys=key)
    head_place(tmp_path / "log").unlink()
    with pytest.raises(InputError, match="missing or unreadable"):
        check_export([tmp_path / "log"], keys=key)
    with pytest.raises(InputError, match="no export to check"):
        check_export([], keys=key)


def test_a_log_that_was_changed_is_not_exported(node: Node, tmp_path: Path) -> None:
    act(node, 3, sign=True)
    execute("UPDATE records_auditevent SET case_reference = 'another' WHERE position = 3")
    with pytest.raises(IntegrityError, match="position 3 does not fit its hash"):
        export_log(node, tmp_path / "log", actor=node.operator)
    assert not (tmp_path / "log").exists()


def test_who_may_not_read_the_log_exports_nothing(node: Node, tmp_path: Path) -> None:
    before = AuditEvent.objects.count()
    with pytest.raises(AccessError):
        export_log(node, tmp_path / "log", actor=Actor(node.authority, frozenset({Role.ADMINISTRATOR})))
    assert AuditEvent.objects.count() == before
