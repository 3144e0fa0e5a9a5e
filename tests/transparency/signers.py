"""Keys for tests, the same every time."""

from __future__ import annotations

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cairn.transparency import Signer


def signer(name: str) -> Signer:
    """Answer a signer whose key follows from its name."""
    return Signer(name, Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest()))
