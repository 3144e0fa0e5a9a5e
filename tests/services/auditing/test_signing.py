"""A head is signed over a log that has only grown, and over no other."""

from __future__ import annotations

import os
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.db import connections, transaction

from cairn.errors import AccessError, ConfigurationError, InputError, IntegrityError
from cairn.records.audit import AuditEvent, AuditHead, AuditState, stored_leaves
from cairn.records.counterfoil import Counterfoil
from cairn.records.node_key import KEY_FILE, read_signer, renew_signer, trusted_keys
from cairn.records.users import Actor, Role, User
from cairn.services.auditing.signing import renew_key, sign_head, signed_entries
from cairn.services.auditing.verifying import verify_log
from cairn.transparency import SignedHead, TreeHead
from services.auditing.acts import act, execute, rewrite
from services.seizures import unit
from transparency.signers import signer

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.node.opening import Node


def audit_folder(node: Node) -> Path:
    return node.config.folder / "audit"


def kept(node: Node) -> list[bytes]:
    return list(Counterfoil(node.config.folder).leaves(end=1 << 20))


def test_a_new_node_has_a_key_that_only_its_owner_can_read_and_a_signed_head(node: Node) -> None:
    mode = (node.config.folder / KEY_FILE).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    signer = read_signer(node.config)
    assert signer is not None
    head = AuditHead.objects.get().signed
    assert head.require_signature_by([signer.verifier]) == signer.verifier
    assert (head.head.size, head.head.root) == (2, AuditState.objects.get().tree.root)
    assert head.head.origin == f"cairn/{node.config.identity}"


def test_a_head_covers_everything_and_the_counterfoil_has_every_hash(node: Node) -> None:
    act(node, 7)
    head = sign_head(node.config)
    assert (head.head.size, head.head.root) == (9, AuditState.objects.get().tree.root)
    assert kept(node) == [leaf for _, leaf in stored_leaves(end=9)]
    act(node, 4)
    assert sign_head(node.config).head.size == 13
    assert kept(node) == [leaf for _, leaf in stored_leaves(end=13)]


def test_where_nothing_was_added_the_last_head_is_answered(node: Node) -> None:
    assert sign_head(node.config) == sign_head(node.config)
    assert AuditHead.objects.count() == 1


def test_the_log_is_not_signed_within_an_act(node: Node) -> None:
    act(node)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        sign_head(node.config)


@pytest.mark.parametrize("signed", [True, False])
def test_a_log_that_was_rewritten_with_all_its_hashes_is_not_signed(node: Node, signed: bool) -> None:
    act(node, 5, sign=signed)
    act(node, 5)
    position = AuditEvent.objects.order_by("position")[1].position
    rewrite(position, case_reference="another")
    with pytest.raises(IntegrityError) as raised:
        sign_head(node.config)
    assert raised.value.code == "audit.rewritten"


def test_an_entry_that_does_not_fit_its_hash_is_not_signed(node: Node) -> None:
    act(node, 3)
    execute("UPDATE records_auditevent SET case_reference = 'another' WHERE position = 3")
    with pytest.raises(IntegrityError, match="does not fit its hash"):
        sign_head(node.config)


def test_a_log_with_a_gap_is_not_signed(node: Node) -> None:
    act(node, 3)
    execute("DELETE FROM records_auditevent WHERE position = 3")
    with pytest.raises(IntegrityError) as raised:
        sign_head(node.config)
    assert raised.value.code == "audit.rewritten"


def test_a_log_that_became_shorter_is_not_signed(node: Node) -> None:
    before = AuditState.objects.get()
    act(node, 3, sign=True)
    execute("DELETE FROM records_audithead WHERE size > 2")
    execute("DELETE FROM records_auditevent WHERE position >= 2")
    execute("UPDATE records_auditstate SET size = 2, frontier = %s", bytes(before.frontier))
    with pytest.raises(IntegrityError, match="3 entries are missing at its end"):
        sign_head(node.config)


def test_a_counterfoil_that_is_lost_is_made_again_and_still_compared(node: Node) -> None:
    act(node, 3, sign=True)
    shutil.rmtree(audit_folder(node))
    act(node, 2, sign=True)
    assert kept(node) == [leaf for _, leaf in stored_leaves(end=7)]
    shutil.rmtree(audit_folder(node))
    rewrite(3, case_reference="another")
    with pytest.raises(IntegrityError) as raised:
        sign_head(node.config)
    assert raised.value.code == "audit.rewritten"


def test_a_crash_between_record_and_counterfoil_mends_itself(
    node: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(node, 3)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Counterfoil, "keep", _interrupt)
        sign_head(node.config)
    act(node, 2)
    assert sign_head(node.config).head.size == 7
    assert list(AuditHead.objects.order_by("size").values_list("size", flat=True)) == [2, 5, 7]
    assert kept(node) == [leaf for _, leaf in stored_leaves(end=7)]


def test_those_who_act_and_sign_at_the_same_time_sign_one_log(node: Node) -> None:
    def act_and_sign(_: int) -> None:
        try:
            for _ in range(5):
                act(node, 2, sign=True)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(act_and_sign, range(3)))
    assert sign_head(node.config).head.size == 32
    assert kept(node) == [leaf for _, leaf in stored_leaves(end=32)]
    assert verify_log(node.config).findings == []


def test_hashes_that_a_crash_left_behind_the_head_are_written_over(node: Node) -> None:
    act(node, 3, sign=True)
    with (audit_folder(node) / "hashes").open("ab") as file:
        file.write(os.urandom(41))
    act(node, 2, sign=True)
    assert kept(node) == [leaf for _, leaf in stored_leaves(end=7)]


@pytest.mark.parametrize("name", ["head", "hashes"])
def test_a_damaged_counterfoil_is_said_and_nothing_is_signed(node: Node, name: str) -> None:
    act(node, 3, sign=True)
    file = audit_folder(node) / name
    file.write_bytes(file.read_bytes()[:-40])
    act(node)
    with pytest.raises(IntegrityError, match="counterfoil"):
        sign_head(node.config)


def test_a_counterfoil_of_somebody_else_is_not_believed(node: Node) -> None:
    act(node, 3, sign=True)
    other = renew_signer(replace(node.config, identity="another"))
    assert other.name == "cairn/another"
    (node.config.folder / "retired-keys").unlink()
    with pytest.raises(IntegrityError, match="none of the keys"):
        sign_head(node.config)


def test_a_key_that_is_lost_is_not_silently_replaced(node: Node) -> None:
    (node.config.folder / KEY_FILE).unlink()
    (node.config.folder / "audit" / "head").unlink()
    act(node)
    with pytest.raises(ConfigurationError, match="Put it back from a backup"):
        sign_head(node.config)


def test_a_new_key_signs_on_and_the_old_ones_stay_trusted(node: Node) -> None:
    old = trusted_keys(node.config)
    new = renew_signer(node.config)
    act(node, 2)
    head = sign_head(node.config)
    assert head.require_signature_by([new.verifier]) == new.verifier
    assert list(trusted_keys(node.config)) == [new.verifier, *old]
    newest = renew_signer(node.config)
    assert list(trusted_keys(node.config)) == [newest.verifier, new.verifier, *old]
    mode = (node.config.folder / KEY_FILE).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_how_much_is_signed_is_told_without_reading_the_entries(node: Node) -> None:
    act(node, 3)
    assert signed_entries(node.config) == (5, 2)
    act(node, 1, sign=True)
    assert signed_entries(node.config) == (6, 6)
    (audit_folder(node) / "head").write_text("nothing")
    with pytest.raises(IntegrityError, match="counterfoil"):
        signed_entries(node.config)


def test_a_head_of_another_log_that_this_node_has_witnessed_is_not_signed_on(node: Node) -> None:
    act(node, 3)
    tree, own = AuditState.objects.get().tree, read_signer(node.config)
    assert own is not None
    head = TreeHead("cairn/another", tree.size, tree.root)
    signed = SignedHead(head, (own.sign(head.text, at_s=1),))
    AuditHead.objects.create(size=tree.size, root=tree.root, note=signed.text)
    with pytest.raises(IntegrityError, match="none of the keys"):
        sign_head(node.config)


def test_only_who_manages_the_node_exchanges_its_key(sqlite_node: Node) -> None:
    elsewhere = unit(sqlite_node, "BR-UNIT")
    administrator = User.objects.create(authority=elsewhere, login="a", name="a", role=Role.ADMINISTRATOR)
    with pytest.raises(AccessError):
        renew_key(sqlite_node, actor=Actor.person(administrator))
    assert renew_key(sqlite_node, actor=sqlite_node.operator) == trusted_keys(sqlite_node.config)[0]


def test_a_lost_key_of_another_node_is_not_kept_as_ones_own(sqlite_node: Node) -> None:
    with pytest.raises(InputError, match="key of cairn/another"):
        renew_signer(sqlite_node.config, lost=signer("cairn/another").verifier)
    assert len(trusted_keys(sqlite_node.config)) == 1


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_a_damaged_key_is_said(sqlite_node: Node, content: bytes) -> None:
    (sqlite_node.config.folder / KEY_FILE).write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"node\.key is damaged"):
        sign_head(sqlite_node.config)


def _interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt
