"""One entry of the log as bytes: what is hashed, exported and proven. One act has one spelling."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from cairn.transparency import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

SALT_BYTES = 16
"""Proofs show the hashes of neighbours; 128 random bits keep anybody from guessing what those say."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_text = json.encoder.encode_basestring


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as it is hashed.

    A field that a later version adds is left out of the bytes while it has its default, so that the bytes of
    older entries stay as they are.

    Attributes:
        position: Where it stands in the log; the first is 0.
        at: When, in UTC.
        tag: The act.
        authority: The code of the authority that acted, as it was then.
        user: The number of the person, where one had signed in. A number, so that a name can be forgotten.
        case: The asker's case reference.
        purpose: Why, in words.
        records: The numbers of the records that were touched or shown, ascending.
        counts: What was counted.
        salt: Random bytes.
    """

    position: int
    at: datetime
    tag: str
    authority: str
    user: int | None
    case: str
    purpose: str
    records: Sequence[int]
    counts: Mapping[str, int]
    salt: bytes

    def encoded(self) -> bytes:
        """Answer the entry as one line of JSON without its end: keys sorted, no spaces, UTF-8."""
        # Written out, because a log is verified by encoding all of it: an encoder for the whole takes twice
        # as long. Whatever is not of the plain type, as in a row that was changed, is left to that encoder.
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00")
        return (
            f'{{"at":"{at}Z","authority":{_text(self.authority)},"case":{_text(self.case)},'
            f'"counts":{_counts(self.counts)},"position":{self.position},"purpose":{_text(self.purpose)},'
            f'"records":{_numbers(self.records)},"salt":"{self.salt.hex()}","tag":{_text(self.tag)},'
            f'"user":{str(self.user) if type(self.user) is int else _ENCODER.encode(self.user)}}}'
        ).encode()

    def leaf(self) -> bytes:
        """Answer the hash by which the tree holds the entry."""
        return leaf_hash(self.encoded())


def _counts(counts: Mapping[str, int]) -> str:
    return "{}" if type(counts) is dict and not counts else _ENCODER.encode(counts)


def _numbers(numbers: Sequence[int]) -> str:
    if type(numbers) is list and {int}.issuperset(map(type, numbers)):
        return f"[{','.join(map(str, numbers))}]"
    return _ENCODER.encode(numbers)
