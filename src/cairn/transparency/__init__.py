"""A log that cannot be rewritten unnoticed: its tree, its signed heads, and proofs that need no trust."""

from cairn.transparency.documents import EntryProof, GrowthProof, parse_entry_proof, parse_growth
from cairn.transparency.heads import SignedHead, TreeHead, parse_head
from cairn.transparency.keys import Signature, Signer, VerifierKey, parse_signature
from cairn.transparency.proofs import (
    Span,
    consistency_spans,
    inclusion_spans,
    proves_consistency,
    proves_inclusion,
    span_roots,
)
from cairn.transparency.tree import EMPTY_ROOT, HASH_BYTES, Frontier, leaf_hash, node_hash

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "EntryProof",
    "Frontier",
    "GrowthProof",
    "Signature",
    "SignedHead",
    "Signer",
    "Span",
    "TreeHead",
    "VerifierKey",
    "consistency_spans",
    "inclusion_spans",
    "leaf_hash",
    "node_hash",
    "parse_entry_proof",
    "parse_growth",
    "parse_head",
    "parse_signature",
    "proves_consistency",
    "proves_inclusion",
    "span_roots",
]
