"""Keys that sign and verify the state of a log, and the one kind of signature that is used: with its time.

A signature here is a statement: at this time, this was the longest log under this name that I have seen, and
it had only grown. The log's own node says so of itself, and so does a witness of a log of others. The key's
name and type go into its id, so the same key pair under another name or type is another signer.

Source: C2SP signed-note (signature lines, verifier keys) and C2SP tlog-cosignature, version 1, with Ed25519
(RFC 8032).
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from cairn.errors import InputError

_TYPE = b"\x04"
"""C2SP signed-note, "Signature types": timestamped Ed25519 cosignatures."""
_ID_BYTES = 4
_TIME_BYTES = 8
_PUBLIC_BYTES = 32
_SIGNATURE_BYTES = 64
_LAST_TIME_S = 253_402_300_799
"""The last second of the year 9999, the last that a date can show."""
_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]{1,200}")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who, by which key, when, and the 64 bytes.

    Attributes:
        name: The signer's name.
        key_id: Four bytes that tell keys of one name apart; no proof of anything.
        at_s: When it was signed, in seconds since 1970, as the signer says.
        signed: The Ed25519 signature over the message of that time.
    """

    name: str
    key_id: bytes
    at_s: int
    signed: bytes

    @property
    def line(self) -> str:
        """The line as it stands under a note, its line end included."""
        packed = self.key_id + self.at_s.to_bytes(_TIME_BYTES, "big") + self.signed
        return f"\u2014 {self.name} {base64.b64encode(packed).decode()}\n"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under: what has to be known of a node to believe its signatures.

    Attributes:
        name: The signer's name, without spaces and plus signs.
        public: The raw Ed25519 public key, 32 bytes.
    """

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which signature lines name this key."""
        return sha256(self.name.encode() + b"\n" + _TYPE + self.public).digest()[:_ID_BYTES]

    @property
    def text(self) -> str:
        """The key in one word that can be published: ``name+id+key``."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(_TYPE + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read what ``text`` answered.

        Raises:
            InputError: It is no such key, or its id does not fit it (``key.invalid``).
        """
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = decoded(encoded)
        if raw is None or len(raw) != 1 + _PUBLIC_BYTES or raw[:1] != _TYPE or not _NAME.fullmatch(name):
            raise _no_key()
        key = cls(name, raw[1:])
        if key.key_id.hex() != key_id:
            raise _no_key()
        return key

    def made(self, signature: Signature) -> bool:
        """Answer whether the line names this key; it may still be false."""
        return (signature.name, signature.key_id) == (self.name, self.key_id)

    def verifies(self, signature: Signature, text: str) -> bool:
        """Answer whether this key made this signature over this text."""
        if not self.made(signature):
            return False
        try:
            key = Ed25519PublicKey.from_public_bytes(self.public)
            key.verify(signature.signed, _message(text, signature.at_s))
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key with the name it signs under."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def sign(self, text: str, *, at_s: int) -> Signature:
        """Answer a signature over the text, with its time in seconds since 1970."""
        return Signature(self.name, self.verifier.key_id, at_s, self.private.sign(_message(text, at_s)))


def parse_signature(line: str) -> Signature | None:
    """Read one signature line without its line end; ``None`` where it is of a kind that is not used here.

    C2SP signed-note: signatures by unknown keys are ignored, not refused.

    Raises:
        InputError: It is no signature line at all (``note.invalid``).
    """
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    packed = decoded(encoded)
    if dash != "\u2014" or not _NAME.fullmatch(name) or packed is None or len(packed) <= _ID_BYTES:
        raise InputError("A line under the note is no signature.", code="note.invalid")
    if len(packed) != _ID_BYTES + _TIME_BYTES + _SIGNATURE_BYTES:
        return None
    at_s = int.from_bytes(packed[_ID_BYTES : _ID_BYTES + _TIME_BYTES], "big")
    if at_s > _LAST_TIME_S:
        raise InputError("A signature under the note has an impossible time.", code="note.invalid")
    return Signature(name, packed[:_ID_BYTES], at_s, packed[_ID_BYTES + _TIME_BYTES :])


def decoded(encoded: str) -> bytes | None:
    """Answer the bytes of standard base64 in its one true spelling; ``None`` for anything else."""
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == encoded else None


def _message(text: str, at_s: int) -> bytes:
    """Answer what is signed. C2SP tlog-cosignature, "Ed25519 signed message"."""
    return f"cosignature/v1\ntime {at_s}\n{text}".encode()


def _no_key() -> InputError:
    return InputError(
        "That is no public key: it reads NAME+ID+KEY, as the node's owner sees it with: cairn audit key",
        code="key.invalid",
    )
