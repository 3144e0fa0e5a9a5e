"""PhotoDNA values that others have computed, compared with those on hash lists.

A value is 144 bytes, each the strength of edges in a cell of the picture. Two are compared by the sum of the
squared differences of their bytes: public tools do so, and the square root of it is the Euclidean distance
that the literature names. Cairn never computes a value: the method is licensed. So none is turned or
mirrored either; what is stated is compared as it is stated.

A picture of one colour has a value in which nearly all neighbours are equal, and lies near every other such
picture. The policy says from how much change on a value tells pictures apart; one below meets nothing.

Source: IPED, PhotoDNALookup and PhotoDnaTree: squared distance, share of neighbouring bytes that differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cairn.index.photodna import PHOTODNA_BYTES
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from cairn.index import PhotoDnaIndex

KIND = "photodna-near"


@dataclass(frozen=True, slots=True)
class PhotoDnaPolicy:
    """When two PhotoDNA values count as the same picture altered.

    Attributes:
        name: Name and version, as printed in answers.
        bound: The largest sum of squared differences that links, 0 to 9,363,600.
        least_change: Share of neighbouring bytes that must differ in a value, 0 to 1; one below is of a
            picture with nearly nothing in it.
        source: Why these numbers.
    """

    name: str
    bound: int
    least_change: float
    source: str


PHOTODNA_40000 = PhotoDnaPolicy(
    name="photodna-40000/1",
    bound=40_000,
    least_change=0.7,
    source="The usual values of IPED, a public tool of the Brazilian Federal Police: maxSimilarityDistance "
    "40000, minEntropy 0.7. Nothing was measured here: Cairn computes no PhotoDNA values.",
)


@dataclass(frozen=True, slots=True)
class PhotoDnaNear:
    """A stated PhotoDNA value lies near that of an entry of a list.

    Attributes:
        sum_of_squares: Of the differences of the 144 bytes.
        policy: Which bound held.
    """

    sum_of_squares: int
    policy: str


def near_values(
    index: PhotoDnaIndex, values: NDArray[np.uint8], *, policy: PhotoDnaPolicy
) -> Iterator[tuple[int, int, PhotoDnaNear]]:
    """Yield the position of a value, the id of an entry near it, and how near: by position, nearest first.

    Args:
        index: The exact index; nothing within the bound is missed.
        values: ``(n, 144) uint8``.
        policy: The bound, by name.
    """
    asked = np.flatnonzero(tells_apart(values, policy))
    if not len(asked):
        return
    found = index.search(values[asked], bound=policy.bound)
    columns = asked[found.query].tolist(), found.id.tolist(), found.score.tolist()
    for position, number, total in zip(*columns, strict=True):
        yield position, number, PhotoDnaNear(total, policy.name)


def tells_apart(values: NDArray[np.uint8], policy: PhotoDnaPolicy) -> NDArray[np.bool_]:
    """Answer of each value ``(n, 144)`` whether it changes enough to tell pictures apart."""
    changes = (values[:, 1:] != values[:, :-1]).sum(axis=1)
    found: NDArray[np.bool_] = changes > policy.least_change * (PHOTODNA_BYTES - 1)
    return found


def photodna_in_words(evidence: PhotoDnaNear) -> Sentence:
    """Answer the evidence as a sentence.

    >>> photodna_in_words(PhotoDnaNear(1200, "photodna-40000/1"))
    'PhotoDNA value near, distance 1,200 (photodna-40000/1)'
    """
    return Sentence(
        "PhotoDNA value near, distance %(distance)s (%(policy)s)",
        distance=evidence.sum_of_squares,
        policy=evidence.policy,
    )


def stored_photodna(evidence: PhotoDnaNear) -> dict[str, object]:
    """Answer the evidence as values that a kept answer holds."""
    return {"kind": KIND, "sum_of_squares": evidence.sum_of_squares, "policy": evidence.policy}


def photodna_from_stored(values: Mapping[str, object]) -> PhotoDnaNear | None:
    """Answer what was stored; ``None`` where that is another kind."""
    total, policy = values.get("sum_of_squares"), values.get("policy")
    if values.get("kind") != KIND or not isinstance(total, int) or not isinstance(policy, str):
        return None
    return PhotoDnaNear(total, policy)
