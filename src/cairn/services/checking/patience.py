"""Waits for a disk that has vanished, instead of calling everything on it unreadable.

A file that cannot be opened is one thing; the folder that was given being gone, or another disk lying in its
place, is another. Then the check pauses, says so once, and goes on when the disk is back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.evidence import printable
from cairn.intake import Item, Unreadable
from cairn.records.sightings import digest_of_address
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

POLL_SECONDS = 0.5
"""How often to look whether the disk is back."""

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A folder that was there when the check began, and the device that it lay on."""

    folder: Path
    device: int

    @property
    def is_lost(self) -> bool:
        try:
            return self.folder.stat().st_dev != self.device
        except OSError:
            return True


@dataclass(frozen=True, slots=True)
class Patience:
    """Knows where the evidence lay when the check began.

    Attributes:
        told: Is told when the check pauses and when it goes on.
    """

    told: Told
    _anchors: tuple[_Anchor, ...]

    @classmethod
    def over(cls, paths: Sequence[Path], *, told: Told) -> Patience:
        """Remember the folders of these paths; call it while they are there."""
        folders = [path if path.is_dir() else path.parent for path in (given.resolve() for given in paths)]
        return cls(told, tuple(_Anchor(folder, folder.stat().st_dev) for folder in folders))

    def wait_if_lost(self) -> bool:
        """Wait while a folder of the evidence is gone; answer whether one was gone, and is back."""
        lost = [anchor for anchor in self._anchors if anchor.is_lost]
        if not lost:
            return False
        where = printable(lost[0].folder)
        self.told(
            Sentence(
                "%(where)s is gone. The check waits, and goes on when it is back; what is done is kept.",
                where=where,
            )
        )
        while any(anchor.is_lost for anchor in lost):
            time.sleep(POLL_SECONDS)
        self.told(Sentence("%(where)s is back, and the check goes on.", where=where))
        return True

    def entries(self, walk: Callable[[], Iterable[Item | Unreadable]]) -> Iterator[Item | Unreadable]:
        """Yield the entries of a walk, each address once, and walk again where the disk vanished under it.

        Args:
            walk: Starts the walk from its beginning; its order is the same every time.
        """
        yielded: set[bytes] = set()
        is_complete = False
        while not is_complete:
            is_complete = True
            for entry in walk():
                address = digest_of_address(entry.address)
                if address in yielded:
                    continue
                if isinstance(entry, Unreadable) and self.wait_if_lost():
                    is_complete = False
                    break
                yielded.add(address)
                yield entry
