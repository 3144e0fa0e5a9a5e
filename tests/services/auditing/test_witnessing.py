"""A witness signs a log that has only grown, and refuses every other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cairn.errors import AccessError, InputError, IntegrityError
from cairn.records.audit import AuditEvent, AuditHead, AuditTag, WitnessedHead
from cairn.records.users import Actor, Role, User
from cairn.services.auditing.proving import prove_growth, take_head
from cairn.services.auditing.signing import public_key
from cairn.services.auditing.verifying import verify_log
from cairn.services.auditing.witnessing import keep_cosignature, witness
from cairn.transparency import (
    Frontier,
    GrowthProof,
    SignedHead,
    Signer,
    TreeHead,
    consistency_spans,
    leaf_hash,
    span_roots,
)
from services.auditing.acts import act
from services.seizures import unit
from transparency.signers import signer

if TYPE_CHECKING:
    from cairn.records.authorities import Authority
    from cairn.services.node.opening import Node

OTHER = signer("cairn/node-b")
ENTRIES = [f"entry {number}".encode() for number in range(20)]


def growth(since: int, size: int, entries: list[bytes] = ENTRIES) -> GrowthProof:
    """Answer a head of another node's log, with the proof that it grew since then."""
    leaves = [leaf_hash(entry) for entry in entries[:size]]
    head = TreeHead(OTHER.name, size, Frontier().extend(leaves).root)
    signed = SignedHead(head, (OTHER.sign(head.text, at_s=1),))
    return GrowthProof(since, span_roots(consistency_spans(since, size=size), leaves), signed)


def witness_other(node: Node, proof: GrowthProof, *, key: bool = False) -> SignedHead:
    return witness(node, proof, actor=node.operator, key=OTHER.verifier if key else None)


def someone(authority: Authority, role: Role) -> Actor:
    login = f"{authority.code}-{role}"
    return Actor.person(User.objects.create(authority=authority, login=login, name=login, role=role))


def test_a_head_is_signed_recorded_and_audited(node: Node) -> None:
    signed = witness_other(node, growth(0, 8), key=True)
    assert signed.signature_by(public_key(node.config)) is not None
    assert signed.signature_by(OTHER.verifier) is not None
    row = WitnessedHead.objects.get()
    assert (row.origin, row.size, row.note) == (OTHER.name, 8, signed.text)
    event = AuditEvent.objects.latest("position")
    assert (event.tag, event.record_ids, event.counts) == (AuditTag.HEAD_WITNESSED, [row.pk], {"size": 8})


def test_the_public_key_has_to_be_known_once(node: Node) -> None:
    with pytest.raises(InputError, match="never witnessed here"):
        witness_other(node, growth(0, 8))
    witness_other(node, growth(0, 8), key=True)
    assert witness_other(node, growth(8, 13)).head.size == 13


def test_the_same_head_again_gets_the_same_answer(node: Node) -> None:
    first = witness_other(node, growth(0, 8), key=True)
    assert witness_other(node, growth(0, 8)) == first
    assert WitnessedHead.objects.count() == 1


def test_a_proof_has_to_start_where_the_last_one_ended(node: Node) -> None:
    witness_other(node, growth(0, 8), key=True)
    for proof in (growth(0, 13), growth(7, 13), growth(0, 5)):
        with pytest.raises(InputError, match="--since 8"):
            witness_other(node, proof)
    assert not AuditEvent.objects.filter(tag=AuditTag.HEAD_REFUSED).exists()


def test_a_head_that_somebody_else_has_signed_is_refused(node: Node) -> None:
    forged = growth(0, 8)
    other = signer("cairn/node-c")
    signatures = (other.sign(forged.head.signed_text, at_s=1),)
    with pytest.raises(IntegrityError, match="none of the keys"):
        witness_other(node, replace(forged, head=replace(forged.head, signatures=signatures)), key=True)
    assert not WitnessedHead.objects.exists()


@pytest.mark.parametrize(
    "second",
    [
        growth(0, 8, [b"another", *ENTRIES[1:]]),
        growth(8, 13, [b"another", *ENTRIES[1:]]),
        replace(growth(8, 13), path=(bytes(32),) * 3),
    ],
    ids=["two logs of one length", "a rewritten log", "a proof that does not hold"],
)
def test_a_log_that_did_not_grow_from_the_last_head_is_refused_and_that_is_an_act(
    node: Node, second: GrowthProof
) -> None:
    witness_other(node, growth(0, 8), key=True)
    with pytest.raises(IntegrityError) as raised:
        witness_other(node, second)
    assert raised.value.code == "witness.split"
    event = AuditEvent.objects.latest("position")
    assert (event.tag, event.counts["last"]) == (AuditTag.HEAD_REFUSED, 8)
    assert WitnessedHead.objects.count() == 1
    assert witness_other(node, growth(8, 13)).head.size == 13


def test_a_node_does_not_witness_itself(node: Node) -> None:
    own = prove_growth(node.config, 0)
    with pytest.raises(InputError, match="own log"):
        witness(node, own, actor=node.operator, key=public_key(node.config))


def test_who_may_not_read_the_log_does_not_witness(node: Node) -> None:
    with pytest.raises(AccessError):
        witness(node, growth(0, 8), actor=Actor(node.authority, frozenset({Role.INVESTIGATOR})))


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_nobody_of_another_authority_signs_for_the_node(node: Node, role: Role) -> None:
    elsewhere = someone(unit(node, "BR-UNIT"), role)
    with pytest.raises(AccessError):
        witness(node, growth(0, 8), actor=elsewhere, key=OTHER.verifier)
    with pytest.raises(AccessError):
        take_head(node, 0, actor=elsewhere)
    head = prove_growth(node.config, 0).head
    signed = head.with_signature(OTHER.sign(head.signed_text, at_s=1))
    with pytest.raises(AccessError):
        keep_cosignature(node, signed, actor=elsewhere, key=OTHER.verifier)
    assert not WitnessedHead.objects.exists()


def test_a_key_that_is_believed_is_replaced_by_an_administrator_only(node: Node) -> None:
    witness_other(node, growth(0, 8), key=True)
    other = Signer(OTHER.name, signer("another key").private)
    proof = growth(8, 13)
    by_other = replace(proof.head, signatures=(other.sign(proof.head.signed_text, at_s=1),))
    proof = replace(proof, head=by_other)
    with pytest.raises(AccessError):
        witness(node, proof, actor=someone(node.authority, Role.AUDITOR), key=other.verifier)
    witness(node, proof, actor=node.operator, key=other.verifier)
    trusted = AuditEvent.objects.filter(tag=AuditTag.KEY_TRUSTED).order_by("position")
    numbers = WitnessedHead.objects.order_by("size").values_list("pk", flat=True)
    assert [event.record_ids for event in trusted] == [[number] for number in numbers]


def test_a_head_is_handed_out_as_an_act(node: Node) -> None:
    head = take_head(node, 0, actor=someone(node.authority, Role.AUDITOR)).head.head
    event = AuditEvent.objects.latest("position")
    assert (event.tag, head.size) == (AuditTag.HEAD_TAKEN, event.position + 1)


def test_what_a_witness_signed_is_kept_and_verified(node: Node) -> None:
    act(node, 3)
    head = prove_growth(node.config, 0).head
    signed = head.with_signature(OTHER.sign(head.signed_text, at_s=1))
    for _ in range(2):
        keep_cosignature(node, signed, actor=node.operator, key=OTHER.verifier)
    assert verify_log(node.config).witnesses == ((OTHER.name, 5),)
    event = AuditEvent.objects.get(tag=AuditTag.COSIGNATURE_KEPT)
    assert event.counts == {"size": 5}


def test_a_signature_under_another_head_or_by_another_key_is_not_kept(node: Node) -> None:
    head = prove_growth(node.config, 0).head
    signed = head.with_signature(OTHER.sign(head.signed_text, at_s=1))
    other_head = replace(signed, head=replace(head.head, size=1))
    for wrong, key in ((head, OTHER.verifier), (signed, signer("cairn/node-c").verifier)):
        with pytest.raises(InputError, match="no head of this node's log"):
            keep_cosignature(node, wrong, actor=node.operator, key=key)
    with pytest.raises(IntegrityError, match="is false"):
        keep_cosignature(node, other_head, actor=node.operator, key=OTHER.verifier)
    assert not AuditHead.objects.exclude(cosignatures=None).exists()
