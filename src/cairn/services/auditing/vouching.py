"""What vouches for the log: signed heads from everywhere they are kept, and the counterfoil."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.errors import CairnError, InputError, IntegrityError
from cairn.records.audit import AuditCosignature, AuditHead, stored_bytes
from cairn.records.counterfoil import Counterfoil
from cairn.records.node_key import log_name
from cairn.services.auditing.findings import Finding, Wrong
from cairn.transparency import Frontier, TreeHead, parse_signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cairn.records.node import NodeConfig
    from cairn.transparency import SignedHead, VerifierKey


_VERIFIED_HEADS = 1_000
"""A signature takes 0.1 ms to verify. One that holds speaks for everything before it, so older heads only say
more where they do not fit the log: then their signatures are verified too."""


@dataclass(frozen=True, slots=True)
class Vouchers:
    """What the log is compared with.

    Attributes:
        heads: Heads, by size; the signatures of those from ``verified_from`` on hold.
        verified_from: The size from which on signatures were verified.
        kept: How many hashes of the counterfoil can be trusted.
        witnesses: Names of witnesses, each with the longest head that its signature holds under.
        findings: Heads, signatures and counterfoils that do not hold.
    """

    heads: Sequence[TreeHead]
    verified_from: int
    kept: int
    witnesses: Sequence[tuple[str, int]]
    findings: Sequence[Finding]


def vouchers(config: NodeConfig, keys: Sequence[VerifierKey], given: Sequence[SignedHead]) -> Vouchers:
    """Answer everything that vouches for the log, verified as far as it can be without the log.

    Args:
        config: The node.
        keys: The public keys that are believed.
        given: Further heads, such as one that a notary has kept.
    """
    findings: list[Finding] = []
    newest = list(AuditHead.objects.order_by("-size")[:_VERIFIED_HEADS])
    verified_from = newest[-1].size if newest else 0
    older = AuditHead.objects.filter(size__lt=verified_from).order_by("size")
    heads = [
        TreeHead(log_name(config), size, stored_bytes(root))
        for size, root in older.values_list("size", "root")
    ]
    verified = [_recorded(row, keys, findings) for row in reversed(newest)]
    verified.extend(_believed(given, keys, config, findings))
    kept, head = _counterfoil(config, keys, findings)
    heads.extend(each for each in (*verified, head) if each is not None)
    heads.sort(key=lambda each: each.size)
    return Vouchers(heads, verified_from, kept, _witnesses(findings), findings)


def confirmed(
    failing: Iterable[TreeHead], vouched: Vouchers, keys: Sequence[VerifierKey]
) -> tuple[Sequence[TreeHead], Sequence[Finding]]:
    """Answer which heads that do not fit the log were really signed, and what is wrong with the others."""
    findings: list[Finding] = []
    signed = []
    for head in failing:
        if head.size >= vouched.verified_from:
            signed.append(head)
            continue
        found = _recorded(AuditHead.objects.get(size=head.size), keys, findings)
        if found == head:
            signed.append(head)
    return signed, findings


def _recorded(row: AuditHead, keys: Sequence[VerifierKey], findings: list[Finding]) -> TreeHead | None:
    """Answer a recorded head as it was signed, or ``None`` where it was not."""
    try:
        signed = row.signed
        signed.require_own_signature(keys)
    except (InputError, IntegrityError) as error:
        findings.append(_bad_head(f"The recorded head of size {row.size}", error))
        return None
    if (signed.head.size, signed.head.root) != (row.size, stored_bytes(row.root)):
        findings.append(Finding(Wrong.HEAD, f"The recorded head of size {row.size} was changed."))
    return signed.head


def _believed(
    given: Iterable[SignedHead], keys: Sequence[VerifierKey], config: NodeConfig, findings: list[Finding]
) -> Iterator[TreeHead]:
    for signed in given:
        head = signed.head
        if head.origin != log_name(config):
            sentence = f"The head of size {head.size} that was given is of another log, {head.origin}."
            findings.append(Finding(Wrong.HEAD, sentence))
            continue
        try:
            signed.require_own_signature(keys)
        except IntegrityError as error:
            findings.append(_bad_head(f"The head of size {head.size} that was given", error))
        else:
            yield head


def _counterfoil(
    config: NodeConfig, keys: Sequence[VerifierKey], findings: list[Finding]
) -> tuple[int, TreeHead | None]:
    """Answer how many of the counterfoil's hashes are what was signed, and its head."""
    counterfoil = Counterfoil(config.folder)
    try:
        stub = counterfoil.read()
        if stub is None:
            return 0, None
        stub.head.require_own_signature(keys)
    except CairnError as error:
        findings.append(Finding(Wrong.COUNTERFOIL, error.sentence))
        return 0, None
    size = stub.head.head.size
    if Frontier().extend(counterfoil.leaves(end=size)) != stub.frontier:
        findings.append(
            Finding(
                Wrong.COUNTERFOIL, "The hashes in the counterfoil are not those that the node has signed."
            )
        )
        return 0, stub.head.head
    return size, stub.head.head


def _witnesses(findings: list[Finding]) -> Sequence[tuple[str, int]]:
    longest: dict[str, int] = {}
    for row in AuditCosignature.objects.select_related("head").order_by("head__size"):
        name = _holds_by(row)
        if name is not None:
            longest[name] = row.head.size
        else:
            sentence = f"A witness's signature under the recorded head of size {row.head.size} does not hold."
            findings.append(Finding(Wrong.HEAD, sentence))
    return tuple(longest.items())


def _holds_by(row: AuditCosignature) -> str | None:
    """Answer the name of the witness whose signature this is, or ``None`` where it does not hold."""
    try:
        key = row.verifier
        signature = parse_signature(row.line.rstrip("\n"))
        text = row.head.signed.signed_text
    except InputError:
        return None
    return key.name if signature is not None and key.verifies(signature, text) else None


def _bad_head(what: str, error: CairnError) -> Finding:
    return Finding(Wrong.HEAD, f"{what} is not believed: {error.sentence}")
