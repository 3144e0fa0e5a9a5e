"""First stages of the search by local features: how candidates are found, and how often that misses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FirstStage:
    """How a search for candidates is done, and how often it was measured to miss.

    Attributes:
        name: Name and version.
        asked: Features of the query that vote, the strongest first.
        probes: Cells that are looked at for each feature, at most.
        fewest: And at least.
        enough: In between, cells are looked at until they hold about so many stored features.
        most: Candidates that are answered.
        recall: Share of altered copies whose original was among the candidates.
        source: Where that was measured.
    """

    name: str
    asked: int
    probes: int
    fewest: int
    enough: int
    most: int
    recall: float
    source: str

    def probes_in(self, features: int, cells: int) -> int:
        """Answer how many cells are looked at for each feature, of so many that hold so many features.

        >>> [IVFPQ_VOTES.probes_in(550 * pictures, 65_536) for pictures in (10, 300_000, 1_000_000)]
        [16, 9, 3]
        """
        return max(self.fewest, min(self.probes, self.enough * cells // max(features, 1)))


IVFPQ_VOTES = FirstStage(
    name="ivfpq-votes/3",
    asked=550,
    probes=16,
    fewest=3,
    enough=24_576,
    most=20,
    recall=0.991,
    source="docs/method/scenes.md: 704 altered copies of 44 photos, among 332 pictures.",
)
"""Measured on a small index; a large one has more that looks alike, and has to be measured again."""

ONE_BY_ONE_STAGE = FirstStage(
    name="one-by-one/1",
    asked=1000,
    probes=0,
    fewest=0,
    enough=0,
    most=0,
    recall=1.0,
    source="All recorded pictures are compared; there are too few for an index.",
)
"""While a node has few pictures, there are no candidates: every one is compared, and none is missed."""
