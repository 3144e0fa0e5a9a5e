"""Named thresholds: a link says which policy made it, and a policy never changes under its name."""

from __future__ import annotations

from dataclasses import dataclass

from cairn.index.sound_rows import AS_IT_IS, Speed


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
    unrelated_pairs=3_280_900,
    chance_links=0,
    source="docs/method/scenes.md: the rates of missed copies and of chance links, as measured.",
)


@dataclass(frozen=True, slots=True)
class ScenePolicy:
    """When two pictures count as views of one place.

    Attributes:
        name: Name and version, as printed in every answer.
        ratio: As in ``AlteredPolicy``.
        tolerance_px: How far from its partner a point on a plane may fall, in working pixels.
        epipolar_px: How far from its line a point may lie, in working pixels.
        least_plane: Places that make a plane.
        table: Weights of evidence, increasing, each with the likelihood ratio from there on.
        least_ratio: The likelihood ratio from which on there is a link.
        same_places: How many pairs of one place the table was learnt on.
        different_places: How many pairs of two places.
        chance_links: How many of these the policy linked.
        source: Where the table was learnt, and its error rates.
    """

    name: str
    ratio: float
    tolerance_px: float
    epipolar_px: float
    least_plane: int
    table: tuple[tuple[int, float], ...]
    least_ratio: float
    same_places: int
    different_places: int
    chance_links: int
    source: str

    def ratio_of(self, weight: int) -> float:
        """Answer the likelihood ratio of a weight of evidence; below the table it is the table's first."""
        found = self.table[0][1]
        for least, ratio in self.table:
            if weight >= least:
                found = ratio
        return found


SCENE_1 = ScenePolicy(
    name="scene-planes-motion/1",
    ratio=0.8,
    tolerance_px=4.0,
    epipolar_px=1.5,
    least_plane=6,
    table=((0, 0.3), (6, 3.0), (8, 35.0), (10, 300.0), (15, 1600.0), (20, 9500.0)),
    least_ratio=300.0,
    same_places=127,
    different_places=10_033,
    chance_links=2,
    source="docs/method/scenes.md, the same place",
)


@dataclass(frozen=True, slots=True)
class SoundPolicy:
    """When parts of two files count as one sound.

    Attributes:
        name: Name and version, as printed in every answer.
        speeds: At which the file is compared; what lies half a percent beside is found too.
        least_score: Of a span: the natural logarithm of how many times likelier its points are of one sound.
        unrelated_pairs: How many pairs of unrelated sounds were measured.
        chance_links: How many of these the policy linked.
        source: Why these numbers.
    """

    name: str
    speeds: tuple[Speed, ...]
    least_score: float
    unrelated_pairs: int
    chance_links: int
    source: str


SOUND_2 = SoundPolicy(
    name="sound-points/2",
    speeds=(
        AS_IT_IS,
        *(
            Speed(1 + percent / 100, keeps_pitch=keeps_pitch)
            for percent in (-1, 1, -2, 2, -3, 3)
            for keeps_pitch in (True, False)
        ),
    ),
    least_score=25.0,
    unrelated_pairs=5_112,
    chance_links=0,
    source="docs/method/sound.md: unrelated sounds, each with each other, of which none was linked.",
)
