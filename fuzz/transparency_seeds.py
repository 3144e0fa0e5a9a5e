"""Small true heads, signatures, keys and proofs for the fuzzer to start from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cairn.transparency import (
    EntryProof,
    Frontier,
    GrowthProof,
    SignedHead,
    Signer,
    TreeHead,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    span_roots,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NODE, _WITNESS = (
    Signer(name, Ed25519PrivateKey.from_private_bytes(bytes([number] * 32)))
    for number, name in enumerate(("cairn/node-a", "cairn/node-b"))
)
_ENTRIES = [b'{"position":%d}' % number for number in range(7)]
_LEAVES = [leaf_hash(entry) for entry in _ENTRIES]


def _head(size: int = 7) -> SignedHead:
    head = TreeHead(_NODE.name, size, Frontier().extend(_LEAVES[:size]).root)
    return SignedHead(head, tuple(each.sign(head.text, at_s=1) for each in (_NODE, _WITNESS)))


def _heads() -> Iterator[bytes]:
    yield from (_head(size).text.encode() for size in (0, 1, 7))
    body = _head().head.text + "something more\n"
    yield f"{body}\n{_NODE.sign(body, at_s=1).line}".encode()


def _proofs() -> Iterator[bytes]:
    for index in (0, 3, 6):
        path = span_roots(inclusion_spans(index, size=7), _LEAVES)
        yield EntryProof(_ENTRIES[index], index, path, _head()).text.encode()


def _growths() -> Iterator[bytes]:
    for since in (0, 3, 4, 7):
        path = span_roots(consistency_spans(since, size=7), _LEAVES)
        yield GrowthProof(since, path, _head()).text.encode()


TRANSPARENCY_SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "log-head": _heads,
    "log-signature": lambda: iter([each.line[:-1].encode() for each in _head().signatures]),
    "log-key": lambda: iter([each.verifier.text.encode() for each in (_NODE, _WITNESS)]),
    "log-proof": _proofs,
    "log-growth": _growths,
}
