"""First stages of the search by local features: how candidates are found, and how often that misses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FirstStage:
    """How a search for candidates is done, and how often it was measured to miss.

    Attributes:
        name: Name and version.
        asked: Features of the query that vote, the strongest first.
        probes: Cells that are looked at for each feature.
        most: Candidates that are answered.
        recall: Share of altered copies whose original was among the candidates.
        source: Where that was measured.
    """

    name: str
    asked: int
    probes: int
    most: int
    recall: float
    source: str


IVFPQ_VOTES = FirstStage(
    name="ivfpq-votes/2",
    asked=550,
    probes=4,
    most=20,
    recall=0.996,
    source="docs/method/scenes.md: 704 altered copies of 44 photos, among 332 pictures.",
)
"""Measured on a small index; a large one has more that looks alike, and has to be measured again."""

ONE_BY_ONE_STAGE = FirstStage(
    name="one-by-one/1",
    asked=1000,
    probes=0,
    most=0,
    recall=1.0,
    source="All recorded pictures are compared; there are too few for an index.",
)
"""While a node has few pictures, there are no candidates: every one is compared, and none is missed."""
