"""Proofs for people who have no access to the log: this entry is in it, and it has only grown since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import AccessError, InputError, IntegrityError
from cairn.records import audit
from cairn.records.access import Act, require, visible_events
from cairn.records.connection import database_errors_in_words
from cairn.records.counterfoil import Counterfoil
from cairn.records.lock import under_lock
from cairn.sentences import Sentence
from cairn.services.auditing.signing import sign_head
from cairn.transparency import (
    EntryProof,
    GrowthProof,
    VerifierKey,
    consistency_spans,
    inclusion_spans,
    parse_entry_proof,
    span_roots,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.records.node import NodeConfig
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node
    from cairn.transparency import Span


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof says once it holds.

    Attributes:
        entry: The entry, one line of JSON.
        position: Where it stands.
        size: How long the log was when its head was signed.
        origin: Whose log it is.
        signed: Every trusted signer, with the time that it gives.
    """

    entry: str
    position: int
    size: int
    origin: str
    signed: Sequence[tuple[str, datetime]]


@under_lock
def prove_entry(node: Node, position: int, *, actor: Actor) -> EntryProof:
    """Answer the proof that the entry at this position is in the log, under a head of now; it is audited.

    Raises:
        AccessError: There is no such entry, or the actor may not read it (``access.missing``).
        IntegrityError: The log does not hold; see ``sign_head``, or ``proof.inclusion``.
        ConfigurationError: As ``sign_head``.
    """
    require(actor, Act.AUDIT_READ)
    with database_errors_in_words(), transaction.atomic():
        event = visible_events(actor).filter(position=position).first()
        if event is None:
            raise AccessError(
                Sentence("There is no entry at position %(position)s.", position=str(position)),
                code="access.missing",
            )
        audit.append(audit.AuditTag.LOG_PROVEN, actor=actor, record_ids=[position])
    head = sign_head(node.config)
    path = _roots(node.config, inclusion_spans(position, size=head.head.size), head.head.size)
    proof = EntryProof(event.entry.encoded(), position, path, head)
    proof.require()
    return proof


@under_lock
def take_head(node: Node, since: int, *, actor: Actor) -> GrowthProof:
    """Answer a head of now for a witness or a notary, with the proof of its growth; it is audited.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: The log was never that long (``head.too-long``).
        IntegrityError: As ``sign_head``.
        ConfigurationError: As ``sign_head``.
    """
    require(actor, Act.HEAD_WITNESS, node.authority)
    with database_errors_in_words(), transaction.atomic():
        audit.append(audit.AuditTag.HEAD_TAKEN, actor=actor, counts={"since": since})
    return prove_growth(node.config, since)


def prove_growth(config: NodeConfig, since: int) -> GrowthProof:
    """Answer a head of now with the proof that the log has grown from its first ``since`` entries.

    Raises:
        InputError: The log was never that long (``head.too-long``).
        IntegrityError: As ``sign_head``.
        ConfigurationError: As ``sign_head``.
    """
    head = sign_head(config)
    size = head.head.size
    if since > size:
        raise InputError(
            Sentence(
                "The log has %(size)s entries, and never had %(since)s.", size=str(size), since=str(since)
            ),
            code="head.too-long",
        )
    return GrowthProof(since, _roots(config, consistency_spans(since, size=size), size), head)


def check_proof(text: str, keys: Sequence[VerifierKey]) -> Proven:
    """Answer what a proof of an entry says, verified with public keys alone: the node's, and witnesses'.

    Raises:
        InputError: It is no proof (``proof.invalid``, ``head.invalid``).
        IntegrityError: It does not hold (``proof.inclusion``), none of the keys has signed it, or a signature
            is false (``head.signature``).
    """
    proof = parse_entry_proof(text)
    proof.require()
    proof.head.require_own_signature(keys)
    signed = [(key.name, proof.head.signature_by(key)) for key in keys]
    return Proven(
        entry=proof.entry.decode("utf-8", "backslashreplace"),
        position=proof.index,
        size=proof.head.head.size,
        origin=proof.head.head.origin,
        signed=[(name, datetime.fromtimestamp(each.at_s, UTC)) for name, each in signed if each is not None],
    )


def _roots(config: NodeConfig, spans: Sequence[Span], size: int) -> tuple[bytes, ...]:
    """Answer the roots of subtrees, from the counterfoil, which the head that was just signed covers."""
    try:
        return span_roots(spans, Counterfoil(config.folder).leaves(end=size))
    except ValueError:
        raise IntegrityError(
            Sentence("The counterfoil of the audit log is shorter than its head. See: cairn audit verify"),
            code="audit.counterfoil",
        ) from None
