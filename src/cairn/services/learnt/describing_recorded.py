"""A learnt model describes what was recorded before it came: from the vault, or from the files themselves.

What a model has described is written in batches and is not described again, so the same command goes on where
one was stopped. Of files that nobody has recorded nothing is kept.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

from django.db import transaction

from cairn.errors import CairnError, NotComparable, Reason
from cairn.fingerprints.learnt.model import open_model
from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.intake import STANDARD_RULES, Item, walk
from cairn.records import audit
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.learnt import LearntVector
from cairn.records.lock import node_work
from cairn.records.media import Media
from cairn.records.vault.keys import VaultKey
from cairn.services.features.recorded import recorded_media
from cairn.services.learnt.keeping import keep_vectors, row_of
from cairn.services.vault.opening import kept
from cairn.types import PdqMode, Picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from django.db.models import QuerySet
    from numpy.typing import NDArray

    from cairn.fingerprints.learnt.description import Description
    from cairn.fingerprints.learnt.model import OpenedModel
    from cairn.services.checking.measuring import OpenPool
    from cairn.services.node.opening import Node
    from cairn.types import Digests

BATCH_MEDIA: Final = 64

_PASSED_OVER: Final = Picture(None, None, None, NotComparable(Reason.UNDECODABLE, "It was not wanted."))


@dataclass(slots=True)
class DescribedNow:
    """What was done.

    Attributes:
        described: Recorded media that the model has described now.
        left: Recorded pictures that it has not described: their files were not met, or show no picture.
    """

    described: int = 0
    left: int = 0


@node_work("the node's model describes what everybody has recorded")
def describe_recorded(
    node: Node,
    description: Description,
    *,
    paths: Sequence[Path] = (),
    open_pool: OpenPool = DecoderPool,
    watch: Callable[[int], object] = lambda _: None,
) -> DescribedNow:
    """Describe recorded media that this model has not described: the vault's, and those met at some paths.

    Args:
        node: The open node.
        description: Of the model.
        paths: Files and folders, looked into as a check does.
        open_pool: Where hostile bytes are decoded.
        watch: Is told how many media are described.

    Raises:
        ConfigurationError: The model cannot be used.
    """
    with database_errors_in_words():
        work = _Work(open_model(description), watch)
        with open_pool(workers=os.cpu_count() or 1, mode=PdqMode.FAST, with_preview=True) as pool:
            for jobs in (_kept_ones(node, work), _met(paths)):
                for done in pool.measure_all(jobs, recall=work.recall):
                    if not isinstance(done.result, CairnError):
                        work.take(done.result.digests, done.result.picture)
        work.write()
        work.told.left = work.waiting().count()
        with transaction.atomic():
            counts = {"described": work.told.described, "left": work.told.left}
            audit.append(audit.AuditTag.MODEL_DESCRIBED, actor=node.operator, counts=counts)
    return work.told


class _Work:
    """What the model has described so far."""

    def __init__(self, model: OpenedModel, watch: Callable[[int], object]) -> None:
        """Begin with nothing."""
        self.told = DescribedNow()
        self._model = model
        self._watch = watch
        self._found: dict[int, NDArray[np.float32]] = {}

    def waiting(self) -> QuerySet[Media]:
        """Answer the recorded pictures that the model has not described."""
        done = LearntVector.objects.filter(model=self._model.description.mark).values("media")
        return recorded_media(Media.objects.filter(width__isnull=False)).exclude(pk__in=done)

    def recall(self, contents: Sequence[tuple[Digests, int]]) -> list[Picture | None]:
        """Answer what need not be decoded: files that nobody records, or that are described."""
        wanted = {bytes(each) for each in self._wanted([digests.sha256 for digests, _ in contents])}
        return [None if digests.sha256 in wanted else _PASSED_OVER for digests, _ in contents]

    def take(self, digests: Digests, picture: Picture) -> None:
        """Describe one picture, where that is wanted."""
        number = self._wanted([digests.sha256]).get(digests.sha256)
        if picture.preview is None or number is None or number in self._found:
            return
        self._found[number] = self._model.describe([picture.preview])[0]
        self.told.described += 1
        self._watch(self.told.described)
        if len(self._found) >= BATCH_MEDIA:
            self.write()

    def write(self) -> None:
        """Keep what was described."""
        if self._found:
            with transaction.atomic():  # How long its vectors are, a model says with the first of them.
                keep_vectors(row_of(self._model.description, size=self._model.size), self._found)
        self._found.clear()

    def _wanted(self, digests: Sequence[bytes]) -> dict[bytes, int]:
        found: dict[bytes, int] = {}
        for part in parts(digests):
            rows = self.waiting().filter(sha256__in=part).values_list("sha256", "pk")
            found |= {bytes(sha256): number for sha256, number in rows if sha256 is not None}
        return found


def _kept_ones(node: Node, work: _Work) -> Iterator[Job]:
    """Yield what the vault holds of what waits, by number."""
    last = 0
    rows = work.waiting().filter(pk__in=VaultKey.objects.values("media")).order_by("pk")
    while batch := list(rows.filter(pk__gt=last)[:BATCH_MEDIA]):
        for media in batch:
            opener = kept(node.config, media)
            if opener is not None:
                yield Job(media.pk, opener)
        last = batch[-1].pk


def _met(paths: Sequence[Path]) -> Iterator[Job]:
    """Yield the files at and below some paths."""
    keys = count()
    for entry in walk(tuple(paths), containers=STANDARD_RULES) if paths else ():
        if isinstance(entry, Item):
            yield Job(next(keys), entry.open)
