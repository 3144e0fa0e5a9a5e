"""Overseeing the log from a page: verifying it as an act, and the heads that were signed over it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, missing, require
from cairn.records.audit import AuditHead
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import node_work, under_lock
from cairn.sentences import Sentence
from cairn.services.auditing.signing import public_key, signed_entries
from cairn.services.auditing.verifying import verify_log
from cairn.transparency import parse_signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.records.users import Actor
    from cairn.services.auditing.findings import Verification
    from cairn.services.node.opening import Node
    from cairn.transparency import SignedHead

QUICK_ENTRIES = 100_000
"""Up to so many entries are verified while somebody waits; it takes some seconds."""
HEADS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class HeadRow:
    """One signed head.

    Attributes:
        size: How many entries it covers.
        root: The root over them, in hexadecimal digits.
        signed: Who signed it, each with the time that the signature gives: this node first, then witnesses.
    """

    size: int
    root: str
    signed: Sequence[tuple[str, datetime]]


@dataclass(frozen=True, slots=True)
class SignedLog:
    """How far the log is signed, and by whom.

    Attributes:
        entries: How many it has.
        covered: How many of them the newest head covers.
        key: The node's public key, as those need it who check proofs.
        heads: The newest heads, the newest first.
        before: The size before which the next page begins; ``None`` on the last.
    """

    entries: int
    covered: int
    key: str
    heads: Sequence[HeadRow]
    before: int | None


@under_lock
def verify_as(node: Node, *, actor: Actor) -> Verification:
    """Verify the whole log as an act of somebody; what was found is in the log from now on.

    Raises:
        AccessError: The actor may not read the log (``access.missing``).
        InputError: It is too long to wait for (``audit.long``).
        ConfigurationError: As ``verify_log``.
    """
    require(actor, Act.AUDIT_READ)
    entries, _ = _signed(node)
    if entries > QUICK_ENTRIES:
        raise InputError(
            Sentence(
                "The log has %(entries)s entries, which takes longer than a page can wait. Verify it "
                "with: cairn audit verify",
                entries=entries,
            ),
            code="audit.long",
        )
    found = verify_log(node.config)
    counts = {"entries": found.entries, "wrong": len(found.findings) + found.unnamed}
    with database_errors_in_words(), transaction.atomic():
        audit.append(audit.AuditTag.LOG_VERIFIED, actor=actor, counts=counts)
    return found


@under_lock
def signed_log(node: Node, *, actor: Actor, before: int | None = None) -> SignedLog:
    """Answer how far the log is signed, with a page of its heads; the look is audited.

    Raises:
        AccessError: The actor may not read the log (``access.missing``).
        IntegrityError: The log is not what was signed; see ``signed_entries``.
        ConfigurationError: As ``signed_entries``.
    """
    require(actor, Act.AUDIT_READ)
    key = _key(node)
    entries, covered = _signed(node)
    with database_errors_in_words(), transaction.atomic():
        rows = _heads(before)
        audit.append(audit.AuditTag.LOG_LISTED, actor=actor, counts={"heads": len(rows[:HEADS_SHOWN])})
    heads = [_row(size, signed) for size, signed in rows[:HEADS_SHOWN]]
    return SignedLog(entries, covered, key, heads, heads[-1].size if len(rows) > HEADS_SHOWN else None)


@under_lock
def signed_head(actor: Actor, size: int) -> SignedHead:
    """Answer the head of this size with every signature under it; the look is audited.

    Raises:
        AccessError: There is none, or the actor may not read the log (``access.missing``).
    """
    require(actor, Act.AUDIT_READ)
    with database_errors_in_words(), transaction.atomic():
        found = _head(size)
        if found is None:
            raise missing()
        audit.append(audit.AuditTag.LOG_LISTED, actor=actor, counts={"heads": 1})
    return found


_WHY = "heads are of the whole log, which nobody else sees whole"


@node_work(_WHY)
def _signed(node: Node) -> tuple[int, int]:
    return signed_entries(node.config)


@node_work(_WHY)
def _key(node: Node) -> str:
    return public_key(node.config).text


@node_work(_WHY)
def _heads(before: int | None) -> Sequence[tuple[int, SignedHead]]:
    rows = AuditHead.objects.prefetch_related("cosignatures").order_by("-size")
    if before is not None:
        rows = rows.filter(size__lt=before)
    return [(row.size, _whole(row)) for row in rows[: HEADS_SHOWN + 1]]


@node_work(_WHY)
def _head(size: int) -> SignedHead | None:
    row = AuditHead.objects.prefetch_related("cosignatures").filter(size=size).first()
    return None if row is None else _whole(row)


def _whole(row: AuditHead) -> SignedHead:
    """Answer a head with what witnesses have signed too."""
    signed = row.signed
    for cosignature in row.cosignatures.all():
        signature = parse_signature(cosignature.line.removesuffix("\n"))
        if signature is not None:
            signed = signed.with_signature(signature)
    return signed


def _row(size: int, signed: SignedHead) -> HeadRow:
    made = [(each.name, datetime.fromtimestamp(each.at_s, UTC)) for each in signed.signatures]
    return HeadRow(size, signed.head.root.hex(), made)
