"""Indexes that a process which answers for a node keeps open, from one question to the next.

A reader follows what writers do by itself, and can be asked by several threads at once. A command that asks
once opens an index and closes it; a process that answers for a node keeps it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from cairn.services.node.this_process import is_answered_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cairn.services.node.opening import Node

MOST_OPEN = 4
"""The index, that of lists, and as many that have been replaced: threads may still be asking those."""


class Closable(Protocol):
    """What is kept open until there are ``MOST_OPEN`` that were asked later."""

    def close(self) -> None:
        """Let go of its files."""


C = TypeVar("C", bound=Closable)
_kept: OrderedDict[Path, Closable] = OrderedDict()
_mutex = threading.Lock()


@contextmanager
def kept_open(node: Node, folder: Path, opened: Callable[[], C]) -> Iterator[C]:
    """Answer what is kept open of this folder; where this process does not answer for the node, open it once.

    Args:
        node: Whose folder it is.
        folder: Names what is opened.
        opened: Opens it.
    """
    if is_answered_for(node):
        yield cast("C", _found_or_opened(folder, opened))
        return
    once = opened()
    try:
        yield once
    finally:
        once.close()


def _found_or_opened(folder: Path, opened: Callable[[], Closable]) -> Closable:
    with _mutex:
        if folder not in _kept:
            _kept[folder] = opened()
        _kept.move_to_end(folder)
        while len(_kept) > MOST_OPEN:
            _kept.popitem(last=False)[1].close()
        return _kept[folder]
