"""Witnessing: signing heads of others' logs that have only grown, and keeping what others signed of ours.

Source of the rules: C2SP tlog-witness, "add-checkpoint"; the exchange is by files.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError, IntegrityError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.audit import AuditCosignature, AuditHead, WitnessedHead, locked_tree
from cairn.records.connection import database_errors_in_words
from cairn.records.counterfoil import Counterfoil
from cairn.records.lock import under_lock
from cairn.records.node_key import log_name
from cairn.services.auditing.signing import node_signer
from cairn.transparency import VerifierKey, parse_head

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node
    from cairn.transparency import GrowthProof, SignedHead


@under_lock
def witness(node: Node, growth: GrowthProof, *, actor: Actor, key: VerifierKey | None = None) -> SignedHead:
    """Answer another node's head with this node's signature below it; both are recorded, and the act audited.

    Args:
        node: This node.
        growth: The other's head, with the proof that its log grew from the last head that was witnessed.
        actor: Who witnesses.
        key: The other node's public key; needed the first time, and when it has a new one.

    Raises:
        AccessError: The actor may not, or may not put another key in the place of one that was believed
            (``access.missing``).
        InputError: The other's key is not known yet (``witness.key``), the head is of this node's own log
            (``witness.own``), or the proof starts elsewhere than at the last head (``witness.since``).
        IntegrityError: The signature is false or of another key (``head.signature``), or the log did not grow
            from the last head (``witness.split``): one of the two was shown to somebody as the truth.
    """
    require(actor, Act.HEAD_WITNESS, node.authority)
    head = growth.head.head
    if head.origin == log_name(node.config):
        raise InputError("That is a head of this node's own log.", code="witness.own")
    with database_errors_in_words():
        with Counterfoil(node.config.folder).locked():
            signer = node_signer(node.config)
        with transaction.atomic():
            locked_tree()  # So that heads of one log are witnessed one after the other.
            last = WitnessedHead.objects.filter(origin=head.origin).order_by("size").last()
            trusted = _trusted(key, last)
            growth.head.require_own_signature([trusted])
            refusal = _refusal(growth, last)
            if refusal is None and last is not None and last.size == head.size:
                return parse_head(last.note)
            if refusal is None:
                signature = signer.sign(growth.head.signed_text, at_s=int(time.time()))
                signed = growth.head.with_signature(signature)
                is_new_key = last is None or trusted.text != last.key
                if is_new_key and last is not None:
                    require(actor, Act.NODE_MANAGE, node.authority)
                _record(signed, trusted, actor, is_new_key=is_new_key)
                return signed
            if isinstance(refusal, IntegrityError) and last is not None:
                counts = {"size": head.size, "last": last.size}
                audit.append(audit.AuditTag.HEAD_REFUSED, actor=actor, counts=counts)
    raise refusal


@under_lock
def keep_cosignature(node: Node, signed: SignedHead, *, actor: Actor, key: VerifierKey) -> AuditHead:
    """Keep the signature that a witness has put under a head of this node's log; it is audited, once.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: The head is not one of this node's, or carries no signature by this key
            (``witness.unknown``).
        IntegrityError: The signature is false (``head.signature``).
    """
    require(actor, Act.HEAD_WITNESS, node.authority)
    with database_errors_in_words(), transaction.atomic():
        head = AuditHead.objects.filter(size=signed.head.size, root=signed.head.root).first()
        signature = signed.signature_by(key)
        if signed.head.origin != log_name(node.config) or head is None or signature is None:
            raise InputError(
                "That is no head of this node's log with a signature by this key.", code="witness.unknown"
            )
        kept, is_new = AuditCosignature.objects.get_or_create(
            head=head, key=key.text, defaults={"line": signature.line}
        )
        if is_new:
            counts = {"size": head.size}
            audit.append(audit.AuditTag.COSIGNATURE_KEPT, actor=actor, record_ids=[kept.pk], counts=counts)
        return head


def _trusted(key: VerifierKey | None, last: WitnessedHead | None) -> VerifierKey:
    if key is not None:
        return key
    if last is None:
        raise InputError(
            "This log was never witnessed here. Ask its owner for the public key, by a way that you trust, "
            "and give it with --key.",
            code="witness.key",
        )
    return VerifierKey.parse(last.key)


def _refusal(growth: GrowthProof, last: WitnessedHead | None) -> InputError | IntegrityError | None:
    """Answer why the head is not signed, or ``None``."""
    if last is None:
        return None
    head = growth.head.head
    if head.size == last.size:
        return None if head.root == bytes(last.root) else _split(head.size, last.size)
    if growth.old_size != last.size:
        return InputError(
            f"This node last witnessed the log of {last.origin} with {last.size} entries. Ask its owner for "
            f"a newer head that goes on from there: cairn audit head --since {last.size}",
            code="witness.since",
        )
    return None if growth.holds_from(bytes(last.root)) else _split(head.size, last.size)


def _record(signed: SignedHead, key: VerifierKey, actor: Actor, *, is_new_key: bool) -> None:
    head = signed.head
    row = WitnessedHead.objects.create(
        origin=head.origin,
        key=key.text,
        size=head.size,
        root=head.root,
        note=signed.text,
        witnessed_at=timezone.now(),
    )
    if is_new_key:
        audit.append(audit.AuditTag.KEY_TRUSTED, actor=actor, record_ids=[row.pk])
    audit.append(audit.AuditTag.HEAD_WITNESSED, actor=actor, record_ids=[row.pk], counts={"size": head.size})


def _split(size: int, last: int) -> IntegrityError:
    return IntegrityError(
        f"The head of {size} entries does not follow from the one of {last} that this node has witnessed: "
        "the log was rewritten, or two different logs are shown. Nothing was signed. Keep both files, and "
        "tell those who rely on that log.",
        code="witness.split",
    )
