"""Keeps the index of local features level with the records, as ``services.node.indexing`` does for hashes.

The index has a codebook, learnt from the node's own first pictures; until there are enough of them, pictures
are compared one by one, and nothing is missed. A codebook that has been outgrown makes answers slow and never
wrong. The index lies in a folder of its own name below the node's ``features``, so that a new one is built
beside the old one, which answers until the mark in the records names the new one.
"""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from django.db import transaction

from cairn.errors import CairnError, ConfigurationError, InputError, IntegrityError
from cairn.index.local_rows import KEPT_FEATURES
from cairn.index.lock import WriterLock
from cairn.index.matches import Coverage
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.features import FeatureMark, Features, PendingFeatures
from cairn.records.lock import node_work
from cairn.services.features.codebook_size import FEWEST_PICTURES, cells_for, has_outgrown
from cairn.services.features.pictures import ids_of, pictures_of, recorded_numbers, recorded_pictures
from cairn.services.node.indexing import WAIT_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from cairn.index.local import LocalIndex
    from cairn.services.node.opening import Node
BATCH_PICTURES: Final = 200
"""Pictures at once: 27 MB of features."""

ONE_BY_ONE: Final = ""
"""The place of an index that is not there yet: all pictures are compared one by one."""


T = TypeVar("T")


@node_work("the index of features holds everybody's media")
def catch_up_features(node: Node) -> int:
    """Put everything that waits into the index, and answer how many pictures that were.

    Killed at any point it can be called again. A picture that the index may hold already is taken out first:
    after a crash, or where somebody else has recorded it once more.
    """
    with database_errors_in_words():
        if not _fits(node):
            rebuild_features(node)
        waiting = PendingFeatures.objects.filter(is_indexed=False).order_by("pk")
        if not waiting.exists():
            return 0
        mark = _mark_of(node)
        if mark.place == ONE_BY_ONE:
            return _count_as_indexed(node, list(waiting.values_list("pk", flat=True)))
        added = 0
        with _writable(node, mark.place) as index:
            while batch := list(waiting.values_list("pk", flat=True)[:BATCH_PICTURES]):
                index.remove(ids_of(batch))
                index.add(pictures_of(batch))
                with transaction.atomic():
                    _set_mark(node, mark.place, index.coverage(), mark.pictures)
                    added += _count_as_indexed(node, batch)
        return added


@node_work("the index of features holds everybody's media")
def take_out_features(node: Node, media: Collection[int]) -> None:
    """Forget the features of media that nobody records: the rows, and the index."""
    with database_errors_in_words():
        mark = FeatureMark.objects.filter(node=node.config.identity).first()
        if mark is not None and mark.place != ONE_BY_ONE and _is_there(node, mark.place):
            try:
                with _writable(node, mark.place) as index:
                    index.remove(ids_of(media))
                    coverage = index.coverage()
                _set_mark(node, mark.place, coverage, mark.pictures)
            except IntegrityError:
                mark.delete()  # It cannot be read: whoever needs it next makes it anew, without them.
        with transaction.atomic():
            PendingFeatures.objects.filter(pk__in=media).delete()
            Features.objects.filter(pk__in=media).delete()
            FeatureMark.objects.exclude(node=node.config.identity).delete()


@node_work("the index of features holds everybody's media")
def rebuild_features(node: Node, *, most_cells: int | None = None) -> int:
    """Make the index anew from the kept features, its codebook included; answer how many pictures it holds.

    Args:
        node: The open node.
        most_cells: The largest codebook to train; ``None`` for what may be trained while somebody waits.

    Raises:
        ConfigurationError: Another process is doing so, or the disk refuses; the index is then as it was.
    """
    folder = node.config.features_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = patiently(lambda: WriterLock(folder / "rebuild.lock"))
    try:
        with database_errors_in_words():
            return _rebuild(node, most_cells)
    finally:
        lock.release()


@contextmanager
def readable_features(node: Node) -> Iterator[LocalIndex | None]:
    """Open the index for reading, after all that waits was put into it; ``None`` where there is none yet."""
    catch_up_features(node)
    place = _mark_of(node).place
    if place == ONE_BY_ONE:
        yield None
        return
    from cairn.index.local import open_local  # noqa: PLC0415 - FAISS, where there is an index

    with open_local(node.config.features_folder / place) as index:
        yield index


def _fits(node: Node) -> bool:
    """Answer whether the index holds what this node has put into it, and is worth having."""
    mark = FeatureMark.objects.filter(node=node.config.identity).first()
    if mark is None:
        return False
    if mark.place == ONE_BY_ONE:
        few = recorded_pictures()
        return few < FEWEST_PICTURES or few <= mark.pictures
    from cairn.index.local import open_local  # noqa: PLC0415 - FAISS, where there is an index

    try:
        with open_local(node.config.features_folder / mark.place) as index:
            found = index.coverage()
    except CairnError:
        return False
    if (found.generation, found.entries) < (mark.generation, mark.entries):
        return False
    pictures = found.entries // KEPT_FEATURES
    would_have, has = cells_for(pictures, most_cells=None), cells_for(mark.pictures, most_cells=None)
    return not has_outgrown(pictures, learnt_from=mark.pictures) or would_have[0] <= has[0]


def _rebuild(node: Node, most_cells: int | None) -> int:
    waiting = list(PendingFeatures.objects.filter(is_indexed=False).values_list("pk", flat=True))
    numbers, pictures = recorded_numbers(), recorded_pictures()
    folder = node.config.features_folder
    place = _trained(folder, numbers, pictures, most_cells)
    coverage = Coverage(0, 0, 0, ())
    if place != ONE_BY_ONE:
        with _writable(node, place) as index:
            for part in parts(numbers, BATCH_PICTURES):
                index.add(pictures_of(part))
            index.settle()
            coverage = index.coverage()
    with transaction.atomic():
        _set_mark(node, place, coverage, pictures)
        for part in parts(waiting):
            _count_as_indexed(node, part)
    for old in folder.iterdir():
        if old.is_dir() and old.name != place:
            shutil.rmtree(old, ignore_errors=True)  # Who still reads it has it open.
    return len(numbers)


def _trained(folder: Path, numbers: Sequence[int], pictures: int, most_cells: int | None) -> str:
    """Answer the name of a new index's folder, or ``ONE_BY_ONE`` where there is too little to learn from."""
    if pictures < FEWEST_PICTURES:
        return ONE_BY_ONE
    from cairn.index.local import create_local  # noqa: PLC0415 - FAISS, where there is an index

    place = f"{time.time_ns():x}"
    cells, examples = cells_for(pictures, most_cells=most_cells)
    step = max(1, pictures // examples)
    chosen = numbers[::step]
    try:
        create_local(
            folder / place,
            (features for part in parts(chosen, BATCH_PICTURES) for _, features in pictures_of(part)),
            cells=cells,
        )
    except InputError:
        shutil.rmtree(folder / place, ignore_errors=True)
        return ONE_BY_ONE  # Many pictures, and few points in them.
    return place


def _count_as_indexed(node: Node, media: Sequence[int]) -> int:
    """Say that these wait for their links alone; every other node's index lacks them from now on."""
    for part in parts(media):
        PendingFeatures.objects.filter(pk__in=part).update(is_indexed=True)
    FeatureMark.objects.exclude(node=node.config.identity).delete()
    return len(media)


@node_work("the index of features holds everybody's media")
def _mark_of(node: Node) -> FeatureMark:
    return FeatureMark.objects.get(node=node.config.identity)


def _set_mark(node: Node, place: str, coverage: Coverage, pictures: int) -> None:
    FeatureMark.objects.update_or_create(
        node=node.config.identity,
        defaults={
            "place": place,
            "generation": coverage.generation,
            "entries": coverage.entries,
            "pictures": pictures,
        },
    )


def _is_there(node: Node, place: str) -> bool:
    return (node.config.features_folder / place).is_dir()


@contextmanager
def _writable(node: Node, place: str) -> Iterator[LocalIndex]:
    """Open the index for writing, waiting for another writer to finish."""
    from cairn.index.local import open_local  # noqa: PLC0415 - FAISS, where there is an index

    with patiently(lambda: open_local(node.config.features_folder / place, writable=True)) as index:
        yield index


def patiently(open_it: Callable[[], T]) -> T:
    """Open what one process at a time may open, waiting for another one to finish.

    Raises:
        ConfigurationError: It does not finish in time (``index.locked``), or something else is wrong.
    """
    patience = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            return open_it()
        except ConfigurationError as error:
            if error.code != "index.locked" or time.monotonic() > patience:
                raise
        time.sleep(0.05)
