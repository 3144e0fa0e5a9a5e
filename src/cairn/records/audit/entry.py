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
        at = self.at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        values = {
            "at": at,
            "authority": self.authority,
            "case": self.case,
            "counts": self.counts,
            "position": self.position,
            "purpose": self.purpose,
            "records": self.records,
            "salt": self.salt.hex(),
            "tag": self.tag,
            "user": self.user,
        }
        return _ENCODER.encode(values).encode()

    def leaf(self) -> bytes:
        """Answer the hash by which the tree holds the entry."""
        return leaf_hash(self.encoded())
