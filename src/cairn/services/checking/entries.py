"""What a check walks over, each thing under the address at which people know it."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.evidence import printable
from cairn.intake import Item, Unreadable, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cairn.services.checking.planning import CheckRequest


def paths_of(request: CheckRequest) -> Iterator[Item | Unreadable]:
    """Yield the files at and below the paths of the request, without looking into them."""
    yield from walk(request.paths)


def entries_of(request: CheckRequest) -> Iterator[Item | Unreadable]:
    """Yield everything that the request asks about, with addresses from below its root, where it has one."""
    entries = walk(request.paths, containers=request.containers)
    if request.root is None:
        yield from entries
        return
    folder = printable(request.root.resolve()) + os.sep
    for entry in entries:
        address = entry.address.removeprefix(folder)
        if isinstance(entry, Unreadable):
            yield Unreadable(address, _without(folder, entry.error))
        else:
            yield replace(entry, address=address, open=partial(_open, entry.open, folder))


def _open(opens: Callable[[], int], folder: str) -> int:
    try:
        return opens()
    except InputError as error:
        raise _without(folder, error) from error


def _without(folder: str, error: InputError) -> InputError:
    """Answer the error with a sentence that does not say where the folder lies."""
    return InputError(error.sentence.replace(folder, ""), code=error.code, **error.details)
