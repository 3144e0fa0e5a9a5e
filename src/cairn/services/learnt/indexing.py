"""Keeps the indexes of learnt vectors level with the records, as ``features.indexing`` does for points.

A model has an index of its own, in a folder of its own name below the node's ``learnt``; a new one is built
beside the old one, which answers until the mark in the records names the new one. Nothing is trained, so
making one anew costs reading the vectors and writing them.
"""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction

from cairn.errors import CairnError
from cairn.index.cosine import open_cosine
from cairn.index.lock import WriterLock
from cairn.records.batches import VALUES_AT_ONCE, parts
from cairn.records.connection import database_errors_in_words
from cairn.records.learnt import LearntMark, LearntModel, LearntVector
from cairn.records.lock import node_work
from cairn.services.features.indexing import patiently
from cairn.services.features.recorded import recorded
from cairn.services.learnt.keeping import as_vectors, forget_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from cairn.index.cosine import CosineIndex
    from cairn.index.matches import Coverage
    from cairn.services.node.opening import Node


@contextmanager
def readable_vectors(node: Node, model: LearntModel) -> Iterator[CosineIndex]:
    """Open the index of a model's vectors for reading, after all that waits was put into it."""
    catch_up_vectors(node, model)
    with open_cosine(_folder(node) / _place(node, model), model=model.mark, size=model.size) as index:
        yield index


@node_work("the index of vectors holds everybody's media")
def catch_up_vectors(node: Node, model: LearntModel) -> int:
    """Put all vectors of recorded media that wait into the index, and answer how many they were.

    Killed at any point it can be called again. A vector that the index may hold already is taken out first.
    """
    with database_errors_in_words():
        if not _fits(node, model):
            _rebuild(node, model)
        waiting = recorded(LearntVector.objects.filter(model=model, is_indexed=False))
        if not waiting.exists():
            return 0
        added, place = 0, _place(node, model)
        with _writable(node, model, place) as index:
            while numbers := list(waiting.order_by("pk").values_list("pk", flat=True)[:VALUES_AT_ONCE]):
                batch = as_vectors(LearntVector.objects.filter(pk__in=numbers))
                index.remove(np.array(list(batch), np.uint64))
                _add(index, batch)
                with transaction.atomic():
                    _set_mark(node, model, place, index.coverage())
                    _count_as_indexed(node, model, numbers)
                added += len(batch)
        return added


@node_work("the index of vectors holds everybody's media")
def take_out_vectors(node: Node, media: Collection[int]) -> None:
    """Forget the vectors of media that nobody records: the rows, and the indexes."""
    with database_errors_in_words():
        for mark in LearntMark.objects.filter(node=node.config.identity).select_related("model"):
            if (_folder(node) / mark.place).is_dir():
                with _writable(node, mark.model, mark.place) as index:
                    index.remove(np.array(sorted(media), np.uint64))
                    coverage = index.coverage()
                _set_mark(node, mark.model, mark.place, coverage)
        with transaction.atomic():
            LearntVector.objects.filter(media__in=media).delete()
            LearntMark.objects.exclude(node=node.config.identity).delete()


def forget_model(node: Node, mark: str) -> int:
    """Forget a model: its vectors, and this node's index of them; answer how many vectors they were.

    Raises:
        InputError: No model of this mark is kept.
    """
    vectors = forget_rows(mark)
    for old in _places(node, mark):
        shutil.rmtree(old, ignore_errors=True)
    return vectors


def _add(index: CosineIndex, batch: Mapping[int, NDArray[np.float32]]) -> None:
    if batch:
        index.add(np.array(list(batch), np.uint64), np.stack(list(batch.values())))


def _count_as_indexed(node: Node, model: LearntModel, numbers: Sequence[int]) -> None:
    """Say that these wait no more; every other node's index lacks them from now on."""
    LearntVector.objects.filter(pk__in=numbers).update(is_indexed=True)
    LearntMark.objects.filter(model=model).exclude(node=node.config.identity).delete()


def _fits(node: Node, model: LearntModel) -> bool:
    """Answer whether the index holds what this node has put into it."""
    mark = LearntMark.objects.filter(node=node.config.identity, model=model).first()
    if mark is None:
        return False
    try:
        with open_cosine(_folder(node) / mark.place, model=model.mark, size=model.size) as index:
            found = index.coverage()
    except CairnError:
        return False
    return (found.generation, found.entries) >= (mark.generation, mark.entries)


def _rebuild(node: Node, model: LearntModel) -> None:
    folder = _folder(node)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = patiently(lambda: WriterLock(folder / "rebuild.lock"))
    try:
        rows = recorded(LearntVector.objects.filter(model=model))
        numbers = list(rows.order_by("pk").values_list("pk", flat=True))
        place = f"{model.mark}-{time.time_ns():x}"
        with _writable(node, model, place) as index:
            for part in parts(numbers):
                _add(index, as_vectors(LearntVector.objects.filter(pk__in=part)))
            index.settle()
            coverage = index.coverage()
        with transaction.atomic():
            _set_mark(node, model, place, coverage)
            for part in parts(numbers):
                _count_as_indexed(node, model, part)
        for old in _places(node, model.mark):
            if old.name != place:
                shutil.rmtree(old, ignore_errors=True)  # Who still reads it has it open.
    finally:
        lock.release()


def _places(node: Node, mark: str) -> Iterator[Path]:
    return (each for each in _folder(node).glob(f"{mark}-*") if each.is_dir())


def _folder(node: Node) -> Path:
    return node.config.learnt_folder


@node_work("the index of vectors holds everybody's media")
def _place(node: Node, model: LearntModel) -> str:
    return LearntMark.objects.get(node=node.config.identity, model=model).place


def _set_mark(node: Node, model: LearntModel, place: str, coverage: Coverage) -> None:
    LearntMark.objects.update_or_create(
        node=node.config.identity,
        model=model,
        defaults={"place": place, "generation": coverage.generation, "entries": coverage.entries},
    )


@contextmanager
def _writable(node: Node, model: LearntModel, place: str) -> Iterator[CosineIndex]:
    """Open the index for writing, waiting for another writer to finish."""
    folder = _folder(node) / place
    with patiently(lambda: open_cosine(folder, model=model.mark, size=model.size, writable=True)) as index:
        yield index
