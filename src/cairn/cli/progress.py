"""Progress for the person who waits; on a pipe or in a log it is quiet."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Task

Advance = Callable[[int, int], None]
"""Is told how many are done, and of how many."""

Say = Callable[[str], None]
"""Writes a sentence to stderr, above the bar."""


class _Rate(ProgressColumn):
    """Files, or whatever is counted, a second."""

    def __init__(self, unit: str) -> None:
        """Count in this unit."""
        super().__init__()
        self._unit = unit

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f} {self._unit}/s", style="cyan")


@contextmanager
def file_progress(words: str, *, unit: str = "files") -> Iterator[tuple[Advance, Say]]:
    """Show a bar with count, rate and time left on stderr while the block runs.

    Args:
        words: What is being done.
        unit: What is counted.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        _Rate(unit),
        TimeRemainingColumn(compact=True),
        TextColumn("left"),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(words, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        def say(sentence: str) -> None:
            console.print(visible(sentence), markup=False, highlight=False, soft_wrap=True)

        yield advance, say
