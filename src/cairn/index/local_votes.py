"""From near features to candidate pictures: votes that agree in turn and in change of size.

Every feature of the query votes for the pictures whose features look most like it, once for each picture.
In a true copy the votes agree: each says by how much the picture was turned and enlarged, and they say about
the same. So a picture's score is the weight of its votes in the best cell of turn and size, with those
around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TURNS: Final = 16
_SIZES: Final = 32
"""Cells of 22.5° and of one half octave, from 8 octaves smaller to 8 larger."""

_LOOKED_AT_FIRST: Final = 8
"""Times as many pictures as are wanted are looked at first, so that most others need not be."""
_ROUNDED: Final = np.float32(1 - 1e-5)
"""The same votes may add up to slightly less in another order."""
_TURN_STEPS: Final = 256 // _TURNS
_SIZE_STEPS: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """Stored features that look like features of the query.

    Attributes:
        query: ``(m,) int64``, which feature of the query.
        media: ``(m,) uint64``, whose stored feature.
        squared: ``(m,) float32``, squared distance, as far as the codes tell.
        turn: ``(m,) int64``, from the query's angle to the stored one, in 1/256 of a turn.
        octaves: ``(m,) int64``, from the query's size to the stored one, in 1/16 octaves.
    """

    query: NDArray[np.int64]
    media: NDArray[np.uint64]
    squared: NDArray[np.float32]
    turn: NDArray[np.int64]
    octaves: NDArray[np.int64]

    def select(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Hits:
        """Answer some of the hits."""
        return Hits(
            self.query[which], self.media[which], self.squared[which], self.turn[which], self.octaves[which]
        )


def once(hits: Hits) -> Hits:
    """Answer the nearest hit of every feature of the query in every picture."""
    order = np.lexsort((hits.squared, hits.media, hits.query))
    query, media = hits.query[order], hits.media[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = (query[1:] != query[:-1]) | (media[1:] != media[:-1])
    return hits.select(order[first])


def scores(hits: Hits, *, most: int) -> tuple[NDArray[np.uint64], NDArray[np.float32], NDArray[np.float32]]:
    """Answer pictures that were voted for, the weight of their agreeing votes, and of all.

    What is left out has no more agreeing votes than ``most`` others: all its votes together weigh less than
    their agreeing ones do.

    Args:
        hits: As ``once`` answers them.
        most: How many are wanted.
    """
    weight = weights(hits)
    media, place = np.unique(hits.media, return_inverse=True)
    total = np.bincount(place, weight, len(media)).astype(np.float32)
    least, looked_at = np.float32(0), _LOOKED_AT_FIRST * most
    if len(media) > looked_at:
        likely = total >= np.partition(total, -looked_at)[-looked_at]
        least = np.partition(_agreeing(hits, weight, place, likely), -most)[-most]
    chosen = total >= least * _ROUNDED
    return media[chosen], _agreeing(hits, weight, place, chosen), total[chosen]


def _agreeing(
    hits: Hits, weight: NDArray[np.float32], place: NDArray[np.intp], chosen: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Answer of each chosen picture the weight of the votes that agree in turn and size.

    Args:
        hits: Of all pictures.
        weight: Of each hit.
        place: Which picture each hit is of.
        chosen: Which of all pictures are looked at.
    """
    mine = np.flatnonzero(chosen[place])
    row = (np.cumsum(chosen) - 1)[place[mine]]
    turn = (hits.turn[mine] % 256) // _TURN_STEPS
    size = np.clip(hits.octaves[mine] // _SIZE_STEPS + _SIZES // 2, 0, _SIZES - 1)
    cells = np.zeros((int(chosen.sum()), _TURNS, _SIZES), np.float32)
    np.add.at(cells, (row, turn, size), weight[mine])
    around = cells + np.roll(cells, 1, axis=1) + np.roll(cells, -1, axis=1)
    smooth = around.copy()
    smooth[:, :, 1:] += around[:, :, :-1]
    smooth[:, :, :-1] += around[:, :, 1:]
    best = smooth.reshape(len(cells), -1).max(axis=1) if len(cells) else np.empty(0, np.float32)
    return best.astype(np.float32)


def weights(hits: Hits) -> NDArray[np.float32]:
    """Answer what each hit weighs: 1 beside an equal description, 0 for the farthest that its feature met."""
    farthest = np.zeros(int(hits.query.max()) + 1 if len(hits.query) else 0, np.float32)
    np.maximum.at(farthest, hits.query, hits.squared)
    return np.asarray(1 - hits.squared / np.maximum(farthest[hits.query], 1), np.float32)
