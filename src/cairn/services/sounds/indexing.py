"""Keeps the index of sounds level with the records, as ``learnt.indexing`` does for vectors.

The index lies in a folder of its own name below the node's ``sounds``; a new one is built beside the old one,
which answers until the mark in the records names the new one. Nothing is trained, so making one anew costs
reading the points and writing their pairs.
"""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np
from django.db import transaction

from cairn.errors import CairnError
from cairn.index.lock import WriterLock
from cairn.index.sounds import open_sounds
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import node_work
from cairn.records.sounds import Sound, SoundMark
from cairn.services.features.indexing import patiently
from cairn.services.features.recorded import recorded
from cairn.services.sounds.keeping import current, sounds_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from cairn.index.matches import Coverage
    from cairn.index.sounds import SoundIndex
    from cairn.services.node.opening import Node

BATCH_SOUNDS: Final = 100
"""Sounds at once: those of five minutes take 3 MB."""


@contextmanager
def readable_sounds(node: Node) -> Iterator[SoundIndex]:
    """Open the index of sounds for reading, after all that waits was put into it."""
    catch_up_sounds(node)
    with open_sounds(node.config.sounds_folder / _place(node)) as index:
        yield index


@node_work("the index of sounds holds everybody's media")
def catch_up_sounds(node: Node) -> int:
    """Put all sounds of recorded media that wait into the index, and answer how many they were.

    Killed at any point it can be called again. A sound that the index may hold already is taken out first.
    """
    with database_errors_in_words():
        if not _fits(node):
            _rebuild(node)
        waiting = recorded(current(Sound.objects.filter(is_indexed=False)))
        if not waiting.exists():
            return 0
        added, place = 0, _place(node)
        with _writable(node, place) as index:
            while numbers := list(waiting.order_by("pk").values_list("pk", flat=True)[:BATCH_SOUNDS]):
                index.remove(np.array(numbers, np.uint64))
                index.add(sounds_of(Sound.objects.all(), numbers).items())
                with transaction.atomic():
                    _set_mark(node, place, index.coverage())
                    _count_as_indexed(node, numbers)
                added += len(numbers)
        return added


@node_work("the index of sounds holds everybody's media")
def take_out_sounds(node: Node, media: Collection[int]) -> None:
    """Forget the sounds of media that nobody records: the rows, and the index."""
    with database_errors_in_words():
        mark = SoundMark.objects.filter(node=node.config.identity).first()
        if mark is not None and (node.config.sounds_folder / mark.place).is_dir():
            with _writable(node, mark.place) as index:
                index.remove(np.array(sorted(media), np.uint64))
                coverage = index.coverage()
            _set_mark(node, mark.place, coverage)
        with transaction.atomic():
            Sound.objects.filter(media__in=media).delete()
            SoundMark.objects.exclude(node=node.config.identity).delete()


def _count_as_indexed(node: Node, numbers: Sequence[int]) -> None:
    """Say that these wait no more; every other node's index lacks them from now on."""
    Sound.objects.filter(pk__in=numbers).update(is_indexed=True)
    SoundMark.objects.exclude(node=node.config.identity).delete()


def _fits(node: Node) -> bool:
    """Answer whether the index holds what this node has put into it."""
    mark = SoundMark.objects.filter(node=node.config.identity).first()
    if mark is None:
        return False
    try:
        with open_sounds(node.config.sounds_folder / mark.place) as index:
            found = index.coverage()
    except CairnError:
        return False
    return (found.generation, found.entries) >= (mark.generation, mark.entries)


def _rebuild(node: Node) -> None:
    folder = node.config.sounds_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = patiently(lambda: WriterLock(folder / "rebuild.lock"))
    try:
        rows = recorded(current(Sound.objects.all()))
        numbers = list(rows.order_by("pk").values_list("pk", flat=True))
        place = f"sounds-{time.time_ns():x}"
        with _writable(node, place) as index:
            for start in range(0, len(numbers), BATCH_SOUNDS):
                some = numbers[start : start + BATCH_SOUNDS]
                index.add(sounds_of(Sound.objects.all(), some).items())
            index.settle()
            coverage = index.coverage()
        with transaction.atomic():
            _set_mark(node, place, coverage)
            for part in parts(numbers):
                _count_as_indexed(node, part)
        for old in folder.glob("sounds-*"):
            if old.is_dir() and old.name != place:
                shutil.rmtree(old, ignore_errors=True)  # Who still reads it has it open.
    finally:
        lock.release()


@node_work("the index of sounds holds everybody's media")
def _place(node: Node) -> str:
    return SoundMark.objects.get(node=node.config.identity).place


def _set_mark(node: Node, place: str, coverage: Coverage) -> None:
    SoundMark.objects.update_or_create(
        node=node.config.identity,
        defaults={"place": place, "generation": coverage.generation, "entries": coverage.entries},
    )


@contextmanager
def _writable(node: Node, place: str) -> Iterator[SoundIndex]:
    """Open the index for writing, waiting for another writer to finish."""
    folder = node.config.sounds_folder / place
    with patiently(lambda: open_sounds(folder, writable=True)) as index:
        yield index
