"""A list of hashes as people have it: pasted, a line each, with whatever stands beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.intake.hash_text import parse_photodna
from cairn.services.looking_up.hashes import BYTES, HashKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BESIDE = re.compile(r"[\s,;|\"'*:]+")
_DIGITS = re.compile(r"[0-9A-Fa-f]+")
_OF_LENGTH: Mapping[int, HashKind] = {2 * BYTES[kind]: kind for kind in HashKind if kind is not HashKind.PDQ}
"""64 digits are SHA-256 or PDQ: whoever pastes says which."""


@dataclass(frozen=True, slots=True)
class TypedHashes:
    """What was found in a text.

    Attributes:
        texts: The hashes of each kind, each once, in their order.
        lines: How many lines have something in them.
        without: How many of these have no hash.
        repeated: How many hashes stood there before.
    """

    texts: Mapping[HashKind, Sequence[str]]
    lines: int
    without: int
    repeated: int


def read_typed(text: str, *, is_pdq: bool = False) -> TypedHashes:
    """Find the first hash of every line, told by its length.

    Args:
        text: Lines such as ``sha256sum`` writes, columns of a table, or hashes alone.
        is_pdq: 64 digits are PDQ hashes.
    """
    found: dict[HashKind, dict[str, None]] = {kind: {} for kind in HashKind}
    lines = without = repeated = 0
    for line in text.lstrip("\ufeff").splitlines():
        words = [word for word in _BESIDE.split(line) if word]
        lines += bool(words)
        hashed = next(filter(None, map(_hash, words)), None)
        if hashed is None:
            without += bool(words)
            continue
        kind = _OF_LENGTH[len(hashed)]
        kind = HashKind.PDQ if is_pdq and kind is HashKind.SHA256 else kind
        repeated += hashed.lower() in found[kind]
        found[kind][hashed.lower()] = None
    return TypedHashes({kind: list(rows) for kind, rows in found.items() if rows}, lines, without, repeated)


def _hash(word: str) -> str | None:
    """Answer a word as a hash in hexadecimal digits; ``None`` where it is none."""
    if len(word) in _OF_LENGTH and _DIGITS.fullmatch(word):
        return word
    photodna = parse_photodna(word)  # Most tools write such a value in base64.
    return None if photodna is None else photodna.hex()
