"""Signing heads of the log: the node's word that this is its log, and that it has only grown."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import ConfigurationError, IntegrityError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.audit import AuditHead, AuditState, stored_rows
from cairn.records.connection import database_errors_in_words
from cairn.records.counterfoil import Counterfoil
from cairn.records.lock import node_work, under_lock
from cairn.records.node_key import make_signer, read_signer, renew_signer, trusted_keys
from cairn.transparency import Frontier, SignedHead, TreeHead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.records.node import NodeConfig
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node
    from cairn.transparency import Signer, VerifierKey


@node_work("the log is signed whole")
def sign_head(config: NodeConfig) -> SignedHead:
    """Answer a signed head of the whole log as it is now; where nothing was added since the last, that one.

    What was appended since is compared with the tree first: no head is ever signed over a log that was
    rewritten below the last one, or over an entry that does not fit its hash. It costs what was appended
    since, however long the log is. Call it outside of transactions.

    Raises:
        IntegrityError: The log does not continue the last signed head (``audit.rewritten``,
            ``audit.shortened``), or the counterfoil is damaged (``audit.counterfoil``).
        ConfigurationError: The key or the counterfoil cannot be read or written (``node.key``,
            ``node.key-missing``, ``audit.counterfoil``).
    """
    counterfoil = Counterfoil(config.folder)
    with database_errors_in_words(), counterfoil.locked():
        signer = node_signer(config)
        last, before = _last_head(config, counterfoil)
        tree = AuditState.objects.get().tree
        if last is not None and last.head.size > tree.size:
            raise _shortened(last.head.size - tree.size)
        leaves = _growth(before, tree, last)
        if last is None or last.head.size < tree.size:
            last = _record(_signed(signer, tree))
        if before.size < tree.size:
            counterfoil.keep(leaves, after=before.size, head=last, frontier=tree)
        return last


def signed_entries(config: NodeConfig) -> tuple[int, int]:
    """Answer how many entries the log has, and how many of them are signed; only what surrounds them is read.

    Raises:
        IntegrityError: The log is shorter than what was signed (``audit.shortened``), the counterfoil is
            damaged (``audit.counterfoil``), or the state of the log is (``log.frontier``).
        ConfigurationError: The key is missing or damaged (``node.key``, ``node.key-missing``).
    """
    with database_errors_in_words():
        if read_signer(config) is None:
            raise _key_missing()
        last, _ = _last_head(config, Counterfoil(config.folder))
        state = AuditState.objects.first()
    size = 0 if state is None else state.tree.size
    signed = 0 if last is None else last.head.size
    if signed > size:
        raise _shortened(signed - size)
    return size, signed


def public_key(config: NodeConfig) -> VerifierKey:
    """Answer the public half of the node's key.

    Raises:
        ConfigurationError: As ``node_signer``.
    """
    with database_errors_in_words(), Counterfoil(config.folder).locked():
        return node_signer(config).verifier


@under_lock
def renew_key(node: Node, *, actor: Actor, lost: VerifierKey | None = None) -> VerifierKey:
    """Answer the public half of a new key that signs from now on; the act is audited and signed with it.

    Args:
        node: The node.
        actor: Who exchanges the key.
        lost: The public half of the old key, where its file is lost.

    Raises:
        AccessError: The actor may not (``access.missing``).
        ConfigurationError: The old key is lost, and its public half is not given (``node.key-missing``); or
            the files cannot be written (``node.key``).
        InputError: The lost key is one of another node (``key.foreign``).
        IntegrityError: As ``sign_head``.
    """
    require(actor, Act.NODE_MANAGE, node.authority)
    with database_errors_in_words():
        with Counterfoil(node.config.folder).locked():
            if lost is None:
                node_signer(node.config)
            new = renew_signer(node.config, lost=lost)
        with transaction.atomic():
            audit.append(audit.AuditTag.KEY_RENEWED, actor=actor)
        sign_head(node.config)
    return new.verifier


def node_signer(config: NodeConfig) -> Signer:
    """Answer the node's signer; a node that has never signed anything gets its key now.

    Raises:
        ConfigurationError: The node has signed before, and its key is gone (``node.key-missing``), or the
            key cannot be read or written (``node.key``).
    """
    signer = read_signer(config)
    if signer is not None:
        return signer
    if AuditHead.objects.exists():
        raise _key_missing()
    return make_signer(config)


def _last_head(config: NodeConfig, counterfoil: Counterfoil) -> tuple[SignedHead | None, Frontier]:
    """Answer the last signed head, and the tree up to which the counterfoil holds the hashes."""
    recorded = AuditHead.objects.order_by("size").last()
    last = None if recorded is None else recorded.signed
    stub = counterfoil.read()
    if stub is not None and (last is None or last.head.size <= stub.head.head.size):
        last = stub.head
    for head in (last, None if stub is None else stub.head):
        if head is not None:
            head.require_own_signature(trusted_keys(config))
    return last, Frontier() if stub is None else stub.frontier


def _growth(before: Frontier, tree: Frontier, last: SignedHead | None) -> Sequence[bytes]:
    """Answer the hashes of the entries that are in ``tree`` and not in ``before``, each one compared.

    Raises:
        IntegrityError: They do not lead from one to the other, or not by way of the last head.
    """
    leaves: list[bytes] = []
    for row in stored_rows(before.size, end=tree.size):
        position = before.size + len(leaves)
        if row.position != position or row.leaf_at(position) != row.leaf:
            break
        leaves.append(row.leaf)
    middle = before.size if last is None else max(before.size, last.head.size)
    at_last = before.extend(leaves[: middle - before.size])
    grown = at_last.extend(leaves[middle - before.size :])
    if grown != tree or (last is not None and at_last.root != last.head.root):
        raise IntegrityError(
            "The audit log was changed after the node had signed it, or an entry does not fit its hash, so "
            "no head is signed. Find out what was changed with: cairn audit verify",
            code="audit.rewritten",
        )
    return leaves


def _signed(signer: Signer, tree: Frontier) -> SignedHead:
    head = TreeHead(signer.name, tree.size, tree.root)
    return SignedHead(head, (signer.sign(head.text, at_s=int(time.time())),))


def _record(signed: SignedHead) -> SignedHead:
    """Write the head into the records, and be sure that it stays there before the counterfoil has it."""
    head = signed.head
    with transaction.atomic(durable=True):
        AuditHead.objects.create(size=head.size, root=head.root, note=signed.text)
    return signed


def _key_missing() -> ConfigurationError:
    return ConfigurationError(
        "The node's key, node.key in its folder, is missing. Put it back from a backup; if it is lost, make "
        "a new one with: cairn audit key --new --lost KEY",
        code="node.key-missing",
    )


def _shortened(missing: int) -> IntegrityError:
    return IntegrityError(
        f"The audit log is shorter than the node has signed it: {missing} entries are missing at its end. "
        "Was a backup put back? See 'The counterfoil' in the documentation of the audit log.",
        code="audit.shortened",
    )
