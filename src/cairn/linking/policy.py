"""Named thresholds: a link says which policy made it, and a policy never changes under its name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DuplicatePolicy:
    """When two PDQ hashes count as the same picture altered.

    Attributes:
        name: Name and version, as printed in every answer.
        radius_bits: The largest distance that links, of 256 bits.
        source: Why this number.
    """

    name: str
    radius_bits: int
    source: str


PDQ_31 = DuplicatePolicy(
    name="pdq-31/1",
    radius_bits=31,
    source="The field's convention: 31 of 256 bits. Every hash list in circulation is used this way.",
)
