"""The answer as an investigator reads it in a terminal, or in the text file that it was piped into.

The numbers first, then whom to ask, then what to look at, then what could not be compared and why; how it was
found comes last. Nothing is said by colour alone. File names are shown with what they hide made visible, and
are never read as markup.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cairn.cli.answer_footnote import footnote
from cairn.cli.answer_met import lists_met, section, series_met
from cairn.services.answering.answer_words import (
    NEAR_NOT_SOUGHT,
    amount,
    known_in_words,
    moment,
    reason_in_words,
    series_names,
    spoken,
    unreadable_in_words,
)
from cairn.services.answering.reckoning import looks, reasons
from cairn.services.answering.restrictions import in_words as handling_in_words
from cairn.services.visible import common_folder, visible
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import RenderableType

    from cairn.services.answering.answer import Answer, FileAnswer

FIRST_LOOKS = 10
"""How many files to look at first are named; the report and the JSON name all."""

SVG_COLUMNS = 100
_SVG_FONTS = "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace"
_BAR_COLUMNS = 28
_NAME_START, _NAME_END = 150, 60
_STYLES = {
    Verdict.IDENTIFIED: "green",
    Verdict.KNOWN: "cyan",
    Verdict.SIMILAR: "magenta",
    Verdict.NEW: "bold yellow",
    Verdict.IRRELEVANT: "dim",
    Verdict.NOT_COMPARABLE: "red",
}


def show(answer: Answer, console: Console) -> None:
    """Print the answer, at the width of the console and without colour where it has none.

    Args:
        answer: What to tell.
        console: Where to.
    """
    for part in _parts(answer, console):
        console.print(part, markup=False, highlight=False, emoji=False)


def as_svg(answer: Answer, title: str) -> str:
    """Answer the terminal's view as a picture that needs nothing from outside: no font, no style, no script.

    Args:
        answer: What to tell.
        title: What stands in the window's bar.
    """
    console = Console(
        record=True, width=SVG_COLUMNS, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    show(answer, console)
    return _without_remote_fonts(console.export_svg(title=visible(title)))


def _without_remote_fonts(svg: str) -> str:
    """Take out what the picture would fetch from elsewhere; all of it stands in the style sheet on top."""
    style, end, drawing = svg.partition("</style>")
    style = re.sub(r"<!--.*?-->|@font-face\s*\{.*?\}", "", style, flags=re.DOTALL)
    return style.replace("Fira Code, monospace", _SVG_FONTS) + end + drawing


def _parts(answer: Answer, console: Console) -> Iterator[RenderableType]:
    below = _Below(answer)
    yield ""
    yield _title(answer)
    yield from _handling(answer)
    yield from _damaged(answer)
    yield from _near_not_sought(answer)
    yield ""
    yield _headline(answer)
    yield ""
    yield _counts(answer, console)
    yield from series_met(answer)
    yield from lists_met(answer)
    yield from _videos(answer, below)
    yield from _first_looks(answer, below)
    yield from _not_comparable(answer)
    yield from _unreadable(answer, below)
    yield ""
    yield Text(footnote(answer, below.folder), style="dim")


class _Below:
    """Shows addresses below the folder that all of them have in common."""

    def __init__(self, answer: Answer) -> None:
        self.folder = common_folder(file.address for file in answer.files)

    def __call__(self, address: str) -> str:
        """Shorten a name that would push everything else off the screen; report and JSON hold it whole."""
        name = visible(address.removeprefix(self.folder))
        if len(name) <= _NAME_START + _NAME_END:
            return name
        return f"{name[:_NAME_START]} … {name[-_NAME_END:]}"


def _title(answer: Answer) -> Text:
    parts = ["no case" if answer.case is None else f"case {answer.case}"]
    parts += [] if answer.exhibit is None else [f"exhibit {answer.exhibit}"]
    asked = f"asked by {answer.authority} on node {answer.node}, {moment(answer.finished_at)}"
    return Text.assemble((visible("Answer for " + ", ".join(parts)), "bold"), "\n", (visible(asked), "dim"))


def _handling(answer: Answer) -> Iterator[RenderableType]:
    if answer.handling is not None:
        yield Text(visible(handling_in_words(answer.handling)), style="bold")


def _damaged(answer: Answer) -> Iterator[RenderableType]:
    if not answer.coverage.is_complete:
        yield ""
        yield Text(
            "This answer may be incomplete: parts of the index were refused, because their checksums do not "
            "hold. cairn doctor names them.",
            style="bold red",
        )


def _near_not_sought(answer: Answer) -> Iterator[RenderableType]:
    if not answer.coverage.near_sought:
        yield ""
        yield Text(NEAR_NOT_SOUGHT, style="bold")


def _counts(answer: Answer, console: Console) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    table.add_column()
    total = len(answer.files)
    for verdict, count in answer.counts.items():
        style = _STYLES[verdict]
        bar = Text(_bar(count, total, console), style=style)
        table.add_row(Text(spoken(verdict), style=style), f"{count:,}", bar)
    unreadable = len(answer.unreadable)
    remark = f"of these, {unreadable:,} could not be read" if unreadable else ""
    table.add_row(Text("files in", style="bold"), Text(f"{total:,}", style="bold"), remark)
    return table


def _bar(count: int, total: int, console: Console) -> str:
    """Answer a bar of at least one sign where there is anything; its sign is one that the terminal has."""
    if not count:
        return ""
    sign = "━" if console.encoding.lower().startswith("utf") else "="
    return sign * max(1, round(_BAR_COLUMNS * count / total))


def _headline(answer: Answer) -> Text:
    found = looks(answer)
    text = Text.assemble(
        "No look needed for ", (f"{found.avoided:,} of {amount(found.files, 'file')}", "bold")
    )
    if found.copies:
        text.append(
            f" ({found.recorded:,} recorded or of no interest, "
            f"{amount(found.copies, 'further copy', 'further copies')})"
        )
    text.append("; ")
    text.append(f"{found.to_look:,}", "bold")
    text.append(f" to look at; {found.nothing_to_compare:,} with nothing to compare.")
    return text


def _videos(answer: Answer, below: Callable[[str], str]) -> Iterator[RenderableType]:
    """Tell of every video of which some seconds are known, which those are."""
    names = series_names({met.facts.id: met.facts for met in answer.series})
    found = ((file, known_in_words(file, names)) for file in answer.files)
    known = [(file, words) for file, words in found if words]
    if not known:
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold", ratio=1)
    table.add_column(overflow="fold", ratio=2)
    for file, words in known[:FIRST_LOOKS]:
        table.add_row(Text(below(file.address)), Text(visible(words)))
    yield from section("Videos of which parts are known", table)
    if len(known) > FIRST_LOOKS:
        more = amount(len(known) - FIRST_LOOKS, "more video", "more videos")
        yield Text(f"and {more}: all are listed by --report and --json.", style="dim")


def _first_looks(answer: Answer, below: Callable[[str], str]) -> Iterator[RenderableType]:
    found = answer.look_first
    if not found:
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="dim")
    table.add_column(overflow="fold", ratio=1)
    table.add_column(overflow="fold", ratio=1)
    for order, look in enumerate(found[:FIRST_LOOKS], start=1):
        table.add_row(str(order), Text(below(look.address)), Text(visible(look.why)))
    yield from section("Look at first", table)
    if len(found) > FIRST_LOOKS:
        more = amount(len(found) - FIRST_LOOKS, "more file", "more files")
        yield Text(f"and {more}: all are listed by --report and --json.", style="dim")


def _not_comparable(answer: Answer) -> Iterator[RenderableType]:
    found = reasons(answer.files)
    if found:
        table = Table.grid(padding=(0, 2))
        table.add_column(justify="right")
        table.add_column(overflow="fold")
        for reason, count in found:
            table.add_row(f"{count:,}", reason_in_words(reason))
        yield from section("Not comparable, though their digests were checked", table)


def _unreadable(answer: Answer, below: Callable[[str], str]) -> Iterator[RenderableType]:
    if answer.unreadable:
        lines = Group(*(_unreadable_line(file, below) for file in answer.unreadable))
        yield from section("Could not be read, so nothing was checked", lines)


def _unreadable_line(file: FileAnswer, below: Callable[[str], str]) -> RenderableType:
    line = Text.assemble((below(file.address), "bold"), "  ", visible(unreadable_in_words(file)))
    return Padding(line, (0, 0, 0, 2))
