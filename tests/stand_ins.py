"""What stands in for the slow or the rare in tests, behind the real interface."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from cairn.errors import CairnError
from cairn.fingerprints import measure
from cairn.fingerprints.digests import digest_bytes
from cairn.fingerprints.listening import listen
from cairn.fingerprints.preview import preview
from cairn.fingerprints.sandbox import Done, Job, ProtectionState, Recall
from cairn.fingerprints.source import Source
from cairn.types import Fingerprints, PdqMode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cairn.types import Picture


class InProcessPool:
    """Measures harmless test pictures in this process, one after another."""

    decoded = 0
    """How many contents were decoded by all pools since a test set this to 0."""

    protections: tuple[ProtectionState, ...] = ()

    def __init__(
        self,
        *,
        workers: int,  # noqa: ARG002 - the real one has workers
        mode: PdqMode,
        with_features: bool = False,
        with_preview: bool = False,
        with_sound: bool = False,
    ) -> None:
        self._with_sound = with_sound
        self._mode = mode
        self._with_preview = with_preview
        self._with_features = with_features

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def measure_all(self, jobs: Iterable[Job], *, recall: Recall | None = None) -> Iterator[Done]:
        for job in jobs:
            before = InProcessPool.decoded
            result = self._measure(job, recall)
            yield Done(job.key, result, attempts=InProcessPool.decoded - before)

    def _measure(self, job: Job, recall: Recall | None) -> Fingerprints | CairnError:
        try:
            descriptor = job.open()
        except CairnError as error:
            return error
        with os.fdopen(descriptor, "rb") as stream:
            data = stream.read()
            if self._with_sound:
                return Fingerprints(len(data), digest_bytes(data), _heard(data, stream.fileno()))
        if self._with_preview:
            return Fingerprints(len(data), digest_bytes(data), preview(data))
        found = _measured(data, self._mode, with_features=self._with_features)
        known = recall([(found.digests, found.size_bytes)])[0] if recall else None
        if known is not None:
            return Fingerprints(found.size_bytes, found.digests, known)
        InProcessPool.decoded += 1
        return found


@lru_cache(maxsize=256)
def _measured(data: bytes, mode: PdqMode, *, with_features: bool) -> Fingerprints:
    """Measure a content once, in however many nodes the tests of a file hold it."""
    return measure(data, mode=mode, with_features=with_features)


def _heard(data: bytes, descriptor: int) -> Picture:
    """Listen to a content once, as above."""
    if data not in _HEARD:
        _HEARD[data] = listen(Source(descriptor, len(data)))
    return _HEARD[data]


_HEARD: dict[bytes, Picture] = {}
