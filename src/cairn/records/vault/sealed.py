"""One sealed file: AES-256-GCM in chunks, so that a file of any size is sealed and read in little memory.

A file is its mark and its chunks, each with a tag of its own. The nonce of a chunk is its number and whether
it is the last one, so chunks that are exchanged, left out or added do not open. Each file has a key of its
own, so no nonce is used twice under one key. What every chunk is bound to is the content's SHA-256: a file
that was put in another one's place does not open either.

Source: Hoang, Reyhanitabar, Rogaway and Vizár, "Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance", section 7 (STREAM); NIST SP 800-38D.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cairn.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = b"CAIRNV1\n"
CHUNK_BYTES = 1 << 20
"""Little enough to hold, enough that 16 bytes of tag and one call a chunk do not count."""
TAG_BYTES = 16
NONCE_BYTES = 12
KEY_BYTES = 32

Read = Callable[[int], bytes]
"""Answers up to so many bytes, and none at the end."""


def new_key() -> bytes:
    """Answer a key for one file."""
    return AESGCM.generate_key(8 * KEY_BYTES)


def seal(read: Read, key: bytes, *, bound_to: bytes) -> Iterator[bytes]:
    """Yield the sealed file of a content that is read to its end.

    Args:
        read: The content.
        key: A key that seals nothing else.
        bound_to: The content's SHA-256.
    """
    yield MARK
    cipher, number = AESGCM(key), 0
    chunk = _filled(read, CHUNK_BYTES)
    while True:
        following = _filled(read, CHUNK_BYTES) if len(chunk) == CHUNK_BYTES else b""
        yield cipher.encrypt(_nonce(number, is_last=not following), chunk, bound_to)
        if not following:
            return
        chunk, number = following, number + 1


def unseal(read: Read, key: bytes, *, bound_to: bytes) -> Iterator[bytes]:
    """Yield the content of a sealed file, each chunk once it has proven itself.

    Args:
        read: The sealed file.
        key: As it was sealed with.
        bound_to: The content's SHA-256.

    Raises:
        IntegrityError: The file was changed, cut or exchanged, or the key is another (``vault.damaged``).
    """
    if _filled(read, len(MARK)) != MARK:
        raise damaged()
    cipher, number = AESGCM(key), 0
    chunk = _filled(read, CHUNK_BYTES + TAG_BYTES)
    while True:
        following = _filled(read, CHUNK_BYTES + TAG_BYTES)
        try:
            yield cipher.decrypt(_nonce(number, is_last=not following), chunk, bound_to)
        except InvalidTag:
            raise damaged() from None
        if not following:
            return
        chunk, number = following, number + 1


def wrap(key: bytes, under: bytes, *, bound_to: bytes) -> bytes:
    """Answer a file's key, sealed under the node's: 12 bytes of nonce, 32 of key, 16 of tag."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(under).encrypt(nonce, key, _WRAPPED + bound_to)


def unwrap(wrapped: bytes, under: bytes, *, bound_to: bytes) -> bytes:
    """Answer a file's key.

    Raises:
        IntegrityError: It was wrapped under another key, or for another content (``vault.damaged``).
    """
    try:
        return AESGCM(under).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _WRAPPED + bound_to)
    except (InvalidTag, ValueError):
        raise damaged() from None


def damaged() -> IntegrityError:
    """Answer the refusal of a file that does not prove itself."""
    return IntegrityError(
        "A picture in the vault was changed or does not fit its key, so it is not shown.",
        code="vault.damaged",
    )


_WRAPPED = b"cairn vault key 1 "
"""A wrapped key can never pass for a chunk of a file."""


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(NONCE_BYTES - 1, "big") + bytes([is_last])


def _filled(read: Read, size: int) -> bytes:
    """Read until so many bytes are there or the end is: a pipe or a disk may give fewer at once."""
    parts, missing = [], size
    while missing and (part := read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
