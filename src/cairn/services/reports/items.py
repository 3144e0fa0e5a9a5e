"""The items of a report as they are recorded: their digests, those of files that were sent along included."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from cairn.types import StatedDigests

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from cairn.intake.moments import Moment
    from cairn.intake.reports import Item, Report

_OWN_COLUMNS = frozenset({"md5", "sha1", "sha256", "pdq", "items"})


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item, and where its file lies; ``file`` is ``None`` where hashes alone were sent.

    ``is_named`` is false for a file that was sent along, and that no item of the report names.
    """

    item: Item
    file: Path | None
    is_named: bool = True

    @property
    def digests(self) -> StatedDigests:
        """What it states, or what its file has."""
        return StatedDigests(self.item.md5, self.item.sha1, self.item.sha256)


def said_of(value: Report | Item) -> Mapping[str, Any]:
    """Answer what the sender says, as JSON; hashes that are columns of their own are left out."""
    return {
        name: _plain(each)
        for name, each in asdict(value).items()
        if name not in _OWN_COLUMNS and each not in (None, (), False)
    }


def _plain(value: Any) -> Any:
    """Answer a value as JSON has it; what databases cannot hold is written as its code point."""
    match value:
        case {"at": datetime(), "zone_is_stated": _}:
            return value["at"].isoformat()
        case dict():
            return {name: _plain(each) for name, each in value.items() if each not in (None, ())}
        case list() | tuple():
            return [_plain(each) for each in value]
        case bytes():
            return value.hex()
        case str():
            return value.replace("\0", "\N{SYMBOL FOR NULL}")
        case _:
            return value


def batches(items: Sequence[FoundItem], size: int) -> Iterator[Sequence[FoundItem]]:
    """Yield the items in their order, some at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def at(moment: Moment | None) -> datetime | None:
    """Answer the time alone."""
    return None if moment is None else moment.at
