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


@dataclass(frozen=True, slots=True)
class AlteredPolicy:
    """When the points of two pictures agree so well that one is an altered copy of the other.

    Attributes:
        name: Name and version, as printed in every answer.
        ratio: The nearest description must be nearer than this share of the second nearest.
        tolerance_px: How far from its partner a point may fall, in working pixels of the known picture.
        least_similarity: Places that must agree under a similarity.
        least_perspective: Places that must agree under a perspective change.
        least_span: Share of either picture that the agreeing places must span.
        least_enclosed: Share of the points in what both would show that must lie among the agreeing ones.
            A caption or a logo on two pictures agrees perfectly, and nothing around it does.
        least_share_of_alike: Share of the points that look alike that must agree. Patterns look alike in
            many points, and a few of those agree with some change by chance.
        unrelated_pairs: How many pairs of unrelated pictures were measured.
        chance_links: How many of these the policy linked.
        source: Why these numbers.
    """

    name: str
    ratio: float
    tolerance_px: float
    least_similarity: int
    least_perspective: int
    least_span: float
    least_enclosed: float
    least_share_of_alike: float
    unrelated_pairs: int
    chance_links: int
    source: str


ALTERED_10_11 = AlteredPolicy(
    name="altered-10-11/1",
    ratio=0.8,
    tolerance_px=4.0,
    least_similarity=10,
    least_perspective=11,
    least_span=0.02,
    least_enclosed=0.3,
    least_share_of_alike=0.4,
    unrelated_pairs=4_037_337,
    chance_links=1,
    source="docs/method/scenes.md: the rates of missed copies and of chance links, as measured.",
)
