r"""Members' names become addresses: printable, unique, and never used as a path.

A name is kept as the container says it, with ``..``, drive letters and leading strokes, because that is
what an investigator must find again. Only what no screen shows is escaped: control characters as ``\x00``,
signs that turn the direction of writing as ``\u202e``. A name that occurs twice gets a number.
"""

from __future__ import annotations

import hashlib
import unicodedata

_KEPT_CHARACTERS = 200
_ESCAPED_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def shown(name: str, *, most_characters: int) -> str:
    """Answer the name with escapes, shortened where it is too long.

    Args:
        name: Any text.
        most_characters: A longer name keeps its first 200 characters and gets its SHA-256 for the rest.
    """
    text = name if name.isascii() and name.isprintable() else "".join(map(_character, name))
    if not text:
        return "unnamed"
    if len(text) <= most_characters:
        return text
    digest = hashlib.sha256(name.encode("utf-8", "backslashreplace")).hexdigest()
    return f"{text[:_KEPT_CHARACTERS]}… (name shortened, SHA-256 {digest})"


def _character(character: str) -> str:
    if unicodedata.category(character) not in _ESCAPED_CATEGORIES:
        return character
    return character.encode("unicode_escape").decode("ascii")


class Addresses:
    """Hands out each address once. Keeps eight bytes of digest of each, and not the address itself."""

    def __init__(self) -> None:
        """Start with none."""
        self._given: set[int] = set()
        self._numbers: dict[int, int] = {}

    def unique(self, address: str) -> str:
        """Answer the address, with a number behind it where it was handed out before."""
        first = key = _key(address)
        number, candidate = self._numbers.get(first, 1), address
        while key in self._given:
            number += 1
            candidate = f"{address} ({number})"
            key = _key(candidate)
            self._numbers[first] = number  # So that a million equal names are not a million million tries.
        self._given.add(key)
        return candidate


def _key(address: str) -> int:
    return int.from_bytes(hashlib.blake2b(address.encode(), digest_size=8).digest(), "big")
