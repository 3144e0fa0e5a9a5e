"""The first half of each second pass: the files that need it are read again, and what is found is kept.

The files are read in the same walk and through the same sandbox. What was found is written in batches, so a
check that is stopped loses at most one; the same command goes on with the files that are left. What is looked
for is a ``Look``: local features here, what a learnt model says, or what is heard.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

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
from cairn.types import LOCAL_METHOD, LocalFeatures

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from cairn.fingerprints.sandbox import Done
    from cairn.intake import Item, Unreadable
    from cairn.records.users import Actor
    from cairn.services.checking.measuring import Pool
    from cairn.types import Picture

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Look(Generic[F]):
    """What is looked for in files.

    Attributes:
        found_in: Answers what a file shows of it; ``None`` where nothing was looked for or decoded.
        kept_of: Answers of which of these media it is kept, whoever looked.
        keep: Keeps what was found, in a transaction.
        own: Answers of which of these media a check of the asker's authority has found it before.
        batch_files: So many files are written at once.
        batch_s: A batch is written after so many seconds even where it is not full.
    """

    found_in: Callable[[Picture], F | None]
    kept_of: Callable[[Sequence[int]], Collection[int]]
    keep: Callable[[Check, Mapping[int, F]], object]
    own: Callable[[Sequence[int], Actor], Collection[int]] = lambda _, __: ()
    batch_files: int = 64
    batch_s: float = 2.0


@dataclass(slots=True)
class Looking(Generic[F]):
    """Looks at some media of a check.

    Attributes:
        check: The check, completely measured.
        asker: For whom: what only others have looked at is looked at again, so that the time tells nothing.
        pool: Where hostile bytes are decoded; it looks for what is wanted.
        look: What is wanted.
        watch: Is told how many files are looked at.
    """

    check: Check
    asker: Actor
    pool: Pool
    look: Look[F]
    watch: Callable[[int], object]
    _done: int = 0
    _found: dict[int, F] = field(default_factory=dict)
    _written_at: float = field(default_factory=time.monotonic)

    def run(self, media: Collection[int], entries: Callable[[], Iterable[Item | Unreadable]]) -> None:
        """Look at one file of each of these media, where that was not done before; each is kept at once.

        Of what cannot be read or decoded now nothing is found; whoever compares sees that it is missing.

        Args:
            media: Which.
            entries: Starts the walk in which the files lie.
        """
        with database_errors_in_words():
            files = FilesOf(self.check, set(media) - looked_at(self.look, media, self.asker), self._count)
            self._count(len(media) - len(files))
            try:
                for number, done in files.through(self.pool, entries):
                    self._take(number, done)
            finally:
                self._write()

    def _take(self, media: int, done: Done) -> None:
        result = done.result
        if not isinstance(result, CairnError):
            found = self.look.found_in(result.picture)
            if found is not None and is_same(self.check, media, result):  # It may be another file by now.
                self._found[media] = found
        self._count(1)
        late = time.monotonic() - self._written_at > self.look.batch_s
        if len(self._found) >= self.look.batch_files or late:
            self._write()

    def _write(self) -> None:
        if self._found:
            with transaction.atomic():
                self.look.keep(self.check, self._found)
        self._found.clear()
        self._written_at = time.monotonic()

    def _count(self, files: int) -> None:
        self._done += files
        self.watch(self._done)


def looked_at(look: Look[F], media: Collection[int], asker: Actor) -> set[int]:
    """Answer the media that somebody may know, or has looked at before, and of which that is kept."""
    found: set[int] = set()
    for part in parts(sorted(media)):
        known = visible_sightings(asker).filter(media__in=part).values_list("media", flat=True)
        mine = {*known, *look.own(part, asker)}
        with as_the_node("what is found is one content's, whoever looked for it"):
            found |= mine & set(look.kept_of(part))
    return found


def _kept_of(media: Sequence[int]) -> Collection[int]:
    return list(current(Features.objects.filter(media__in=media)).values_list("media", flat=True))


def _keep(check: Check, found: Mapping[int, LocalFeatures]) -> None:
    keep(found)
    check.items.filter(media__in=list(found)).update(features_method=LOCAL_METHOD)


def _own(media: Sequence[int], asker: Actor) -> Collection[int]:
    rows = CheckItem.objects.filter(
        media__in=media, features_method=LOCAL_METHOD, check_run__authority=asker.authority
    )
    return list(rows.values_list("media", flat=True))


FEATURES: Final[Look[LocalFeatures]] = Look(lambda picture: picture.features, _kept_of, _keep, _own)
"""64 files a transaction are 9 MB of features."""
