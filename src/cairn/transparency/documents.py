"""Two small text files that prove things to somebody who has no access to the log.

- A *proof of an entry*: the entry, its position, the subtree roots beside its way up, and a signed head.
  Source: C2SP tlog-proof, version 1; the entry itself travels in its ``extra`` line.
- A *head with its growth*: a signed head, and the subtree roots that lead to it from a shorter log. A witness
  is asked with it. Source: C2SP tlog-witness, body of ``add-checkpoint``.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.errors import InputError, IntegrityError
from cairn.transparency.heads import MOST_CHARACTERS, SignedHead, parse_head
from cairn.transparency.keys import decoded
from cairn.transparency.proofs import proves_consistency, proves_inclusion
from cairn.transparency.tree import HASH_BYTES, leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

_MAGIC = "c2sp.org/tlog-proof@v1"
_NUMBERED = re.compile(r"(index|old) (0|[1-9][0-9]{0,18})")
_MOST_HASHES = 64
MOST_PROOF_CHARACTERS = 16 << 20
"""An entry may name as many records as were shown at once; at a million of them it has 8 MB."""


@dataclass(frozen=True, slots=True)
class EntryProof:
    """An entry is in the log of the head, at this position.

    Attributes:
        entry: The entry's bytes, exactly as they were hashed.
        index: Its position; the first is 0.
        path: The roots of the subtrees beside its way up.
        head: The signed head.
    """

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    head: SignedHead

    @property
    def text(self) -> str:
        """The file."""
        extra = base64.b64encode(self.entry).decode()
        return f"{_MAGIC}\nextra {extra}\nindex {self.index}\n{_lines(self.path)}\n{self.head.text}"

    def require(self) -> None:
        """Make sure that the entry is in the log of the head; whose head it is, is another question.

        Raises:
            IntegrityError: It is not (``proof.inclusion``).
        """
        head = self.head.head
        leaf = leaf_hash(self.entry)
        if not proves_inclusion(self.path, leaf=leaf, index=self.index, size=head.size, root=head.root):
            raise IntegrityError(
                f"The proof does not hold: this entry is not entry {self.index} of the log that the head "
                "speaks of.",
                code="proof.inclusion",
            )


@dataclass(frozen=True, slots=True)
class GrowthProof:
    """The log of the head begins with the whole log that had ``old_size`` entries.

    Attributes:
        old_size: How long the log was.
        path: The roots of the subtrees that lead from there to the head.
        head: The signed head.
    """

    old_size: int
    path: tuple[bytes, ...]
    head: SignedHead

    @property
    def text(self) -> str:
        """The file."""
        return f"old {self.old_size}\n{_lines(self.path)}\n{self.head.text}"

    def holds_from(self, old_root: bytes) -> bool:
        """Answer whether the log has only grown since it had ``old_root``."""
        head = self.head.head
        return proves_consistency(
            self.path, old_size=self.old_size, old_root=old_root, size=head.size, root=head.root
        )


def parse_entry_proof(text: str) -> EntryProof:
    """Read the file of a proof. Nothing is verified yet.

    Raises:
        InputError: It is none (``proof.invalid``).
    """
    proof, blank, head = text.partition("\n\n")
    magic, _, proof = proof.partition("\n")
    extra, _, proof = proof.partition("\n")
    word, _, encoded = extra.partition(" ")
    entry = decoded(encoded)
    if len(text) > MOST_PROOF_CHARACTERS or not blank or magic != _MAGIC or word != "extra" or entry is None:
        raise _no_proof()
    index, path = _numbered("index", proof)
    return EntryProof(entry, index, path, parse_head(head))


def parse_growth(text: str) -> GrowthProof:
    """Read a head that came with its growth, or alone. Nothing is verified yet.

    Raises:
        InputError: It is none (``head.invalid``, ``proof.invalid``).
    """
    if not text.startswith("old "):
        return GrowthProof(0, (), parse_head(text))
    proof, blank, head = text.partition("\n\n")
    if len(text) > 2 * MOST_CHARACTERS or not blank:
        raise _no_proof()
    old_size, path = _numbered("old", proof)
    return GrowthProof(old_size, path, parse_head(head))


def _numbered(word: str, proof: str) -> tuple[int, tuple[bytes, ...]]:
    """Read ``word NUMBER`` and the hashes in the lines below it."""
    first, *lines = proof.split("\n")
    found = _NUMBERED.fullmatch(first)
    hashes = [decoded(line) for line in lines]
    if found is None or found[1] != word or len(hashes) > _MOST_HASHES:
        raise _no_proof()
    path = tuple(each for each in hashes if each is not None and len(each) == HASH_BYTES)
    if len(path) < len(hashes):
        raise _no_proof()
    return int(found[2]), path


def _lines(hashes: Iterable[bytes]) -> str:
    return "".join(base64.b64encode(each).decode() + "\n" for each in hashes)


def _no_proof() -> InputError:
    return InputError("That is no proof about a log.", code="proof.invalid")
