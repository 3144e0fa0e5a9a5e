"""Whatever is changed, removed, added or moved behind the log's back is found, and named."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from django.db import connections

from cairn.errors import InputError
from cairn.records.audit import AuditCosignature, AuditEvent, AuditHead, AuditState
from cairn.records.node_key import KEY_FILE, read_signer, renew_signer
from cairn.services.auditing.findings import Wrong
from cairn.services.auditing.signing import sign_head
from cairn.services.auditing.verifying import verify_log
from cairn.transparency import Frontier, SignedHead, TreeHead
from services.auditing.acts import act, execute, rewrite, unguarded
from transparency.signers import signer

if TYPE_CHECKING:
    from cairn.services.auditing.findings import Finding
    from cairn.services.node.opening import Node

ROW = "UPDATE records_auditevent SET "
STATE = "UPDATE records_auditstate SET "


@pytest.fixture
def log(node: Node) -> Node:
    """Fill a log with twelve entries; a head was signed after the second, the seventh and the tenth."""
    act(node, 5, sign=True)
    act(node, 3, sign=True)
    act(node, 2)
    return node


def without_counterfoil(node: Node) -> None:
    """Leave verification with what the database holds, and the key."""
    shutil.rmtree(node.config.folder / "audit")


def found(node: Node) -> list[Finding]:
    return list(verify_log(node.config).findings)


def named(node: Node) -> set[tuple[Wrong, int | None, int | None]]:
    return {(each.wrong, each.first, each.last) for each in found(node)}


def row_number(position: int) -> int:
    return AuditEvent.objects.get(position=position).pk


def test_a_log_that_nobody_touched_is_whole(log: Node) -> None:
    verified = verify_log(log.config)
    assert verified.findings == []
    assert (verified.entries, verified.heads, verified.covered, verified.by_counterfoil) == (12, 4, 10, 10)
    assert verified.root == AuditState.objects.get().tree.root


def test_a_log_without_counterfoil_is_verified_by_its_heads(log: Node) -> None:
    without_counterfoil(log)
    verified = verify_log(log.config)
    assert verified.findings == []
    assert (verified.covered, verified.by_counterfoil) == (10, 0)


def test_the_progress_ends_with_all_entries(log: Node) -> None:
    told: list[tuple[int, int]] = []
    verify_log(log.config, watch=lambda done, total: told.append((done, total)))
    assert told[-1] == (12, 12)


@pytest.mark.parametrize(
    "change",
    [
        "case_reference = 'another'",
        "purpose = 'another'",
        "tag = 'check:series:list'",
        "actor_code = 'BE-UNIT'",
        "record_ids = '[3, 4]'",
        "record_ids = '[3.0]'",
        "counts = '{\"new\": 1}'",
        "at = '2020-01-01 00:00:00'",
        "salt = leaf_hash",
    ],
)
def test_an_entry_that_was_changed_is_named_whether_a_head_covers_it_or_not(log: Node, change: str) -> None:
    execute(f"{ROW}{change} WHERE position IN (5, 11)")
    for finding, position in zip(found(log), (5, 11), strict=True):
        assert (finding.wrong, finding.first, finding.last) == (Wrong.CHANGED, position, position)
        assert finding.rows == (row_number(position),)
        assert f"position {position} (row {finding.rows[0]})" in finding.sentence


@pytest.mark.parametrize(
    ("change", "vendor"),
    [
        ("at = 'yesterday'", "sqlite"),
        ("at = 'infinity'", "postgresql"),
        ("record_ids = '[' || record_ids", "sqlite"),
        ("case_reference = CAST(x'ff' AS TEXT)", "sqlite"),
        ("tag = x'ff'", "sqlite"),
        ("salt = 'text'", "sqlite"),
    ],
)
def test_an_entry_that_can_no_longer_be_read_is_named_all_the_same(
    log: Node, change: str, vendor: str
) -> None:
    if connections["default"].vendor != vendor:
        pytest.skip(f"only {vendor} can hold this")
    if vendor == "sqlite":
        execute("PRAGMA ignore_check_constraints = ON")
    execute(f"{ROW}{change} WHERE position = 5")
    assert named(log) == {(Wrong.CHANGED, 5, 5)}


def test_an_authority_that_is_called_otherwise_later_changes_no_entry(log: Node) -> None:
    log.authority.code = "NL-NEW"
    log.authority.save()
    assert found(log) == []


def test_an_entry_that_was_changed_with_every_hash_in_the_database_is_named(log: Node) -> None:
    rewrite(5, case_reference="another")
    assert {(Wrong.CHANGED, 5, 5)} <= named(log)
    assert {each.wrong for each in found(log)} == {Wrong.CHANGED, Wrong.STATE}


def test_without_a_counterfoil_it_is_found_between_two_heads(log: Node) -> None:
    without_counterfoil(log)
    rewrite(8, case_reference="another")
    (finding,) = found(log)
    assert (finding.wrong, finding.first, finding.last) == (Wrong.REWRITTEN, 7, 9)
    assert "positions 7 to 9" in finding.sentence
    assert verify_log(log.config).covered == 7


def test_an_entry_that_was_removed_is_named(log: Node) -> None:
    execute("DELETE FROM records_auditevent WHERE position = 4")
    assert named(log) == {(Wrong.REMOVED, 4, 4)}
    assert verify_log(log.config).root == AuditState.objects.get().tree.root


def test_several_removed_entries_are_one_stretch(log: Node) -> None:
    execute("DELETE FROM records_auditevent WHERE position BETWEEN 3 AND 6")
    assert named(log) == {(Wrong.REMOVED, 3, 6)}


def test_a_removed_entry_whose_hash_is_nowhere_leaves_no_root(log: Node) -> None:
    execute("DELETE FROM records_auditevent WHERE position = 10")
    verified = verify_log(log.config)
    assert [each.first for each in verified.findings] == [10]
    assert verified.root is None


def test_entries_that_were_removed_at_the_end_are_named(log: Node) -> None:
    tree = Frontier().extend(leaves()[:8])
    execute("DELETE FROM records_auditevent WHERE position >= 8")
    execute("UPDATE records_auditstate SET size = 8, frontier = %s", tree.to_bytes())
    assert named(log) == {(Wrong.SHORTENED, 8, 9)}


def test_entries_that_were_removed_with_the_heads_above_them_are_named_by_the_counterfoil(log: Node) -> None:
    tree = Frontier().extend(leaves()[:8])
    execute("DELETE FROM records_audithead WHERE size > 8")
    execute("DELETE FROM records_auditevent WHERE position >= 8")
    execute("UPDATE records_auditstate SET size = 8, frontier = %s", tree.to_bytes())
    assert named(log) == {(Wrong.SHORTENED, 8, 9)}


def test_entries_that_were_removed_everywhere_are_named_by_a_head_that_somebody_kept(log: Node) -> None:
    kept_elsewhere = sign_head(log.config)
    without_counterfoil(log)
    tree = Frontier().extend(leaves()[:8])
    execute("DELETE FROM records_audithead WHERE size > 8")
    execute("DELETE FROM records_auditevent WHERE position >= 8")
    execute("UPDATE records_auditstate SET size = 8, frontier = %s", tree.to_bytes())
    assert found(log) == []
    (finding,) = verify_log(log.config, heads=[kept_elsewhere]).findings
    assert (finding.wrong, finding.first, finding.last) == (Wrong.SHORTENED, 8, 11)


def test_two_entries_that_changed_places_are_named(log: Node) -> None:
    execute(f"{ROW}position = -1 WHERE position = 3")
    execute(f"{ROW}position = 3 WHERE position = 6")
    execute(f"{ROW}position = 6 WHERE position = -1")
    assert named(log) == {(Wrong.MOVED, 3, 3), (Wrong.MOVED, 6, 6)}
    assert f"Row {row_number(3)} stands at position 3, and was written at position 6." in {
        each.sentence for each in found(log)
    }


def test_two_entries_that_changed_contents_are_named(log: Node) -> None:
    one, other = AuditEvent.objects.get(position=3), AuditEvent.objects.get(position=6)
    for position, event in ((3, other), (6, one)):
        with unguarded():
            AuditEvent.objects.filter(position=position).update(
                case_reference=event.case_reference, record_ids=event.record_ids, at=event.at, salt=event.salt
            )
    assert named(log) == {(Wrong.MOVED, 3, 3), (Wrong.MOVED, 6, 6)}


def test_a_gap_that_was_closed_by_moving_all_later_entries_is_named(log: Node) -> None:
    execute("DELETE FROM records_auditevent WHERE position = 4")
    execute(f"{ROW}position = position + 100 WHERE position > 4")
    execute(f"{ROW}position = position - 101 WHERE position > 100")
    moved = {(Wrong.MOVED, position, position) for position in range(4, 11)}
    assert named(log) == moved | {(Wrong.REMOVED, 11, 11)}


def test_an_entry_that_was_added_behind_the_end_is_named(log: Node) -> None:
    copy_of(5, position=12)
    (finding,) = found(log)
    assert (finding.wrong, finding.rows) == (Wrong.ADDED, (row_number(12),))


def test_an_entry_that_was_added_in_the_place_of_another_is_named(log: Node) -> None:
    vendor = connections["default"].vendor
    if vendor == "sqlite":
        pytest.skip("SQLite keeps the rule of one entry a position within the table itself")
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'records_auditevent'::regclass "
            "AND contype = 'u'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE records_auditevent DROP CONSTRAINT {name}")
    copy_of(5, position=4)
    (finding,) = found(log)
    assert (finding.wrong, finding.first) == (Wrong.ADDED, 4)


def test_a_hash_that_was_changed_beside_a_true_entry_is_named(log: Node) -> None:
    execute(f"{ROW}leaf_hash = salt WHERE position = 5")
    assert named(log) == {(Wrong.HASH, 5, 5)}


@pytest.mark.parametrize("change", ["size = size - 1", "size = size + 1", "frontier = ''"])
def test_a_damaged_state_is_named(log: Node, change: str) -> None:
    execute(STATE + change)
    assert Wrong.STATE in {each.wrong for each in found(log)}


def test_a_state_that_is_gone_is_named_and_the_entries_are_compared_all_the_same(log: Node) -> None:
    execute("DELETE FROM records_auditstate")
    execute(f"{ROW}purpose = 'another' WHERE position = 4")
    assert {Wrong.STATE, Wrong.CHANGED} <= {each.wrong for each in found(log)}


def test_a_state_that_is_no_number_is_named(log: Node) -> None:
    if connections["default"].vendor != "sqlite":
        pytest.skip("only sqlite can hold this")
    execute(f"{STATE}size = 'many'")
    assert {each.wrong for each in found(log)} == {Wrong.STATE}


def test_a_state_of_another_tree_is_named(log: Node) -> None:
    tree = Frontier().extend([bytes(32)] * 12)
    execute("UPDATE records_auditstate SET frontier = %s", tree.to_bytes())
    assert [each.wrong for each in found(log)] == [Wrong.STATE]


def test_a_head_that_was_changed_is_named_and_not_believed(log: Node) -> None:
    note = AuditHead.objects.get(size=7).note
    execute("UPDATE records_audithead SET note = %s WHERE size = 7", note.replace("\n7\n", "\n8\n"))
    (finding,) = found(log)
    assert finding.wrong is Wrong.HEAD
    assert "size 7" in finding.sentence


def test_a_head_whose_columns_were_changed_is_named(log: Node) -> None:
    execute("UPDATE records_audithead SET root = %s WHERE size = 7", bytes(32))
    assert [each.wrong for each in found(log)] == [Wrong.HEAD]


def test_old_heads_that_do_not_fit_are_believed_by_their_signature_only(
    log: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cairn.services.auditing.vouching._VERIFIED_HEADS", 1)
    execute("UPDATE records_audithead SET root = %s WHERE size = 7", bytes(32))
    assert [each.wrong for each in found(log)] == [Wrong.HEAD]
    execute("UPDATE records_audithead SET note = 'nothing' WHERE size = 7")
    assert [each.wrong for each in found(log)] == [Wrong.HEAD]


def test_old_heads_find_what_was_rewritten_too(log: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.services.auditing.vouching._VERIFIED_HEADS", 1)
    without_counterfoil(log)
    rewrite(4, case_reference="another")
    (finding,) = found(log)
    assert (finding.wrong, finding.first, finding.last) == (Wrong.REWRITTEN, 2, 6)


def test_a_head_by_an_unknown_key_is_named(log: Node) -> None:
    forge_head(log, "cairn/" + log.config.identity)
    assert [each.wrong for each in found(log)] == [Wrong.HEAD]


def test_a_given_head_of_another_log_or_key_is_named(log: Node) -> None:
    other = TreeHead("cairn/another", 3, bytes(32))
    mine = TreeHead(f"cairn/{log.config.identity}", 3, bytes(32))
    key = signer("cairn/another")
    heads = [SignedHead(each, (key.sign(each.text, at_s=1),)) for each in (other, mine)]
    first, second = verify_log(log.config, heads=heads).findings
    assert "of another log, cairn/another" in first.sentence
    assert "is not believed" in second.sentence


def test_heads_by_a_key_that_was_lost_are_believed_where_the_key_is_given(log: Node) -> None:
    old = read_signer(log.config)
    assert old is not None
    (log.config.folder / KEY_FILE).unlink()
    renew_signer(log.config)
    assert {each.wrong for each in found(log)} == {Wrong.HEAD, Wrong.COUNTERFOIL}
    assert verify_log(log.config, keys=[old.verifier]).findings == []


@pytest.mark.parametrize("name", ["head", "hashes"])
def test_a_damaged_counterfoil_is_named_and_not_believed(log: Node, name: str) -> None:
    file = log.config.folder / "audit" / name
    content = bytearray(file.read_bytes())
    content[5] ^= 1
    file.write_bytes(content)
    verified = verify_log(log.config)
    assert [each.wrong for each in verified.findings] == [Wrong.COUNTERFOIL]
    assert verified.by_counterfoil == 0


def test_a_head_of_another_log_that_this_node_has_witnessed_does_not_pass_as_its_own(log: Node) -> None:
    own = read_signer(log.config)
    assert own is not None
    tree = AuditState.objects.get().tree
    head = TreeHead("cairn/another", tree.size, tree.root)
    note = SignedHead(head, (own.sign(head.text, at_s=1),)).text
    AuditHead.objects.create(size=tree.size, root=tree.root, note=note)
    verified = verify_log(log.config)
    assert [each.wrong for each in verified.findings] == [Wrong.HEAD]
    assert verified.covered == 10


def test_a_look_that_was_hidden_from_the_owner_is_named(log: Node) -> None:
    number = row_number(5)
    execute("DELETE FROM records_auditedseries WHERE event_id = %s", number)
    (finding,) = found(log)
    assert (finding.wrong, finding.first, finding.rows) == (Wrong.UNLISTED, 5, (number,))


def test_the_key_of_another_node_is_not_believed(log: Node) -> None:
    with pytest.raises(InputError, match="key of cairn/node-b"):
        verify_log(log.config, keys=[signer("cairn/node-b").verifier])


def test_a_witness_is_named_with_the_longest_head_it_signed(log: Node) -> None:
    witness = signer("cairn/node-b")
    for head in AuditHead.objects.filter(size__in=(7, 10)):
        line = witness.sign(head.signed.signed_text, at_s=1).line
        AuditCosignature.objects.create(head=head, key=witness.verifier.text, line=line)
    assert verify_log(log.config).witnesses == (("cairn/node-b", 10),)


@pytest.mark.parametrize("column", ["key", "line"])
def test_a_witness_whose_signature_does_not_hold_is_not_named_as_one(log: Node, column: str) -> None:
    witness, other = signer("cairn/node-b"), signer("cairn/node-c")
    head = AuditHead.objects.get(size=10)
    values = {"key": witness.verifier.text, "line": other.sign(head.signed.signed_text, at_s=1).line}
    AuditCosignature.objects.create(head=head, **{**values, column: "nothing"})
    AuditCosignature.objects.create(head=head, **{**values, "key": other.verifier.text[:-9] + "AAAAAAAA="})
    verified = verify_log(log.config)
    assert [each.wrong for each in verified.findings] == [Wrong.HEAD, Wrong.HEAD]
    assert verified.witnesses == ()


def test_more_than_can_be_named_is_counted(log: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cairn.services.auditing.walking.MOST_NAMED", 3)
    execute(f"{ROW}case_reference = 'another' WHERE position >= 4")
    verified = verify_log(log.config)
    assert (len(verified.findings), verified.unnamed) == (3, 5)


def leaves() -> list[bytes]:
    rows = AuditEvent.objects.order_by("position").values_list("leaf_hash", flat=True)
    return [bytes(leaf) for leaf in rows]


def copy_of(original: int, *, position: int) -> None:
    """Write a row that says what another says, as if it stood elsewhere."""
    columns = (
        "at, tag, actor_id, actor_code, user_id, case_reference, purpose, record_ids, counts, salt, leaf_hash"
    )
    execute(
        f"INSERT INTO records_auditevent (position, {columns}) "  # noqa: S608 - the names above
        f"SELECT %s, {columns} FROM records_auditevent WHERE position = %s",
        position,
        original,
    )


def forge_head(node: Node, name: str) -> None:
    """Record a head that the node never signed, over what the log is now."""
    tree = AuditState.objects.get().tree
    head = TreeHead(name, tree.size, tree.root)
    note = SignedHead(head, (signer(name).sign(head.text, at_s=1),)).text
    AuditHead.objects.create(size=tree.size, root=tree.root, note=note)
