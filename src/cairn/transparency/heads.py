"""A signed tree head: how long a log is, the root over all of it, and who says so.

As text it is a *checkpoint*: three lines, a blank line, and signatures below. More signatures can be added by
others, without the first signer. Source: C2SP tlog-checkpoint and C2SP signed-note.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cairn.errors import InputError, IntegrityError
from cairn.transparency.keys import Signature, decoded, parse_signature
from cairn.transparency.tree import HASH_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.transparency.keys import VerifierKey

MOST_CHARACTERS = 65_536
"""A head with 16 signatures, which every reader must take, needs 4,000."""
_MOST_SIGNATURES = 100
_LARGEST_SIZE = 1 << 63
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The state of one log.

    Attributes:
        origin: The name of the log, and of the key that signs it.
        size: How many entries it has.
        root: The root over all of them, 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head and the signatures under it.

    Attributes:
        head: What is signed.
        signatures: Those of a kind that is used here; others were left out when it was read.
        extension: Further lines that the log has signed too, kept as they are; this program writes none.
    """

    head: TreeHead
    signatures: tuple[Signature, ...]
    extension: str = ""

    @property
    def signed_text(self) -> str:
        """Every line that the signatures are over."""
        return self.head.text + self.extension

    @property
    def text(self) -> str:
        """The whole checkpoint, as it is kept and handed on."""
        return self.signed_text + "\n" + "".join(each.line for each in self.signatures)

    def with_signature(self, signature: Signature) -> SignedHead:
        """Answer the same head with one signature more."""
        return replace(self, signatures=(*self.signatures, signature))

    def signature_by(self, key: VerifierKey) -> Signature | None:
        """Answer the signature that this key made, or ``None`` where it made none.

        Raises:
            IntegrityError: A line names the key, and the signature is false (``head.signature``).
        """
        for each in self.signatures:
            if key.made(each):
                if not key.verifies(each, self.signed_text):
                    raise IntegrityError(
                        f"The signature of {key.name} under the head of size {self.head.size} is false.",
                        code="head.signature",
                    )
                return each
        return None

    def require_signature_by(self, keys: Sequence[VerifierKey]) -> VerifierKey:
        """Answer the first of the keys that has signed this head.

        Raises:
            IntegrityError: None has, or a signature is false (``head.signature``).
        """
        for key in keys:
            if self.signature_by(key) is not None:
                return key
        raise IntegrityError(
            f"The head of size {self.head.size} of {self.head.origin} is signed by none of the keys that "
            "are trusted here.",
            code="head.signature",
        )

    def require_own_signature(self, keys: Sequence[VerifierKey]) -> VerifierKey:
        """Answer the first of the keys that has signed this head as that of its own log.

        C2SP tlog-checkpoint: the key of a log bears its origin as its name. A witness signs heads of others'
        logs with the key under which it signs its own, so a signature alone does not say whose log it is.

        Raises:
            IntegrityError: None of that name has, or a signature is false (``head.signature``).
        """
        return self.require_signature_by([key for key in keys if key.name == self.head.origin])


def parse_head(text: str) -> SignedHead:
    """Read a checkpoint. Nothing is verified yet.

    Raises:
        InputError: It is none (``head.invalid``).
    """
    if len(text) > MOST_CHARACTERS or _CONTROL.search(text) or not text.endswith("\n"):
        raise _no_head()
    body, blank, below = text.rpartition("\n\n")
    lines = body.split("\n")
    lines_below = below.split("\n")[:-1]
    if not blank or len(lines) < 3 or not all(lines) or len(lines_below) > _MOST_SIGNATURES:  # noqa: PLR2004 - origin, size, root
        raise _no_head()
    origin, size, root, *extension = lines
    raw = decoded(root)
    if not _NUMBER.fullmatch(size) or int(size) >= _LARGEST_SIZE or raw is None or len(raw) != HASH_BYTES:
        raise _no_head()
    signatures = tuple(each for line in lines_below if (each := parse_signature(line)) is not None)
    return SignedHead(
        TreeHead(origin, int(size), raw), signatures, "".join(f"{line}\n" for line in extension)
    )


def _no_head() -> InputError:
    return InputError("That is no signed head of a log.", code="head.invalid")
