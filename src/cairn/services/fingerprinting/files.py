"""Fingerprints of files without a node: nothing is compared and nothing is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.intake import Item, Unreadable, walk

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from cairn.errors import CairnError
    from cairn.types import Fingerprints, PdqMode

Result = tuple[str, "Fingerprints | CairnError"]


def fingerprint_all(paths: Iterable[Path], *, mode: PdqMode, workers: int) -> Iterator[Result]:
    """Yield the address and the fingerprints of every file, or why it could not be read, in walk order.

    Args:
        paths: Files and folders.
        mode: How pictures are decoded.
        workers: Decoder processes.

    Raises:
        InputError: A path does not exist; raised before anything is yielded.
    """
    entries: dict[int, Item | Unreadable] = {}
    finished: dict[int, Fingerprints | CairnError] = {}

    def jobs() -> Iterator[Job]:
        for key, entry in enumerate(walk(paths)):
            entries[key] = entry
            if isinstance(entry, Unreadable):
                finished[key] = entry.error
            else:
                yield Job(key, entry.open)

    following = 0
    with DecoderPool(workers=workers, mode=mode) as pool:
        for done in pool.measure_all(jobs()):
            finished[done.key] = done.result
            while following in finished:
                yield entries.pop(following).address, finished.pop(following)
                following += 1
    for key in sorted(finished):  # Files that could not be read, behind the last one that could.
        yield entries[key].address, finished[key]
