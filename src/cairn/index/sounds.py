"""Which recorded sounds may agree with a sound, and at which shift in time: quick, and not exact.

A row is a pair of points: the media's id, the time of the pair, and its number. Rows are looked up by
number, as digests are, in files of the same form; journal, removals, merging and the account of what was
searched are those of every other index here. ``cairn.linking.audio`` compares what is found point by
point, and only that makes a link.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.index.digests import DigestSegment, DigestShape, SortedParts
from cairn.index.rows import Rows
from cairn.index.sound_rows import VALUE_BYTES, Pairs, asked_pairs, constellation, stored_pairs
from cairn.index.sound_votes import Votes, count_votes, join_votes
from cairn.index.stored_index import StoredIndex, open_store
from cairn.index.words import to_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.index.matches import Coverage
    from cairn.index.sound_rows import Speed
    from cairn.index.sound_votes import Place
    from cairn.index.store import Reader
    from cairn.index.writer import Writer
    from cairn.types import SoundPoints

KIND: Final = "sound-pairs"

LEAST_VOTES: Final = 3
"""Moments that must agree in their shift before a recorded sound is compared point by point."""

MOST_CANDIDATES: Final = 20
"""Recorded sounds that are compared, of every group of media."""

MOST_PLACES: Final = 6
"""Shifts of one recorded sound that are tried: a compilation may hold it in several places."""


@dataclass(frozen=True, slots=True)
class SoundCandidates:
    """Recorded sounds that may agree with the query.

    Attributes:
        places: For each media, the one with most votes first, where it may agree.
        left_out: How many more there were, with fewer votes.
        coverage: What was searched.
    """

    places: dict[int, tuple[Place, ...]]
    left_out: int
    coverage: Coverage


class SoundIndex(StoredIndex[DigestSegment]):
    """Which sounds have pairs of points alike at one shift; made by ``open_sounds``."""

    def __init__(self, store: Reader[DigestSegment] | Writer[DigestSegment], shape: DigestShape) -> None:
        """Stand before the store."""
        super().__init__(store, shape)
        self._sorted = SortedParts()

    def add(self, sounds: Iterable[tuple[int, SoundPoints]]) -> None:
        """Add sounds; all are durable when this returns. Adding the same sound again changes nothing.

        Args:
            sounds: The id of each and its points; a sound without points leaves no trace.

        Raises:
            ConfigurationError: When the index was opened for reading, or the disk refuses.
        """
        ids, times = [np.empty(0, np.uint64)], [np.empty(0, np.uint32)]
        keys = [np.empty(0, np.uint32)]
        for media, sound in sounds:
            pairs = stored_pairs(constellation(sound))
            ids.append(np.full(len(pairs), media, np.uint64))
            times.append(pairs.time_ms.astype(np.uint32))
            keys.append(pairs.key)
        self._writer().add(Rows(np.concatenate(ids), np.concatenate(times), _values(np.concatenate(keys))))

    def candidates(self, sound: SoundPoints, *, speeds: Sequence[Speed]) -> SoundCandidates:
        """Answer the sounds that most moments of one agree with, played as it is or at another speed.

        Args:
            sound: That is asked about.
            speeds: At which it is asked.
        """
        (found,) = self.grouped(sound, speeds=speeds, groups=1, group_of=_all_in_one)
        return found

    def grouped(
        self,
        sound: SoundPoints,
        *,
        speeds: Sequence[Speed],
        groups: int,
        group_of: Callable[[NDArray[np.uint64]], NDArray[np.int8]],
    ) -> tuple[SoundCandidates, ...]:
        """Answer the candidates of each group of media, as if the index held that group alone.

        Args:
            sound: That is asked about.
            speeds: At which it is asked.
            groups: How many groups.
            group_of: Answers the group of each of these media: 0 to ``groups`` - 1, or -1 to leave it out.
        """
        points = constellation(sound)
        snapshot = self._store.snapshot()
        found = []
        for number, speed in enumerate(speeds):
            asked = asked_pairs(points.at(speed))
            media, query, known_ms = self._alike(asked)
            found.append(count_votes(media, asked.time_ms[query], known_ms, speed=number, least=LEAST_VOTES))
        votes = join_votes(found)
        group = group_of(votes.media)
        return tuple(_best(votes.select(group == each), speeds, snapshot.coverage) for each in range(groups))

    def _alike(self, asked: Pairs) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.float64]]:
        """Answer whose pairs are alike, to which asked pair each is, and its time."""
        wanted = to_words(_values(asked.key))
        snapshot = self._store.snapshot()
        media, queries, times = [np.empty(0, np.uint64)], [np.empty(0, np.int64)], [np.empty(0)]
        for position, part in enumerate(snapshot.parts):
            if not len(part):
                continue
            table, owners = self._sorted(part)
            query, row = table.find(wanted)
            origin, entries = owners.fan_out(row)
            query = query if origin is None else query[origin]
            ids = owners.ids_at(entries)
            counting = snapshot.counts(position, ids)
            kept = slice(None) if counting is None else counting
            media.append(ids[kept])
            queries.append(query[kept])
            times.append(owners.timestamps_at(entries)[kept].astype(np.float64))
        return np.concatenate(media), np.concatenate(queries), np.concatenate(times)


def open_sounds(folder: Path, *, writable: bool = False) -> SoundIndex:
    """Open the index of sounds in ``folder``; use it in a ``with`` statement, or close it.

    Args:
        folder: Created when absent and ``writable``; a reader takes an absent folder as an empty index.
        writable: Take the writer's lock.

    Raises:
        ConfigurationError: With code ``index.locked`` when another process is writing.
        IntegrityError: When the manifest is damaged, or the folder holds another kind of index.
    """
    shape = DigestShape(KIND, VALUE_BYTES)
    store: Reader[DigestSegment] | Writer[DigestSegment] = open_store(folder, shape, writable=writable)
    return SoundIndex(store, shape)


def _values(keys: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Answer numbers as values of an index: their order as bytes is their order as numbers."""
    return keys.astype(">u4").view(np.uint8).reshape(-1, VALUE_BYTES)


def _all_in_one(media: NDArray[np.uint64]) -> NDArray[np.int8]:
    """Answer that all media are of one group."""
    return np.zeros(len(media), np.int8)


def _best(votes: Votes, speeds: Sequence[Speed], coverage: Coverage) -> SoundCandidates:
    """Answer the media with most votes at one shift, and the shifts of each."""
    owners, first = np.unique(votes.media, return_index=True)  # The best place of each stands first.
    ordered = owners[np.lexsort((owners, -votes.votes[first]))]
    chosen = ordered[:MOST_CANDIDATES]
    places = votes.select(np.isin(votes.media, chosen)).places(speeds, most=MOST_PLACES)
    kept = {media: places[media] for media in chosen.tolist()}
    return SoundCandidates(kept, len(owners) - len(chosen), coverage)
