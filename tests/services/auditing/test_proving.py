"""A proof shows one entry and no other, and is checked with public keys alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError, IntegrityError
from cairn.records.audit import AuditEvent, AuditTag
from cairn.records.users import Actor, Role
from cairn.services.auditing.proving import check_proof, prove_entry, prove_growth
from cairn.services.auditing.signing import public_key
from services.auditing.acts import act
from services.seizures import unit
from transparency.signers import signer

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def test_an_entry_is_proven_to_somebody_who_has_the_public_key_only(node: Node) -> None:
    act(node, 6)
    proof = prove_entry(node, 4, actor=node.operator)
    proven = check_proof(proof.text, [public_key(node.config)])
    assert (proven.position, proven.size, proven.origin) == (4, 9, f"cairn/{node.config.identity}")
    assert json.loads(proven.entry)["case"] == "Fall 2"
    assert [name for name, _ in proven.signed] == [proven.origin]


def test_a_proof_says_nothing_of_other_entries(node: Node) -> None:
    act(node, 6)
    text = prove_entry(node, 4, actor=node.operator).text
    salts = [bytes(event.salt).hex() for event in AuditEvent.objects.exclude(position=4)]
    assert not any(salt in text for salt in salts)


def test_the_proof_is_an_act(node: Node) -> None:
    prove_entry(node, 1, actor=node.operator)
    event = AuditEvent.objects.latest("position")
    assert (event.tag, event.record_ids) == (AuditTag.LOG_PROVEN, [1])


def test_what_one_may_not_read_and_what_is_not_there_are_not_told_apart(node: Node) -> None:
    other = Actor.operator(unit(node, "BR-UNIT"))
    for position, asker in ((1, other), (99, node.operator)):
        with pytest.raises(AccessError, match="no entry at position"):
            prove_entry(node, position, actor=asker)
    with pytest.raises(AccessError):
        prove_entry(node, 1, actor=Actor(node.authority, frozenset({Role.INVESTIGATOR})))


def test_a_proof_is_worth_nothing_without_the_nodes_own_signature(node: Node) -> None:
    text = prove_entry(node, 1, actor=node.operator).text
    with pytest.raises(IntegrityError, match="none of the keys"):
        check_proof(text, [signer("cairn/another").verifier])


def test_a_proof_that_was_changed_is_noticed(node: Node) -> None:
    act(node, 6)
    text = prove_entry(node, 4, actor=node.operator).text
    with pytest.raises(IntegrityError, match="does not hold"):
        check_proof(text.replace("index 4", "index 5"), [public_key(node.config)])
    with pytest.raises(InputError, match="no proof"):
        check_proof("something else", [public_key(node.config)])


def test_growth_is_proven_from_every_earlier_length(node: Node) -> None:
    act(node, 5)
    old = prove_growth(node.config, 0).head
    act(node, 4)
    growth = prove_growth(node.config, old.head.size)
    assert growth.head.head.size == 11
    assert growth.holds_from(old.head.root)
    with pytest.raises(InputError, match="never had 12"):
        prove_growth(node.config, 12)
