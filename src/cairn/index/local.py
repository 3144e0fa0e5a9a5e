"""Which recorded pictures may share details with a picture: a first stage that is quick, and not exact.

Unlike the search by hash, this one may miss: descriptions are quantised, and only the nearest cells are
looked at. How often it misses was measured, and the figure comes with every answer. What it finds are
candidates; ``cairn.linking.altered`` compares them point by point, and only that makes a link. Files,
removals and what an answer covers are as exact as in every other index here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.errors import InputError
from cairn.index import codebook as codebooks
from cairn.index.codebook_training import train
from cairn.index.local_candidates import Candidates, ranked
from cairn.index.local_nearest import NOWHERE, Near, beside, enough, nearest
from cairn.index.local_rows import described
from cairn.index.local_segment import LocalSegment, LocalShape, owners_of, put_into
from cairn.index.local_stages import IVFPQ_VOTES, FirstStage
from cairn.index.local_votes import once, scores
from cairn.index.rows import Rows
from cairn.index.stored_index import StoredIndex, open_store
from cairn.index.tail import TailView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import faiss
    from numpy.typing import NDArray

    from cairn.index.codebook import Codebook
    from cairn.index.local_candidates import Scores
    from cairn.index.local_rows import Described
    from cairn.index.snapshot import Snapshot
    from cairn.index.store import Reader
    from cairn.index.writer import Writer
    from cairn.types import LocalFeatures

NEIGHBOURS: Final = 24
"""How many stored features each feature of the query votes for, in every group of pictures."""

_LOOKED_AT: Final = 2 * NEIGHBOURS
"""How many are looked at first where there are groups, so that the others do not take the places of the
first; four times as many, and so on, where they do."""
_MOST_LOOKED_AT: Final = 128 * _LOOKED_AT
"""Where even more of other groups lie nearer, they do take places; FAISS then answers slowly, too."""

__all__ = [
    "IVFPQ_VOTES",
    "Candidates",
    "FirstStage",
    "LocalIndex",
    "create_local",
    "open_local",
]


if TYPE_CHECKING:
    Searcher = tuple[faiss.IndexIVFPQFastScan, "LocalSegment | TailOwners"]
    Grouping = Callable[[NDArray[np.uint64]], NDArray[np.int8]]


class LocalIndex(StoredIndex[LocalSegment]):
    """Which pictures have details alike; made by ``open_local``. One thread at a time may ask it."""

    def __init__(
        self, store: Reader[LocalSegment] | Writer[LocalSegment], shape: LocalShape, codebook: Codebook
    ) -> None:
        """Stand before the store."""
        super().__init__(store, shape)
        self._codebook = codebook
        self._searchers: dict[str, tuple[tuple[int, int], *Searcher]] = {}

    @cached_property
    def _coarse(self) -> codebooks.Coarse:
        """Answer the finders of cells; made when first needed, as many only ask what an index holds."""
        return codebooks.coarse(self._codebook)

    def add(self, pictures: Iterable[tuple[int, LocalFeatures]]) -> None:
        """Add pictures; all of them are durable when this returns. A picture that is added twice votes twice.

        Args:
            pictures: The id of each, and its features; a picture without features leaves no trace.

        Raises:
            ConfigurationError: When the index was opened for reading, or the disk refuses.
        """
        ids, values = [np.empty(0, np.uint64)], [np.empty((0, self._width), np.uint8)]
        for media, features in pictures:
            values.append(codebooks.encode(self._coarse, described(features)))
            ids.append(np.full(len(values[-1]), media, np.uint64))
        column = np.concatenate(ids)
        self._writer().add(Rows(column, np.zeros(len(column), np.uint32), np.concatenate(values)))

    def candidates(self, features: LocalFeatures, *, stage: FirstStage) -> Candidates:
        """Answer the pictures that share most details with one, as it lies or mirrored.

        Args:
            features: Of the picture that is asked about.
            stage: How to search, by name.
        """
        (found,) = self.grouped(features, stage=stage, groups=1, group_of=_all_in_one)
        return found

    def grouped(
        self, features: LocalFeatures, *, stage: FirstStage, groups: int, group_of: Grouping
    ) -> tuple[Candidates, ...]:
        """Answer the candidates of each group of pictures, as if the index held that group alone.

        Pictures of one group take no votes and no places from those of the first, so that what somebody may
        not see pushes nothing out that they may.

        Args:
            features: Of the picture that is asked about.
            stage: How to search, by name; ``most`` holds for each group.
            groups: How many groups.
            group_of: Answers the group of each of these media: 0 to ``groups`` - 1, or -1 to leave it out.
        """
        query = described(features, most=stage.asked)
        snapshot = self._store.snapshot()
        found: list[list[Scores]] = [[] for _ in range(groups)]
        for side in (query, query.mirrored()):
            near, group = self._near(snapshot, side, stage, group_of, groups=groups)
            for number, scored in enumerate(found):
                hits = nearest(near, group == number, side, most=NEIGHBOURS)
                scored.append(scores(once(hits), most=stage.most))
        self._forget({part.name for part in snapshot.parts})
        return tuple(ranked(scored, stage, snapshot.coverage) for scored in found)

    def _near(
        self,
        snapshot: Snapshot[LocalSegment],
        query: Described,
        stage: FirstStage,
        group_of: Grouping,
        *,
        groups: int,
    ) -> tuple[Near, NDArray[np.int8]]:
        """Answer what lies near and its groups; of the first enough for every feature that has so many.

        What does not count belongs to no group.
        """
        probes = stage.probes_in(snapshot.coverage.entries, len(self._codebook.cells))
        cells = self._coarse.nearest(query.descriptions, min(probes, len(self._codebook.cells)))
        most = NEIGHBOURS if groups == 1 else _LOOKED_AT
        near = self._near_in_all(snapshot, query, cells, most)
        while True:
            there = near.squared < NOWHERE
            group = np.full(there.shape, -1, np.int8)
            group[there] = group_of(near.media[there])
            lacking = np.flatnonzero(~enough(near, group == 0, most=NEIGHBOURS))
            if most >= _MOST_LOOKED_AT or not len(lacking):
                return near, group
            most *= 4
            more = self._near_in_all(snapshot, query.select(lacking), cells[lacking], most)
            near = near.replaced(lacking, more)

    def _near_in_all(
        self, snapshot: Snapshot[LocalSegment], query: Described, cells: NDArray[np.int64], most: int
    ) -> Near:
        """Answer the nearest of every file that count."""
        parts = []
        for position, part in enumerate(snapshot.parts):
            if len(part) and len(query):
                near = self._near_in(part, query, cells, most)
                counting = snapshot.counts(position, near.media.ravel())
                if counting is not None:
                    near.squared[~counting.reshape(near.media.shape)] = NOWHERE
                parts.append(near)
        return beside(parts, len(query))

    def _near_in(
        self, part: LocalSegment | TailView, query: Described, cells: NDArray[np.int64], most: int
    ) -> Near:
        """Answer what lies near each feature of the query in one file."""
        searching, owners = self._searcher(part)
        squared, found = codebooks.search(searching, query.descriptions, cells, most)
        is_there = found >= 0
        squared[~is_there] = NOWHERE
        seen_to = np.where(is_there.all(axis=1), squared.max(axis=1), NOWHERE)
        entries, media = found.astype(np.uint64), np.zeros(found.shape, np.uint64)
        media[is_there] = owners.owners(entries[is_there])
        return Near(squared, media, entries, seen_to)

    def _searcher(self, part: LocalSegment | TailView) -> Searcher:
        """Answer FAISS's index over one file, made when it is first needed or the file has grown."""
        known = self._searchers.get(part.name)
        gone = 0 if isinstance(part, LocalSegment) or part.live is None else int((~part.live).sum())
        state = len(part), gone
        if known is None or known[0] != state:
            known = (state, *self._searching(part))
            self._searchers[part.name] = known
        return known[1], known[2]

    def _searching(self, part: LocalSegment | TailView) -> Searcher:
        """Answer FAISS's index over the entries of a file; a segment's stay where they are."""
        made = codebooks.engine(self._codebook, self._coarse)
        owners: LocalSegment | TailOwners
        if isinstance(part, TailView):
            owners = TailOwners(put_into(codebooks.own_lists(made), part.live_rows))
        else:
            owners = part
            made.replace_invlists(part.lists, False)  # noqa: FBT003 - FAISS's signature: not its own to free
        made.ntotal = len(part)
        return made, owners

    def _forget(self, names: set[str]) -> None:
        """Let go of files that are no longer part of the index."""
        for gone in self._searchers.keys() - names:
            self._searchers.pop(gone, None)


@dataclass(frozen=True, slots=True, eq=False)
class TailOwners:
    """Whose the newest entries are.

    Attributes:
        media: ``(pictures,) uint64``, sorted.
    """

    media: NDArray[np.uint64]

    def owners(self, entries: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Answer the ids of the media that entries belong to."""
        return owners_of(self.media, entries)


def open_local(folder: Path, *, writable: bool = False) -> LocalIndex:
    """Open the index of local features in ``folder``; use it in a ``with`` statement, or close it.

    Args:
        folder: It holds a codebook, which ``create_local`` puts there.
        writable: Take the writer's lock.

    Raises:
        InputError: With code ``index.no-codebook`` when the folder holds none.
        ConfigurationError: With code ``index.locked`` when another process is writing.
        IntegrityError: When the manifest or the codebook is damaged, or they do not belong together.
    """
    codebook = codebooks.load(folder)
    shape = LocalShape(codebook)
    store: Reader[LocalSegment] | Writer[LocalSegment] = open_store(folder, shape, writable=writable)
    return LocalIndex(store, shape, codebook)


def create_local(folder: Path, examples: Iterable[LocalFeatures], *, cells: int) -> None:
    """Train the codebook of a new index and put it into its folder.

    Args:
        folder: Made where it is absent; it must not hold a codebook yet.
        examples: Features of many unlike pictures, such as the first that a node sees.
        cells: Coarse cells; a query looks through ``probes / cells`` of all features, so a million pictures
            need the most, 65,536.

    Raises:
        InputError: There are too few features, or there is a codebook already.
    """
    if (folder / codebooks.CODEBOOK_NAME).exists():
        raise InputError("This index has a codebook already.", code="index.codebook")
    descriptions = [described(features).descriptions for features in examples]
    joined = np.concatenate([np.empty((0, 128), np.float32), *descriptions])
    codebooks.save(folder, train(joined, cells=cells))


def _all_in_one(media: NDArray[np.uint64]) -> NDArray[np.int8]:
    """Answer that all pictures are of one group."""
    return np.zeros(len(media), np.int8)
