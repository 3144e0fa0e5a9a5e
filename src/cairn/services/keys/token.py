"""What a caller sends: ``cairn_NUMBER_SECRET``, of which the records keep the number and a digest."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass

NUMBER_BYTES = 6
"""As 12 hexadecimal digits: by it people and the log name a key; it is not secret."""
SECRET_BYTES = 32
"""As 64 hexadecimal digits: 256 random bits, which nobody guesses however fast one digest is."""

_FORM = re.compile(r"cairn_([0-9a-f]{12})_([0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Token:
    """A key as its holder has it."""

    number: str
    secret: str

    def __str__(self) -> str:
        """Answer what is sent after ``Authorization: Bearer``."""
        return f"cairn_{self.number}_{self.secret}"

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the secret, 32 bytes."""
        return hashlib.sha256(self.secret.encode("ascii")).digest()


def new_token(number: str | None = None) -> Token:
    """Draw a key; with a number, another secret for it."""
    return Token(number or secrets.token_hex(NUMBER_BYTES), secrets.token_hex(SECRET_BYTES))


def read_token(text: str) -> Token | None:
    """Answer what was sent; ``None`` where it has not the form of a key.

    >>> read_token("cairn_" + "0" * 12 + "_" + "f" * 64).number
    '000000000000'
    >>> read_token("cairn_1_2") is None
    True
    """
    found = _FORM.fullmatch(text)
    return None if found is None else Token(found[1], found[2])
