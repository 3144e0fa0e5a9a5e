"""Files of a check are listened to, each content once, and what is heard is kept.

The files are read again, in the same walk, and decoded in the sandbox. What was heard is written in batches,
so a check that is stopped loses at most one; the same command goes on with the files that are left.
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
from cairn.records.lock import as_the_node
from cairn.records.sounds import Sound
from cairn.services.features.files_of import FilesOf, is_same
from cairn.services.sounds.keeping import current, keep_sounds

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from cairn.fingerprints.sandbox import Done
    from cairn.intake import Item, Unreadable
    from cairn.records.jobs import Check
    from cairn.records.users import Actor
    from cairn.services.checking.measuring import Pool
    from cairn.types import SoundPoints

BATCH_FILES: Final = 16
BATCH_SECONDS: Final = 5.0
"""What was heard is written after so many files, or so long: a check that is stopped loses no more."""


@dataclass(slots=True)
class Listening:
    """Listens to some media of a check.

    Attributes:
        check: The check, completely measured.
        asker: For whom: what only others have heard is listened to again, so that the time tells nothing.
        pool: Where hostile bytes are decoded; it listens.
        watch: Is told how many files are done.
    """

    check: Check
    asker: Actor
    pool: Pool
    watch: Callable[[int], object]
    _done: int = 0
    _found: dict[int, SoundPoints] = field(default_factory=dict)
    _written_at: float = field(default_factory=time.monotonic)

    def run(self, media: Collection[int], entries: Callable[[], Iterable[Item | Unreadable]]) -> None:
        """Listen to one file of each of these media, where that was not done before.

        What cannot be read or decoded now has no sound; whoever compares sees that it is missing.

        Args:
            media: Which.
            entries: Starts the walk in which the files lie.
        """
        with database_errors_in_words():
            files = FilesOf(self.check, set(media) - heard_before(media, self.asker), self._count)
            self._count(len(media) - len(files))
            try:
                for number, done in files.through(self.pool, entries):
                    self._take(number, done)
            finally:
                self._write()

    def _take(self, media: int, done: Done) -> None:
        result = done.result
        if not isinstance(result, CairnError):
            sound = result.picture.sound
            if sound is not None and is_same(self.check, media, result):
                self._found[media] = sound
        self._count(1)
        if len(self._found) >= BATCH_FILES or time.monotonic() - self._written_at > BATCH_SECONDS:
            self._write()

    def _write(self) -> None:
        if self._found:
            with transaction.atomic():
                keep_sounds(self._found)
        self._found.clear()
        self._written_at = time.monotonic()

    def _count(self, files: int) -> None:
        self._done += files
        self.watch(self._done)


def heard_before(media: Collection[int], asker: Actor) -> set[int]:
    """Answer the media that the asker may know, and that were listened to."""
    found: set[int] = set()
    for part in parts(sorted(media)):
        known = visible_sightings(asker).filter(media__in=part).values_list("media", flat=True)
        seen = set(known)
        with as_the_node("a sound is one content's, whoever listened to it"):
            rows = current(Sound.objects.filter(media__in=part)).values_list("pk", flat=True)
            found |= seen & set(rows)
    return found
