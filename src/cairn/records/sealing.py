"""Sealing: small secrets that the records must keep are encrypted with a key that only the node's folder has.

AES-256-GCM under a key drawn by HKDF (RFC 5869) from the node's ``desk.secret``. What a seal is for is bound
into it: one that was made for another person or purpose does not open.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from cairn.records.desk_secret import desk_secret

if TYPE_CHECKING:
    from cairn.records.node import NodeConfig

_NONCE_BYTES = 12
_KEY_BYTES = 32


def seal(config: NodeConfig, content: bytes, *, purpose: str) -> str:
    """Answer the content encrypted, as text.

    Raises:
        ConfigurationError: The node's secret cannot be read or made (``node.secret``).
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + _cipher(config).encrypt(nonce, content, purpose.encode())
    return base64.urlsafe_b64encode(sealed).decode("ascii")


def unseal(config: NodeConfig, sealed: str, *, purpose: str) -> bytes | None:
    """Answer what was sealed for this purpose, or ``None``: it is damaged, or another secret sealed it.

    Raises:
        ConfigurationError: The node's secret cannot be read or made (``node.secret``).
    """
    try:
        raw = base64.b64decode(sealed.encode("ascii"), altchars=b"-_", validate=True)
        return _cipher(config).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode())
    except (InvalidTag, UnicodeEncodeError, binascii.Error, ValueError):
        return None


def _cipher(config: NodeConfig) -> AESGCM:
    secret = desk_secret(config).encode("ascii")
    key = HKDF(SHA256(), _KEY_BYTES, salt=None, info=b"cairn: sealed in the records").derive(secret)
    return AESGCM(key)
