"""The first half of the second pass: local features are looked for in the files that need them.

The files are read again, in the same walk and through the same sandbox. What was found is written in batches,
so a check that is stopped loses at most one; the same command goes on with the files that are left.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import CairnError
from cairn.records.access import visible_sightings
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.features import Features
from cairn.records.jobs import Check, CheckItem
from cairn.records.lock import as_the_node
from cairn.services.features.files_of import FilesOf, is_same
from cairn.services.features.keeping import current, keep
from cairn.types import LOCAL_METHOD

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from cairn.fingerprints.sandbox import Done
    from cairn.intake import Item, Unreadable
    from cairn.records.users import Actor
    from cairn.services.checking.measuring import Pool
    from cairn.types import LocalFeatures

BATCH_FILES = 64
"""Files a transaction: 9 MB of features."""

BATCH_SECONDS = 2.0
"""A batch is written after this time even where it is not full."""


@dataclass(slots=True)
class Looking:
    """Looks for the features of some media of a check.

    Attributes:
        check: The check, completely measured.
        asker: For whom: what only others have looked at is looked at again, so that the time tells nothing.
        pool: Where hostile bytes are decoded; it looks for features.
        watch: Is told how many files are looked at.
    """

    check: Check
    asker: Actor
    pool: Pool
    watch: Callable[[int], object]
    _done: int = 0
    _found: dict[int, LocalFeatures] = field(default_factory=dict)
    _written_at: float = field(default_factory=time.monotonic)

    def run(self, media: Collection[int], entries: Callable[[], Iterable[Item | Unreadable]]) -> None:
        """Look at one file of each of these media, where that was not done before; each is kept at once.

        What cannot be read or decoded now has no features; whoever compares sees that they are missing.

        Args:
            media: Whose features are wanted.
            entries: Starts the walk in which the files lie.
        """
        with database_errors_in_words():
            files = FilesOf(self.check, set(media) - self._looked_at(media), self._count)
            self._count(len(media) - len(files))
            try:
                for number, done in files.through(self.pool, entries):
                    self._take(number, done)
            finally:
                self._write()

    def _looked_at(self, media: Collection[int]) -> set[int]:
        """Answer the media that this authority has looked at before, or may know, and that have features."""
        found: set[int] = set()
        for part in parts(sorted(media)):
            own = CheckItem.objects.filter(
                media__in=part, features_method=LOCAL_METHOD, check_run__authority=self.asker.authority
            ).values_list("media", flat=True)
            known = visible_sightings(self.asker).filter(media__in=part).values_list("media", flat=True)
            with as_the_node("features are one content's, whoever looked for them"):
                there = current(Features.objects.filter(media__in=part)).values_list("media", flat=True)
                kept = set(there)
            found |= kept & {*own, *known}
        return found

    def _take(self, media: int, done: Done) -> None:
        if not isinstance(done.result, CairnError):
            self._found_of(media, done)
        self._count(1)
        if len(self._found) >= BATCH_FILES or time.monotonic() - self._written_at > BATCH_SECONDS:
            self._write()

    def _found_of(self, media: int, done: Done) -> None:
        """Remember what was found, unless the file is another one by now."""
        if isinstance(done.result, CairnError) or done.result.picture.features is None:
            return
        if is_same(self.check, media, done.result):
            self._found[media] = done.result.picture.features

    def _write(self) -> None:
        with transaction.atomic():
            keep(self._found)
            self.check.items.filter(media__in=list(self._found)).update(features_method=LOCAL_METHOD)
        self._found.clear()
        self._written_at = time.monotonic()

    def _count(self, files: int) -> None:
        self._done += files
        self.watch(self._done)
