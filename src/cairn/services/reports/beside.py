"""Which file belongs to which item of a report: what lies beside a report, and what was sent along with it.

Cairn's own format names a file by its path below the report, and means that file. CyberTipline-style XML
names none: there a file is an item's if it is called as the item says it was called, or as the sender's
number of it, and if no hash says otherwise. Files that were sent along were sent for this report: one that no
item names is told by its hashes, and else becomes an item of its own, so that nothing that was sent is lost.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.evidence import opened
from cairn.fingerprints.digests import digest
from cairn.intake.reports import Item
from cairn.sentences import Sentence
from cairn.services.receiving.arriving import files_below
from cairn.services.reports.items import FoundItem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.intake.reports import Report
    from cairn.types import Digests

_KINDS = ("md5", "sha1", "sha256")
MOST_NAMED = 20
"""Files that one refusal names; the others are only counted."""


@dataclass(frozen=True, slots=True)
class Bad:
    """A file that is not as its report says, and why."""

    name: str
    why: Sentence


@dataclass(slots=True)
class Beside:
    """The files that may belong to the items of a report.

    Attributes:
        folder: Below which they lie; nothing outside of it is looked at.
        report: The file of the report, which is none of them.
        is_sent: Whether all of them were sent for this report; else they only lie there.
    """

    folder: Path
    report: Path
    is_sent: bool = False
    _by_last_name: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))
    _digests: dict[Path, Digests] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look which files were sent."""
        self.folder, self.report = self.folder.resolve(), self.report.resolve()
        if self.is_sent:
            for path in sorted(files_below(self.folder)):
                self._by_last_name[path.name].append(path)

    @property
    def sent(self) -> Iterator[Path]:
        """Every file that was sent."""
        return (path for paths in self._by_last_name.values() for path in paths)

    def named(self, name: str) -> Path | None:
        """Answer the file of that path; of what was sent also the only one of that last name."""
        found = self._below(name)
        alike = self._by_last_name.get(_last(name), []) if self.is_sent else []
        return alike[0] if found is None and len(alike) == 1 else found

    def called(self, item: Item, report: Report) -> Iterator[Path]:
        """Yield the files that are called as an item says, those in a folder called as its report first."""
        name, number = _last(item.name or ""), _last(item.reference or "")
        names = dict.fromkeys([name, number, number + PurePosixPath(name).suffix if number else ""])
        for folder in filter(None, (_last(report.reference or ""), ".")):
            for each in filter(None, names):
                found = self._below(f"{folder}/{each}")
                if found is not None:
                    yield found
        for each in filter(None, names):
            yield from self._by_last_name.get(each, ())

    def digests(self, path: Path) -> Digests:
        """Answer what the file has; each is read once."""
        if path not in self._digests:
            with opened(path) as stream:
                _, self._digests[path] = digest(stream)
        return self._digests[path]

    def relative(self, path: Path) -> str:
        """Answer how the file is called below the folder."""
        return path.relative_to(self.folder).as_posix()

    def _below(self, name: str) -> Path | None:
        try:
            path = (self.folder / name).resolve()
            is_below = path.is_relative_to(self.folder) and path != self.report
            return path if is_below and path.is_file() else None
        except (OSError, ValueError):  # A name that no file can have.
            return None


@dataclass(frozen=True, slots=True)
class Matched:
    """The items of a report, and the files that are called like one of them and are another."""

    items: tuple[FoundItem, ...]
    others: tuple[str, ...] = ()


def matched(reports: Sequence[Report], beside: Beside) -> tuple[Matched, ...]:
    """Answer the items of each report with their files; the digests of a file are its own.

    Raises:
        InputError: Files are missing, lie outside the folder, are others than their hashes say, or were sent
            and nobody says for which of the reports: all of them are named (``report.file``).
    """
    bad: list[Bad] = []
    found = [_of_report(report, beside, bad) for report in reports]
    if beside.is_sent:
        found = _with_the_rest(found, beside, bad)
    if bad:
        raise _refusal(bad)
    return tuple(found)


def _of_report(report: Report, beside: Beside, bad: list[Bad]) -> Matched:
    items, others = [], list[str]()
    for number, item in enumerate(report.items, start=1):
        if item.file is not None:
            items.append(_named(item, number, beside, bad))
            continue
        called = dict.fromkeys(beside.called(item, report))
        fitting = next((path for path in called if _fits(item, beside.digests(path))), None)
        others += [beside.relative(path) for path in called if fitting is None]
        items.append(FoundItem(item, None) if fitting is None else _with_file(item, fitting, beside))
    return Matched(tuple(items), tuple(dict.fromkeys(others)))


def _named(item: Item, number: int, beside: Beside, bad: list[Bad]) -> FoundItem:
    path = beside.named(item.file or "")
    if path is None:
        why = Sentence("The file of item %(number)s does not lie beside its report.", number=str(number))
        bad.append(Bad(item.file or "", why))
        return FoundItem(item, None)
    read = beside.digests(path)
    wrong = next((kind for kind in _KINDS if getattr(item, kind) not in {None, getattr(read, kind)}), None)
    if wrong is not None:
        why = Sentence(
            "The file of item %(number)s is another than its %(upper)s says.",
            number=str(number),
            upper=wrong.upper(),
        )
        bad.append(Bad(item.file or "", why))
    return _with_file(item, path, beside)


def _with_the_rest(found: Sequence[Matched], beside: Beside, bad: list[Bad]) -> list[Matched]:
    """Give what was sent and is nobody's to the item whose hashes it has, or to an item of its own."""
    taken = {each.file for one in found for each in one.items}
    left = [path for path in beside.sent if path not in taken]
    rows = [list(one.items) for one in found]
    for path in left:
        place = _by_hash(rows, beside.digests(path))
        if place is not None:
            row, number = place
            rows[row][number] = _with_file(rows[row][number].item, path, beside)
        elif len(rows) == 1:
            rows[0].append(_with_file(Item(name=path.name), path, beside, is_named=False))
        else:
            name = beside.relative(path)
            why = Sentence("Nothing says to which of the reports the file %(name)s belongs.", name=name)
            bad.append(Bad(name, why))
    return [Matched(tuple(row)) for row in rows]


def _by_hash(rows: Sequence[Sequence[FoundItem]], read: Digests) -> tuple[int, int] | None:
    for row, items in enumerate(rows):
        for number, each in enumerate(items):
            states = any(getattr(each.item, kind) for kind in _KINDS)
            if each.file is None and states and _fits(each.item, read):
                return row, number
    return None


def _fits(item: Item, read: Digests) -> bool:
    return all(getattr(item, kind) in {None, getattr(read, kind)} for kind in _KINDS)


def _with_file(item: Item, path: Path, beside: Beside, *, is_named: bool = True) -> FoundItem:
    read = beside.digests(path)
    own = replace(item, md5=read.md5, sha1=read.sha1, sha256=read.sha256, file=beside.relative(path))
    return FoundItem(own, path, is_named=is_named)


def _last(name: str) -> str:
    """Answer the last part of a path of any system; nothing of one that leads nowhere."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "" if last in {".", ".."} else last


def _refusal(bad: Sequence[Bad]) -> InputError:
    if len(bad) == 1:
        return InputError(bad[0].why, code="report.file")
    more = ", …" if len(bad) > MOST_NAMED else ""
    return InputError(
        Sentence(
            "%(files)s files are not as the report says: missing, of no report, or others than their hashes "
            "say: %(names)s.",
            files=len(bad),
            names=", ".join(each.name for each in bad[:MOST_NAMED]) + more,
        ),
        code="report.file",
    )
