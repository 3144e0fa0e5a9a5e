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


def join(parts: list[Hits]) -> Hits:
    """Answer the hits of several files together."""
    return Hits(
        np.concatenate([np.empty(0, np.int64), *(part.query for part in parts)]),
        np.concatenate([np.empty(0, np.uint64), *(part.media for part in parts)]),
        np.concatenate([np.empty(0, np.float32), *(part.squared for part in parts)]),
        np.concatenate([np.empty(0, np.int64), *(part.turn for part in parts)]),
        np.concatenate([np.empty(0, np.int64), *(part.octaves for part in parts)]),
    )


def nearest(hits: Hits, *, most: int) -> Hits:
    """Answer for every feature of the query its nearest hits, at most so many."""
    order = np.lexsort((hits.media, hits.squared, hits.query))
    query = hits.query[order]
    rank = np.arange(len(order)) - np.searchsorted(query, query)
    return hits.select(order[rank < most])


def once(hits: Hits) -> Hits:
    """Answer the nearest hit of every feature of the query in every picture."""
    order = np.lexsort((hits.squared, hits.media, hits.query))
    query, media = hits.query[order], hits.media[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = (query[1:] != query[:-1]) | (media[1:] != media[:-1])
    return hits.select(order[first])


def scores(hits: Hits) -> tuple[NDArray[np.uint64], NDArray[np.float32], NDArray[np.float32]]:
    """Answer the pictures that were voted for, the weight of their agreeing votes, and of all.

    Args:
        hits: As ``once`` answers them.
    """
    media, place = np.unique(hits.media, return_inverse=True)
    turn = (hits.turn % 256) // _TURN_STEPS
    size = np.clip(hits.octaves // _SIZE_STEPS + _SIZES // 2, 0, _SIZES - 1)
    cells = np.zeros((len(media), _TURNS, _SIZES), np.float32)
    np.add.at(cells, (place, turn, size), weights(hits))
    around = cells + np.roll(cells, 1, axis=1) + np.roll(cells, -1, axis=1)
    smooth = around.copy()
    smooth[:, :, 1:] += around[:, :, :-1]
    smooth[:, :, :-1] += around[:, :, 1:]
    best = smooth.reshape(len(media), -1).max(axis=1) if len(media) else np.empty(0, np.float32)
    return media, best.astype(np.float32), cells.sum(axis=(1, 2))


def weights(hits: Hits) -> NDArray[np.float32]:
    """Answer what each hit weighs: 1 beside an equal description, 0 for the farthest that its feature met."""
    farthest = np.zeros(int(hits.query.max()) + 1 if len(hits.query) else 0, np.float32)
    np.maximum.at(farthest, hits.query, hits.squared)
    return np.asarray(1 - hits.squared / np.maximum(farthest[hits.query], 1), np.float32)
