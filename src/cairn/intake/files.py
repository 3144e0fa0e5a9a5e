"""Folders and files become items, in an order that is the same every time.

Evidence is only ever opened for reading. Symbolic links inside a folder are not followed, so a link
that points back at its own folder cannot make a walk endless, and a link cannot lead out of the
evidence; each is named as not read. What cannot be read is an item too, because a check that does not
account for every file is no check.
"""

from __future__ import annotations

import os
import stat
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.evidence import kind_in_words, open_for_reading, printable, refusal
from cairn.intake.containers.scratch import Shelf
from cairn.intake.containers.walking import look_inside
from cairn.intake.items import Item, Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cairn.intake.containers.rules import ContainerRules


def walk(paths: Iterable[Path], *, containers: ContainerRules | None = None) -> Iterator[Item | Unreadable]:
    """Yield every file at and below ``paths``, each once, sorted by name within its folder.

    Args:
        paths: Files and folders. A path that is itself a symbolic link is followed, because it was asked
            for by name; a path that lies inside another one is not walked twice.
        containers: How far archives, messages and documents are opened as if they were folders; ``None``
            opens none.

    Yields:
        An ``Item`` for every regular file, and an ``Unreadable`` for every other entry. A container is an
        item itself, followed by an item for every file in it: ``phone.zip``, ``phone.zip!/DCIM/1.jpg``.

    Raises:
        InputError: A path does not exist (code ``input.missing``), or the folder for unpacked members lies
            inside the evidence (``input.scratch``); raised before anything is yielded.
    """
    roots = _distinct_roots(paths)
    shelf = Shelf(containers) if containers else None
    if containers:
        _refuse_scratch_inside(roots, containers)
    waiting = list(reversed(roots))
    while waiting:  # A stack, because a hostile folder can be nested deeper than Python recurses.
        path = waiting.pop()
        try:
            entry = _look_at(path)
            if entry is None:
                waiting.extend(sorted(path.iterdir(), reverse=True))
                continue
            yield entry
            if shelf and isinstance(entry, Item):
                beside = (path.name, partial(_open_beside, path))
                yield from look_inside(entry, prefix=partial(_prefix, path), shelf=shelf, beside=beside)
        except OSError as error:
            yield Unreadable(printable(path), refusal(path, error))


def _refuse_scratch_inside(roots: list[Path], rules: ContainerRules) -> None:
    """Evidence is never written to, not even by a file that has no name."""
    folder = Path(rules.scratch_folder or tempfile.gettempdir()).resolve()
    for root in roots:
        if root == folder or root in folder.parents:
            raise InputError(
                f"The folder for unpacked files, {printable(folder)}, lies inside the evidence "
                f"{printable(root)}. Name a folder on another disk.",
                code="input.scratch",
            )


def _prefix(path: Path) -> str:
    """Answer what stands before the stroke in members' addresses: no folder beside may be called so."""
    prefix = f"{path}!"
    while os.path.lexists(prefix):
        prefix += "!"
    return printable(prefix)


def _open_beside(path: Path, name: str) -> int:
    """Open a file of another name in the same folder."""
    return open_for_reading(path.with_name(name))


def _distinct_roots(paths: Iterable[Path]) -> list[Path]:
    """Resolve the paths that were asked for, and leave out those that lie inside another."""
    roots: list[Path] = []
    for path in paths:
        try:
            roots.append(path.resolve(strict=True))
        except FileNotFoundError:
            raise InputError(f"There is nothing at {printable(path)}.", code="input.missing") from None
        except (OSError, RuntimeError) as error:
            raise refusal(path, error, is_named=True) from error
    distinct = sorted(set(roots))
    return [root for root in distinct if not any(parent in distinct for parent in root.parents)]


def _look_at(path: Path) -> Item | Unreadable | None:
    """Answer what the entry is as an item, or ``None`` for a folder."""
    status = path.lstat()
    if stat.S_ISDIR(status.st_mode):
        return None
    if stat.S_ISREG(status.st_mode):
        return _item(path, status)
    sentence = f"{printable(path)} is {kind_in_words(status.st_mode)}, which is not followed or opened."
    return Unreadable(printable(path), InputError(sentence, code="input.not-a-file"))


def _item(path: Path, status: os.stat_result) -> Item:
    return Item(
        address=printable(path),
        size_bytes=status.st_size,
        modified_ns=status.st_mtime_ns,
        signature=f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}",
        open=lambda: open_for_reading(path),
    )
