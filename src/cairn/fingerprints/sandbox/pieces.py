"""What several kinds of message are made of: short names, sentences, reasons by number, the largest size."""

from __future__ import annotations

import struct

from cairn.errors import Reason
from cairn.fingerprints.sandbox.body import MAXIMUM_TEXT_BYTES

REASONS = (
    Reason.EMPTY,
    Reason.UNSUPPORTED,
    Reason.UNDECODABLE,
    Reason.TOO_SMALL,
    Reason.TOO_LARGE,
    Reason.BLANK,
    Reason.ENCRYPTED,
)
"""What a decoder may say of a file; that it crashed or timed out is for the pool to say."""

LARGEST_SIDE = (1 << 31) - 1
"""In pixels; what says more is a damaged header, or a lie."""


def short(data: bytes) -> bytes:
    """Put a length of one byte before some bytes."""
    return bytes([len(data)]) + data


def text(sentence: str) -> bytes:
    """Put a length of two bytes before a sentence, cut and cleaned."""
    clean = "".join(sign if sign.isprintable() else " " for sign in sentence)
    data = clean.encode("utf-8", "replace")[:MAXIMUM_TEXT_BYTES].decode("utf-8", "ignore").encode("utf-8")
    return struct.pack(">H", len(data)) + data
