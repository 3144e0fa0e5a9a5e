"""A maker's signature over the file of a list: Ed25519, detached, by a key that the operator trusts.

Source: RFC 8032. It is what ``openssl pkeyutl -sign -rawin`` writes: 64 bytes over the whole file.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import mmap
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key, load_ssh_public_key

from cairn.errors import InputError
from cairn.evidence import opened, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

MAX_KEY_BYTES: Final = 16 * 1024
MAX_SIGNATURE_BYTES: Final = 64 * 1024
"""A signature of another kind is kept as it is given, such as one in OpenPGP's armour."""
SIGNATURE_BYTES: Final = 64
_FINGERPRINT_DIGITS: Final = 32
_LONGEST_FILE: Final = 160


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key of a maker of lists, and how it is called."""

    name: str
    public: Ed25519PublicKey


def read_trusted_key(path: Path) -> TrustedKey:
    """Read a key in PEM, or as OpenSSH writes it; it is called by its file's name and its fingerprint.

    Raises:
        InputError: It cannot be opened, or is no Ed25519 key (``list.key``).
    """
    with opened(path) as stream:
        raw = stream.read(MAX_KEY_BYTES)
    load = load_ssh_public_key if raw.startswith(b"ssh-") else load_pem_public_key
    try:
        key = load(raw)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise InputError(f"{printable(path)} is no public Ed25519 key.", code="list.key")
    digest = hashlib.sha256(key.public_bytes_raw()).hexdigest()[:_FINGERPRINT_DIGITS]
    return TrustedKey(f"{printable(path).rpartition('/')[2][:_LONGEST_FILE]} {digest}", key)


def read_signature(path: Path) -> str:
    """Answer a signature as the records keep it: its text, or 64 bytes in base64.

    Raises:
        InputError: It cannot be opened, or is neither (``list.signature``).
    """
    with opened(path) as stream:
        raw = stream.read(MAX_SIGNATURE_BYTES + 1)
    if len(raw) == SIGNATURE_BYTES:
        return base64.b64encode(raw).decode()
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if not text.strip() or "\0" in text or len(raw) > MAX_SIGNATURE_BYTES:
        raise InputError(f"{printable(path)} is no signature.", code="list.signature")
    return text


def signer_of(path: Path, signature: str, keys: Sequence[TrustedKey]) -> str:
    """Answer which of the trusted keys has signed the file.

    Raises:
        InputError: None of them has (``list.signature``).
    """
    raw = _bytes_of(signature)
    if raw is not None:
        with opened(path) as stream, _mapped(stream.fileno()) as data:
            for key in keys:
                try:
                    key.public.verify(raw, data)
                except InvalidSignature:
                    continue
                return key.name
    raise InputError(
        f"{printable(path)} is not signed by a trusted key, so it is not taken in.", code="list.signature"
    )


@contextmanager
def _mapped(descriptor: int) -> Iterator[memoryview]:
    """Answer the file's bytes without reading them into memory; an empty file cannot be mapped."""
    try:
        mapped = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
    except ValueError:
        yield memoryview(b"")
        return
    with mapped, memoryview(mapped) as view:
        yield view


def _bytes_of(signature: str) -> bytes | None:
    """Answer the 64 bytes, from base64 or hexadecimal digits; ``None`` for a signature of another kind."""
    text = "".join(signature.split())
    for read in (bytes.fromhex, lambda each: base64.b64decode(each, validate=True)):
        try:
            found = read(text)
        except (ValueError, binascii.Error):
            continue
        if len(found) == SIGNATURE_BYTES:
            return found
    return None
