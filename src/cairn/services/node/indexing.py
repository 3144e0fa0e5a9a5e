"""Keeps the fingerprint index level with the records: recorded hashes wait in a table until it has them."""

from __future__ import annotations

import time
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction

from cairn.errors import ConfigurationError, IntegrityError
from cairn.index import Coverage, Index, Rows, open_index, rebuild_index
from cairn.records.asked_often import asked_often
from cairn.records.batches import VALUES_AT_ONCE, parts
from cairn.records.connection import database_errors_in_words
from cairn.records.links import PendingSuggestion
from cairn.records.lock import node_work
from cairn.records.media import IndexMark, Media, PendingIndexEntry
from cairn.records.sightings import Sighting
from cairn.services.node.index_rows import frames_of, recorded_frames, stills, with_frames
from cairn.services.node.kept_open import kept_open

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from cairn.services.node.opening import Node

REBUILD_ENTRIES = 100_000
"""Entries that a rebuild hands over at once; some 40 MB."""

WAIT_SECONDS = 30.0
"""How long to wait for another process that is writing; it holds the index for batches, not for checks."""


@contextmanager
def current_index(node: Node) -> Iterator[Index]:
    """Open the index for reading, after everything that waits has been put into it."""
    catch_up(node)
    with _readable(node) as index:
        yield index


@node_work("the index waits for media of everybody")
def await_index(media: Iterable[int]) -> None:
    """Let these recorded media wait for the index; call it in the transaction that records them."""
    PendingIndexEntry.objects.bulk_create(
        [PendingIndexEntry(media_id=number) for number in media], ignore_conflicts=True
    )


@node_work("the index holds everybody's media")
def await_links(media: Iterable[int]) -> None:
    """Let these recorded media wait for being linked; call it in the transaction that records them."""
    PendingSuggestion.objects.bulk_create(
        [PendingSuggestion(media_id=number) for number in media], ignore_conflicts=True
    )


@node_work("the index holds everybody's media")
def catch_up(node: Node) -> int:
    """Put everything that waits into the index, and answer how many hashes that were.

    Killed at any point it can be called again: an entry that is in the index already is not added twice. An
    index that does not fit the records is made anew first: its folder was deleted, or index or records were
    put back from an older copy. A search that misses what is recorded is worse than a slow one.
    """
    with database_errors_in_words():
        if not fits(node):
            rebuild(node)
        if not _waiting():
            return 0
        added = 0
        with _writable(node) as index:
            while batch := list(PendingIndexEntry.objects.select_related("media")[:VALUES_AT_ONCE]):
                rows = with_frames([entry.media for entry in batch])
                index.add(rows.ids, rows.values, timestamps_ms=rows.timestamps_ms)
                with transaction.atomic():
                    _no_longer_wait(node, [entry.pk for entry in batch])
                    _mark(node, index.coverage())
                added += len(batch)
        return added


@node_work("the index holds everybody's media")
def take_out(node: Node, media: Collection[int]) -> None:
    """Let the index forget these media, which nobody records; on disk when this returns.

    What waited for the index no longer does. Whoever records one of them meanwhile has to let it wait again.
    """
    with database_errors_in_words(), _writable(node) as index:
        PendingIndexEntry.objects.filter(pk__in=media).delete()
        index.remove(np.array(sorted(media), np.uint64))
        with transaction.atomic():
            IndexMark.objects.exclude(node=node.config.identity).delete()
            _mark(node, index.coverage())


def rebuild(node: Node) -> int:
    """Make the index anew from the records, and answer how many hashes it holds."""
    with database_errors_in_words():
        waiting = list(PendingIndexEntry.objects.values_list("pk", flat=True))
        recorded = Media.objects.filter(pdq__isnull=False, pk__in=Sighting.objects.values("media"))
        rows = recorded.order_by("pk").only("pk", "pdq").iterator(chunk_size=10_000)
        coverage = rebuild_index(node.config.index_folder, chain(_batches(rows), recorded_frames()))
        with transaction.atomic():
            for some in parts(waiting):
                _no_longer_wait(node, some)
            _mark(node, coverage)
        return coverage.entries


@node_work("the index holds everybody's media")
def fits(node: Node) -> bool:
    """Answer whether the index holds what this node has put into it, and nothing else.

    Merging raises the generation and may drop repeated entries; only additions raise the number of entries,
    and those that a crash kept from being marked still wait in the records.
    """
    mark = _mark_of(node)
    try:
        with _readable(node) as index:
            found = index.coverage()
    except IntegrityError:
        return False
    if mark is None and IndexMark.objects.exists():
        return False  # Another node on these records has taken what waited into its own index.
    generation, entries = mark or (0, 0)
    if (found.generation, found.entries) < (generation, entries):
        return False
    if found.entries <= entries:
        return True
    waiting = PendingIndexEntry.objects.all()
    return found.entries <= entries + waiting.count() + frames_of(waiting.values("media"))


def _mark_of(node: Node) -> tuple[int, int] | None:
    """Answer the generation and the entries that this node has put into its index; every look-up asks."""
    name = node.config.identity
    rows = asked_often(
        ("what the index has", name),
        (),
        lambda _: IndexMark.objects.filter(node=name).values_list("generation", "entries"),
    )
    return (rows[0][0], rows[0][1]) if rows else None


def _waiting() -> bool:
    """Answer whether anything waits for the index."""
    return bool(
        asked_often("waits for the index", (), lambda _: PendingIndexEntry.objects.values_list("pk")[:1])
    )


def _no_longer_wait(node: Node, media: Sequence[int]) -> None:
    """Take these from the table of what waits; every other node's index lacks them from now on."""
    PendingIndexEntry.objects.filter(pk__in=media).delete()
    IndexMark.objects.exclude(node=node.config.identity).delete()


def _mark(node: Node, coverage: Coverage) -> None:
    values = {"generation": coverage.generation, "entries": coverage.entries}
    IndexMark.objects.update_or_create(node=node.config.identity, defaults=values)


@contextmanager
def _readable(node: Node) -> Iterator[Index]:
    folder = node.config.index_folder
    with kept_open(node, folder, lambda: open_index(folder)) as index:
        yield index


@contextmanager
def _writable(node: Node) -> Iterator[Index]:
    """Open the index for writing, waiting for another writer to finish."""
    patience = time.monotonic() + WAIT_SECONDS
    while (index := _try_to_open(node, last_try=time.monotonic() > patience)) is None:
        time.sleep(0.05)
    with index:
        yield index


def _try_to_open(node: Node, *, last_try: bool) -> Index | None:
    try:
        return open_index(node.config.index_folder, writable=True)
    except ConfigurationError as error:
        if error.code != "index.locked" or last_try:
            raise
        return None


def _batches(media: Iterable[Media]) -> Iterator[Rows]:
    batch: list[Media] = []
    for row in media:
        batch.append(row)
        if len(batch) == REBUILD_ENTRIES:
            yield stills(batch)
            batch = []
    yield stills(batch)
