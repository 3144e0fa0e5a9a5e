"""One file of each of some media of a check, handed to a pool in the walk in which they were measured."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from cairn.fingerprints.sandbox import Job
from cairn.intake import Item, Unreadable
from cairn.records.batches import parts
from cairn.records.sightings import digest_of_address

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from cairn.fingerprints.sandbox import Done
    from cairn.records.jobs import Check
    from cairn.services.checking.measuring import Pool
    from cairn.types import Fingerprints


class FilesOf:
    """One file of each of some media, by the digest of its address."""

    def __init__(self, check: Check, media: Collection[int], unread: Callable[[int], object]) -> None:
        """Look the addresses up.

        Args:
            check: The check, completely measured.
            media: Whose files are wanted.
            unread: Is told of files that the walk could not read, one at a time.
        """
        first: dict[int, bytes] = {}
        for part in parts(sorted(media)):
            rows = check.items.filter(media__in=part, is_done=True).order_by("pk")
            for number, digest in rows.values_list("media", "address_digest"):
                if number is not None:
                    first.setdefault(number, bytes(digest))
        self._wanted = {digest: number for number, digest in first.items()}
        self._unread = unread

    def __len__(self) -> int:
        """Answer the number of files."""
        return len(self._wanted)

    def through(
        self, pool: Pool, entries: Callable[[], Iterable[Item | Unreadable]]
    ) -> Iterator[tuple[int, Done]]:
        """Yield each media with what the pool says of its file; nothing is walked where nothing is wanted.

        Args:
            pool: Where hostile bytes are decoded.
            entries: Starts the walk in which the files lie.
        """
        jobs: dict[int, int] = {}
        for done in pool.measure_all(self._jobs(entries, jobs)) if self._wanted else ():
            yield jobs.pop(done.key), done

    def _jobs(
        self, entries: Callable[[], Iterable[Item | Unreadable]], jobs: dict[int, int]
    ) -> Iterator[Job]:
        keys = itertools.count()
        left = set(self._wanted)
        for entry in entries():
            digest = digest_of_address(entry.address)
            if digest not in left:
                continue
            left.remove(digest)
            if isinstance(entry, Item):
                key = next(keys)
                jobs[key] = self._wanted[digest]
                yield Job(key, entry.open)
            else:
                self._unread(1)
            if not left:
                return


def is_same(check: Check, media: int, found: Fingerprints) -> bool:
    """Answer whether a file still is the content that was measured, and not another by now."""
    return check.items.filter(media=media, media__sha256=found.digests.sha256).exists()
