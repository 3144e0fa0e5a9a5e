"""Another look at files of recorded media: what was lacking of them is measured and kept.

The files are found by their digests in folders that the operator names, whatever they are called by now. What
was found is kept about once a minute, together with its entry in the log, so a run that is stopped goes on
with what is left. Nothing is recorded that was not, and nothing is told of whose media these are.
"""

from __future__ import annotations

import itertools
import os
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from django.db import transaction

from cairn.errors import CairnError, InputError
from cairn.fingerprints.digests import digest
from cairn.fingerprints.sandbox import DecoderPool, Job
from cairn.frames import VideoMode
from cairn.intake import STANDARD_RULES, Item, Unreadable, walk
from cairn.records import audit
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import as_the_node, under_lock
from cairn.sentences import Sentence
from cairn.services.footage.again import in_a_check
from cairn.services.node.outside import require_node_outside
from cairn.services.renewing.keeping import keep, remember, to_look_at
from cairn.services.renewing.lacking import Kind, Lacking, lacking
from cairn.types import PdqMode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from cairn.fingerprints.sandbox import Done
    from cairn.intake import ContainerRules
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node
    from cairn.types import Picture

TOGETHER: Final = 64
"""Files whose digests are looked up at once; a batch is looked at before the next is read."""
KEPT_TOGETHER: Final = 256
KEPT_EVERY_S: Final = 60.0
"""So many looks, or those of so many seconds, are kept together: a run that is killed loses no more."""


class _Pool(Protocol):
    def measure_all(self, jobs: Iterable[Job], /) -> Iterator[Done]:
        """Answer every job once."""
        ...


@dataclass(frozen=True, slots=True)
class Renewed:
    """What another look has come to.

    All but the last two says of given files whether anybody has recorded them: it is for the log alone.

    Attributes:
        files: Media that lacked something, of which a file was looked at.
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
    node: Node,
    paths: Sequence[Path],
    *,
    actor: Actor,
    seconds: float = float("inf"),
    again: bool = False,
    workers: int | None = None,
    containers: ContainerRules | None = STANDARD_RULES,
    open_look: Callable[[Kind, int], AbstractContextManager[_Pool]] = sandboxes,
) -> Renewed:
    """Look again at the files below some paths whose recorded media lack something; it is audited.

    Args:
        node: The open node.
        paths: Files and folders.
        actor: The node's operator, for whom it is audited.
        seconds: No further file is begun after this time.
        again: Also what an earlier run has looked for with the same method, in vain.
        workers: Decoder processes; ``None`` for one a core.
        containers: How far archives are opened.
        open_look: Where hostile bytes are decoded.

    Raises:
        InputError: A path is missing, holds the node, or has no file at or below it, as all others.
    """
    if next(walk(paths), None) is None:
        raise InputError(
            Sentence("There is no file at or below the paths. Is the disk mounted?"), code="check.nothing"
        )
    require_node_outside(node, paths, is_check=False)
    with database_errors_in_words(), as_the_node("what is measured of a content is the same for everybody"):
        ends_at = time.monotonic() + seconds
        work = _Work(actor, workers or os.cpu_count() or 1, open_look, ends_at, again)
        with work.pools:
            try:
                work.look_at(walk(paths, containers=containers))
            except KeyboardInterrupt:
                work.keep()
                raise
        work.keep(is_end=True)
    looked_at = Lacking(**{kind.value: work.kept[kind.value] for kind in Kind})
    return Renewed(len(work.files), looked_at, work.failed, lacking(), work.is_whole)


@dataclass(slots=True)
class _Work:
    """One run over the files."""

    actor: Actor
    workers: int
    open_look: Callable[[Kind, int], AbstractContextManager[_Pool]]
    ends_at: float
    again: bool
    pools: ExitStack = field(default_factory=ExitStack)
    kept: Counter[str] = field(default_factory=Counter)
    files: set[int] = field(default_factory=set)
    failed: int = 0
    is_whole: bool = True
    _open: dict[Kind, _Pool] = field(default_factory=dict)
    _waiting: list[tuple[int, Kind, Picture]] = field(default_factory=list)
    _told: Counter[str] = field(default_factory=Counter)
    _kept_at: float = field(default_factory=time.monotonic)
    _is_told: bool = False

    def look_at(self, entries: Iterable[Item | Unreadable]) -> None:
        """Look at these files for what their media lack, until the time is up."""
        for some in _in_batches(self._possible(entries)):
            if self._is_late():
                return
            by_digest = {sha256: item for item in some if (sha256 := _sha256(item)) is not None}
            for kind in Kind:
                media = self._wanted(kind, by_digest)
                if media:
                    self._look(kind, media, by_digest)

    def keep(self, *, is_end: bool = False) -> None:
        """Keep what was found since the last time, and audit it, in one transaction.

        Args:
            is_end: A run of which nothing was audited is audited all the same.
        """
        with transaction.atomic():
            rows = sorted(self._waiting, key=lambda row: row[:2])
            kept = Counter(kind.value for media, kind, picture in rows if keep(kind, media, picture))
            for kind in Kind:
                remember(kind, [media for media, which, _ in rows if which is kind])
            failed = self.failed + len(rows) - kept.total()
            so_far = Counter({"files": len(self.files), **(self.kept + kept), "failed": failed})
            if so_far != self._told or (is_end and not self._is_told):
                names = ("files", *Kind, "failed")
                counts = {str(name): so_far[str(name)] - self._told[str(name)] for name in names}
                audit.append(audit.AuditTag.FEATURES_RENEWED, actor=self.actor, counts=counts)
        self.kept, self.failed, self._told, self._is_told = self.kept + kept, failed, so_far, True
        self._waiting.clear()
        self._kept_at = time.monotonic()

    def _possible(self, entries: Iterable[Item | Unreadable]) -> Iterator[Item]:
        """Yield the files that may be wanted by their size: the others need not be read."""
        wanted = (to_look_at(kind, again=self.again) for kind in Kind)
        sizes = {size for rows in wanted for size in rows.values_list("size_bytes", flat=True)}
        for entry in entries:
            if isinstance(entry, Item) and entry.size_bytes in sizes:
                yield entry

    def _wanted(self, kind: Kind, by_digest: Mapping[bytes, Item]) -> dict[bytes, int]:
        rows = to_look_at(kind, again=self.again).filter(sha256__in=list(by_digest))
        found = {bytes(sha256): media for media, sha256 in rows.values_list("pk", "sha256") if sha256}
        busy = in_a_check(found.values()) if kind is Kind.VIDEOS else set()
        return {sha256: media for sha256, media in found.items() if media not in busy}

    def _look(self, kind: Kind, media: Mapping[bytes, int], items: Mapping[bytes, Item]) -> None:
        if kind not in self._open:
            self._open[kind] = self.pools.enter_context(self.open_look(kind, self.workers))
        order = sorted(media, key=lambda sha256: media[sha256])
        jobs = (Job(key, items[sha256].open) for key, sha256 in enumerate(order))
        in_time = itertools.takewhile(lambda _: not self._is_late(), jobs)
        for done in self._open[kind].measure_all(in_time):
            self._take(kind, media[order[done.key]], order[done.key], done)
        if kind is Kind.VIDEOS:
            self.keep()  # Only then it is known which of them have sound.

    def _take(self, kind: Kind, media: int, sha256: bytes, done: Done) -> None:
        self.files.add(media)
        # It may be another file by now.
        if isinstance(done.result, CairnError) or done.result.digests.sha256 != sha256:
            self.failed += 1
        else:
            self._waiting.append((media, kind, done.result.picture))
        if len(self._waiting) >= KEPT_TOGETHER or time.monotonic() - self._kept_at > KEPT_EVERY_S:
            self.keep()

    def _is_late(self) -> bool:
        if time.monotonic() > self.ends_at:
            self.is_whole = False
        return not self.is_whole


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
