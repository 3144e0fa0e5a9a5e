"""Hashes as text: hexadecimal digits of either case, and PhotoDNA values in either of their two forms."""

from __future__ import annotations

import base64
import binascii
from typing import Final

PHOTODNA_BYTES: Final = 144
"""A PhotoDNA value is never computed here; it is compared as it was given."""

_PHOTODNA_BASE64 = 192
_PHOTODNA_HEX = 288


def parse_hexadecimal(text: str, length_bytes: int) -> bytes | None:
    """Answer the bytes of so many hexadecimal digits, with no space between them; else ``None``."""
    if len(text) != 2 * length_bytes:
        return None
    try:
        found = bytes.fromhex(text)
    except ValueError:
        return None
    return found if len(found) == length_bytes else None


def parse_photodna(text: str) -> bytes | None:
    """Answer the 144 bytes of a PhotoDNA value, from 192 signs of base64 or 288 hexadecimal digits."""
    if len(text) == _PHOTODNA_HEX:
        return parse_hexadecimal(text, PHOTODNA_BYTES)
    if len(text) != _PHOTODNA_BASE64:
        return None
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if len(found) == PHOTODNA_BYTES else None
