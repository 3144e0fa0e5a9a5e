"""The targets for what others send about logs: heads, signatures, keys, proofs and growth."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from cairn.errors import InputError, IntegrityError
from cairn.transparency import (
    HASH_BYTES,
    VerifierKey,
    parse_entry_proof,
    parse_growth,
    parse_head,
    parse_signature,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def _head(data: bytes) -> None:
    """Read a head: written again it must be read as the same, and no key of zeroes believes it."""
    with contextlib.suppress(InputError):
        head = parse_head(_text(data))
        if parse_head(head.text) != head:
            raise AssertionError("a head changes by being written")
        key = VerifierKey(head.head.origin, bytes(HASH_BYTES))
        with contextlib.suppress(IntegrityError):
            head.require_own_signature([key])
            raise AssertionError("a head is believed by a key of zeroes")


def _signature(data: bytes) -> None:
    """Read a line as a witness's signature; what is read must be written as the same line."""
    with contextlib.suppress(InputError):
        signature = parse_signature(_text(data))
        if signature is not None and signature.line != _text(data) + "\n":
            raise AssertionError("a signature has two spellings")


def _key(data: bytes) -> None:
    """Read a public key; what is read must be written as it was, without what stands around it."""
    with contextlib.suppress(InputError):
        key = VerifierKey.parse(_text(data))
        if key.text != _text(data).strip():
            raise AssertionError("a key has two spellings")


def _entry_proof(data: bytes) -> None:
    """Read a proof of an entry, write it and read it again, and check it."""
    with contextlib.suppress(InputError):
        proof = parse_entry_proof(_text(data))
        if parse_entry_proof(proof.text) != proof:
            raise AssertionError("a proof changes by being written")
        with contextlib.suppress(IntegrityError):
            proof.require()


def _growth(data: bytes) -> None:
    """Read a head with its growth, write it and read it again, and check it."""
    with contextlib.suppress(InputError):
        growth = parse_growth(_text(data))
        if parse_growth(growth.text) != growth:
            raise AssertionError("a proof of growth changes by being written")
        growth.holds_from(bytes(HASH_BYTES))


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


TRANSPARENCY_TARGETS: dict[str, Callable[[bytes], None]] = {
    "log-head": _head,
    "log-signature": _signature,
    "log-key": _key,
    "log-proof": _entry_proof,
    "log-growth": _growth,
}
