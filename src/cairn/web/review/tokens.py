"""Names of pictures in addresses: sealed, of one session alone, and of use for a while only.

An address that is copied, logged or seen by another session names nothing there. It holds the content's
digest in a sealed form, so neither a log nor a history learns which picture it was.
"""

from __future__ import annotations

import base64
import binascii
import os
import time
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from cairn.records.access import missing
from cairn.web.account.signed_in import this_digest

if TYPE_CHECKING:
    from django.http import HttpRequest


class Use(IntEnum):
    """What a name is good for."""

    MASKED = 1
    SHOWN = 2
    PLACE = 3


LIFE_S = {Use.MASKED: 30 * 60, Use.SHOWN: 60, Use.PLACE: 12 * 3600}
"""A page of masked pictures stands as long as an idle session; a revealed one is fetched at once; and a
place in a queue is gone back to all day."""
_NONCE_BYTES = 12
_TIME_BYTES = 6


def token_for(request: HttpRequest, sha256: str, *, use: Use = Use.MASKED, extra: str = "") -> str:
    """Answer the name of a media, good in this session alone.

    Args:
        request: Of the session.
        sha256: Hexadecimal.
        use: What it is good for, and so for how long.
        extra: Comes back with it, such as how it is to be shown.
    """
    nonce = os.urandom(_NONCE_BYTES)
    content = int(time.time()).to_bytes(_TIME_BYTES, "big") + bytes.fromhex(sha256) + extra.encode()
    sealed = AESGCM(_key(settings.SECRET_KEY)).encrypt(nonce, content, _bound(request, use))
    return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")


def media_of(request: HttpRequest, token: str, *, use: Use = Use.MASKED) -> tuple[bytes, str]:
    """Answer the SHA-256 that a name stands for, and what came with it.

    Raises:
        AccessError: It is of another session, too old, or made up.
    """
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        cipher = AESGCM(_key(settings.SECRET_KEY))
        content = cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound(request, use))
    except (InvalidTag, ValueError, binascii.Error):
        raise missing() from None
    made, rest = int.from_bytes(content[:_TIME_BYTES], "big"), content[_TIME_BYTES:]
    if not 0 <= time.time() - made <= LIFE_S[use]:
        raise missing()
    return rest[:32], rest[32:].decode()


def _bound(request: HttpRequest, use: Use) -> bytes:
    return f"{use.value}:{this_digest(request)}".encode()


@cache
def _key(secret: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"cairn desk pictures 1").derive(secret.encode())
