"""Pictures of a check are described by a learnt model, each once, and what it says is kept.

The files are read again, in the same walk. They are decoded in the sandbox, which hands out small pictures as
plain pixels; the model sees these and nothing else. It runs in this process, for it is the operator's own.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.db import transaction

from cairn.errors import CairnError
from cairn.records.access import visible_sightings
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.learnt import LearntVector
from cairn.records.lock import as_the_node
from cairn.services.features.files_of import FilesOf, is_same
from cairn.services.learnt.keeping import keep_vectors, row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    import numpy as np
    from numpy.typing import NDArray

    from cairn.fingerprints.learnt.model import OpenedModel
    from cairn.fingerprints.sandbox import Done
    from cairn.intake import Item, Unreadable
    from cairn.records.jobs import Check
    from cairn.records.users import Actor
    from cairn.services.checking.measuring import Pool

BATCH_FILES: Final = 64
BATCH_SECONDS: Final = 2.0
"""What was described is written after so many files, or so long: a check that is stopped loses no more."""


@dataclass(slots=True)
class Describing:
    """Describes some media of a check.

    Attributes:
        check: The check, completely measured.
        asker: For whom: what only others have described is described again, so that the time tells nothing.
        pool: Where hostile bytes are decoded; it makes small pictures.
        model: What describes them.
        watch: Is told how many files are done.
    """

    check: Check
    asker: Actor
    pool: Pool
    model: OpenedModel
    watch: Callable[[int], object]
    _done: int = 0
    _found: dict[int, NDArray[np.float32]] = field(default_factory=dict)
    _written_at: float = field(default_factory=time.monotonic)

    def run(self, media: Collection[int], entries: Callable[[], Iterable[Item | Unreadable]]) -> None:
        """Describe one file of each of these media, where that was not done before.

        What cannot be read or decoded now has no vector; whoever compares sees that it is missing.

        Args:
            media: Which.
            entries: Starts the walk in which the files lie.

        Raises:
            ConfigurationError: The model does not give what its description says.
        """
        with database_errors_in_words():
            files = FilesOf(self.check, set(media) - self._known(media), self._count)
            self._count(len(media) - len(files))
            try:
                for number, done in files.through(self.pool, entries):
                    self._take(number, done)
            finally:
                self._write()

    def _known(self, media: Collection[int]) -> set[int]:
        """Answer the media that the asker may know, and that this model has described."""
        found: set[int] = set()
        for part in parts(sorted(media)):
            known = visible_sightings(self.asker).filter(media__in=part).values_list("media", flat=True)
            seen = set(known)
            with as_the_node("a vector is one content's, whoever described it"):
                rows = LearntVector.objects.filter(media__in=part, model=self.model.description.mark)
                found |= seen & set(rows.values_list("media", flat=True))
        return found

    def _take(self, media: int, done: Done) -> None:
        result = done.result
        if not isinstance(result, CairnError):
            preview = result.picture.preview
            if preview is not None and is_same(self.check, media, result):
                self._found[media] = self.model.describe([preview])[0]
        self._count(1)
        if len(self._found) >= BATCH_FILES or time.monotonic() - self._written_at > BATCH_SECONDS:
            self._write()

    def _write(self) -> None:
        if self._found:
            with transaction.atomic():
                keep_vectors(row_of(self.model.description, size=self.model.size), self._found)
        self._found.clear()
        self._written_at = time.monotonic()

    def _count(self, files: int) -> None:
        self._done += files
        self.watch(self._done)
