"""Another look at files of recorded media: what was lacking of them is measured and kept.

The files are found by their digests in folders that the operator names, whatever they are called by now. Each
is kept as soon as it is looked at, so a run that is stopped goes on with what is left. Nothing is recorded
that was not, and nothing is told of whose media these are.
"""

from __future__ import annotations

import itertools
import os
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from django.db import transaction

from cairn.errors import CairnError
from cairn.fingerprints.digests import digest
from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.frames import VideoMode
from cairn.intake import STANDARD_RULES, Item, Unreadable, walk
from cairn.records import audit
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import as_the_node, under_lock
from cairn.services.features.keeping import keep as keep_features
from cairn.services.footage.again import keep_again
from cairn.services.renewing.lacking import FOOTAGE_METHOD, WITHOUT, Kind, Lacking, lacking
from cairn.services.sounds.keeping import keep_sounds
from cairn.types import PdqMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from cairn.fingerprints.sandbox import Done
    from cairn.intake import ContainerRules
    from cairn.records.users import Actor
    from cairn.types import Picture

TOGETHER: Final = 64
"""Files whose digests are looked up at once; a batch is looked at before the next is read."""


class _Pool(Protocol):
    def measure_all(self, jobs: Iterable[Job], /) -> Iterator[Done]:
        """Answer every job once."""
        ...


@dataclass(frozen=True, slots=True)
class Renewed:
    """What another look has come to.

    Attributes:
        files: Files that were found to be of a media that lacked something.
        looked_at: Of what was lacking, how much is kept now.
        failed: Looks at a file that gave nothing: it could not be read or decoded.
        left: What is lacking still.
        is_whole: False where the time was up before all files were met.
    """

    files: int
    looked_at: Lacking
    failed: int
    left: Lacking
    is_whole: bool


def sandboxes(kind: Kind, workers: int) -> AbstractContextManager[_Pool]:
    """Open the decoder processes for one kind."""
    return DecoderPool(
        workers=workers,
        mode=PdqMode.FAST,
        with_features=kind is Kind.PICTURES,
        with_sound=kind is Kind.SOUNDS,
        video=VideoMode.EVEN if kind is Kind.VIDEOS else None,
    )


@under_lock
def renew(
    paths: Sequence[Path],
    *,
    actor: Actor,
    seconds: float = float("inf"),
    workers: int | None = None,
    containers: ContainerRules | None = STANDARD_RULES,
    open_look: Callable[[Kind, int], AbstractContextManager[_Pool]] = sandboxes,
) -> Renewed:
    """Look again at the files below some paths whose recorded media lack something; it is audited.

    Args:
        paths: Files and folders.
        actor: The node's operator, for whom it is audited.
        seconds: No further batch of files is begun after this time.
        workers: Decoder processes; ``None`` for one a core.
        containers: How far archives are opened.
        open_look: Where hostile bytes are decoded.

    Raises:
        InputError: A path is missing.
    """
    with database_errors_in_words(), as_the_node("what is measured of a content is the same for everybody"):
        work = _Work(workers or os.cpu_count() or 1, open_look)
        ends_at = time.monotonic() + seconds
        is_whole = True
        try:
            with work.pools:
                for some in _in_batches(work.possible(walk(paths, containers=containers))):
                    if time.monotonic() > ends_at:
                        is_whole = False
                        break
                    work.batch(some)
        finally:
            with transaction.atomic():
                counts = {"files": work.files, **work.kept, "failed": work.failed}
                audit.append(audit.AuditTag.FEATURES_RENEWED, actor=actor, counts=counts)
    return Renewed(work.files, Lacking(**work.kept), work.failed, lacking(), is_whole)


@dataclass(slots=True)
class _Work:
    """One run over the files."""

    workers: int
    open_look: Callable[[Kind, int], AbstractContextManager[_Pool]]
    pools: ExitStack = field(default_factory=ExitStack)
    kept: dict[str, int] = field(default_factory=lambda: asdict(Lacking()))
    files: int = 0
    failed: int = 0
    _open: dict[Kind, _Pool] = field(default_factory=dict)

    def possible(self, entries: Iterable[Item | Unreadable]) -> Iterator[Item]:
        """Yield the files that may be wanted by their size: the others need not be read."""
        sizes = {size for rows in WITHOUT.values() for size in rows().values_list("size_bytes", flat=True)}
        for entry in entries:
            if isinstance(entry, Item) and entry.size_bytes in sizes:
                yield entry

    def batch(self, items: Sequence[Item]) -> None:
        """Look at these files for what their media lack."""
        by_digest = {sha256: item for item in items if (sha256 := _sha256(item)) is not None}
        wanted = set[bytes]()
        for kind, rows in WITHOUT.items():
            found = rows().filter(sha256__in=list(by_digest)).values_list("pk", "sha256")
            media = {bytes(sha256): number for number, sha256 in found if sha256 is not None}
            wanted |= media.keys()
            if media:
                self._look(kind, media, by_digest)
        self.files += len(wanted)

    def _look(self, kind: Kind, media: Mapping[bytes, int], items: Mapping[bytes, Item]) -> None:
        if kind not in self._open:
            self._open[kind] = self.pools.enter_context(self.open_look(kind, self.workers))
        order = sorted(media, key=lambda sha256: media[sha256])
        jobs = (Job(key, items[sha256].open) for key, sha256 in enumerate(order))
        for done in self._open[kind].measure_all(jobs):
            result, sha256 = done.result, order[done.key]
            # It may be another file by now.
            same = not isinstance(result, CairnError) and result.digests.sha256 == sha256
            if same and not isinstance(result, CairnError) and _keep(kind, media[sha256], result.picture):
                self.kept[kind.value] += 1
            else:
                self.failed += 1


def _keep(kind: Kind, media: int, picture: Picture) -> bool:
    """Keep what was found, and answer whether there was anything."""
    with transaction.atomic():
        if kind is Kind.VIDEOS and picture.video is not None:
            return keep_again(media, picture.video, method=FOOTAGE_METHOD)
        if kind is Kind.SOUNDS and picture.sound is not None:
            keep_sounds({media: picture.sound})
            return True
        if kind is Kind.PICTURES and picture.features is not None:
            keep_features({media: picture.features})
            return True
    return False


def _sha256(item: Item) -> bytes | None:
    """Answer the digest of a file; ``None`` where it cannot be read."""
    try:
        with os.fdopen(item.open(), "rb") as stream:
            return digest(stream)[1].sha256
    except (CairnError, OSError):
        return None


def _in_batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    waiting = iter(items)
    while some := list(itertools.islice(waiting, TOGETHER)):
        yield some
