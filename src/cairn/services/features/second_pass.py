"""The second pass of a check: what hashes have left open is looked at closer, and compared point by point."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, assert_never

from cairn.errors import Reason
from cairn.fingerprints.media_type import SOUND_TYPES
from cairn.linking.detailed import DetailPolicies
from cairn.services.checking.entries import entries_of
from cairn.services.features.comparing import compare_in_detail
from cairn.services.features.looking import FEATURES, Looking
from cairn.services.learnt.comparing import alike
from cairn.services.learnt.describing import described_by
from cairn.services.sounds.comparing import compare_sounds
from cairn.services.sounds.listening import SOUNDS
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from cairn.fingerprints.learnt.model import OpenedModel
    from cairn.intake import Item, Unreadable
    from cairn.records.jobs import Check
    from cairn.records.users import Actor
    from cairn.services.answering.answer import FileAnswer
    from cairn.services.checking.knowledge import Recollection
    from cairn.services.checking.measuring import OpenPool
    from cairn.services.checking.patience import Patience
    from cairn.services.checking.planning import CheckRequest
    from cairn.services.features.comparing import Details
    from cairn.services.learnt.comparing import Alike
    from cairn.services.node.opening import Node
    from cairn.services.sounds.comparing import SameSounds


class FeaturesFor(StrEnum):
    """Which files are compared in detail."""

    ALWAYS = "always"
    """Every picture."""
    NEW = "new"
    """What nothing else has found: a file that is known already gains little from a second reason."""
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class CloserProgress:
    """How far the second pass is: files are looked at first, compared then, and described by a model last.

    Files with sound are listened to before, and compared by it: two steps each, which ``heard`` counts.
    """

    total: int
    looked_at: int = 0
    compared: int = 0
    described: int = 0
    with_model: bool = False
    sounds: int = 0
    heard: int = 0

    @property
    def steps(self) -> int:
        """Answer how many steps there are, one for each file and thing to be done with it."""
        return (3 if self.with_model else 2) * self.total + 2 * self.sounds

    @property
    def done(self) -> int:
        """Answer how many of them are done."""
        return self.looked_at + self.compared + self.described + self.heard


@dataclass(frozen=True, slots=True)
class SecondPass:
    """What the second pass works with.

    Attributes:
        node: The open node.
        request: What is checked, and which files are to be compared.
        run: The check, completely measured.
        asker: Who asks.
        patience: Waits where the disk has vanished.
        open_pool: Where hostile bytes are decoded.
        watch: Is told the progress.
        policies: The thresholds, by name.
        model: A learnt model that the operator supplies; ``None`` where none is used.
    """

    node: Node
    request: CheckRequest
    run: Check
    asker: Actor
    patience: Patience
    open_pool: OpenPool
    watch: Callable[[CloserProgress], object]
    policies: DetailPolicies = DetailPolicies()  # noqa: RUF009 - an immutable value
    model: OpenedModel | None = None

    def details(self, media: Collection[int], recollection: Recollection) -> Details:
        """Answer what links these media of the check to recorded ones."""
        start = self._start(len(media))

        def looked_at(files: int) -> None:
            self.watch(replace(start, looked_at=files))

        if media:
            workers = self.request.workers or os.cpu_count() or 1
            with self.open_pool(workers=workers, mode=self.request.mode, with_features=True) as pool:
                looking = Looking(self.run, self.asker, pool, FEATURES, looked_at)
                looking.run(media, lambda: self.patience.entries(self._walk))
        return compare_in_detail(
            self.node,
            media,
            asker=self.asker,
            recollection=recollection,
            policies=self.policies,
            watch=lambda files: self.watch(replace(start, looked_at=start.total, compared=files)),
        )

    def same_sounds(self, media: Collection[int], recollection: Recollection) -> SameSounds:
        """Answer which recorded media have parts of the sound of these media of the check."""
        start = CloserProgress(0, with_model=self.model is not None, sounds=len(media))

        def listened(files: int) -> None:
            self.watch(replace(start, heard=files))

        if media:
            workers = self.request.workers or os.cpu_count() or 1
            with self.open_pool(workers=workers, mode=self.request.mode, with_sound=True) as pool:
                listening = Looking(self.run, self.asker, pool, SOUNDS, listened)
                listening.run(media, lambda: self.patience.entries(self._walk))
        return compare_sounds(
            self.node,
            media,
            asker=self.asker,
            recollection=recollection,
            watch=lambda files: self.watch(replace(start, heard=len(media) + files)),
        )

    def alike(self, media: Collection[int], recollection: Recollection, model: OpenedModel) -> Alike:
        """Answer which recorded media a learnt model describes like these media of the check."""
        start = self._start(len(media))

        def described(files: int) -> None:
            self.watch(replace(start, looked_at=start.total, compared=start.total, described=files))

        if media:
            workers = self.request.workers or os.cpu_count() or 1
            with self.open_pool(workers=workers, mode=self.request.mode, with_preview=True) as pool:
                describing = Looking(self.run, self.asker, pool, described_by(model), described)
                describing.run(media, lambda: self.patience.entries(self._walk))
        return alike(self.node, media, asker=self.asker, recollection=recollection, model=model)

    def _start(self, total: int) -> CloserProgress:
        return CloserProgress(total, with_model=self.model is not None)

    def _walk(self) -> Iterator[Item | Unreadable]:
        return entries_of(self.request)


def wants_details(which: FeaturesFor, file: FileAnswer) -> bool:
    """Answer whether a file is to be compared in detail.

    A nearly blank picture has no hash that means anything, and may be a photo on a wide border.
    """
    is_picture = file.quality is not None or _is_blank(file)
    match which:
        case FeaturesFor.ALWAYS:
            return is_picture
        case FeaturesFor.NEW:
            return is_picture and file.verdict in {Verdict.NEW, Verdict.NOT_COMPARABLE}
        case FeaturesFor.NEVER:
            return False
        case _:
            assert_never(which)


def wants_sound(which: FeaturesFor, file: FileAnswer) -> bool:
    """Answer whether a file is to be listened to."""
    if file.media_type not in SOUND_TYPES:
        return False
    match which:
        case FeaturesFor.ALWAYS:
            return True
        case FeaturesFor.NEW:
            return file.verdict in {Verdict.NEW, Verdict.NOT_COMPARABLE}
        case FeaturesFor.NEVER:
            return False
        case _:
            assert_never(which)


def _is_blank(file: FileAnswer) -> bool:
    return file.why_not is not None and file.why_not.reason is Reason.BLANK
