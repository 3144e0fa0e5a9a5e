"""The answer as an investigator reads it in a terminal, or in the text file that it was piped into.

The numbers first, then whom to ask, then what to look at, then what could not be compared and why; how it was
found comes last. Nothing is said by colour alone. File names are shown with what they hide made visible, and
are never read as markup.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cairn.services.answering.answer_words import (
    MATCH_IS_A_LEAD,
    NEAR_NOT_SOUGHT,
    STATED_EQUAL,
    amount,
    any_known,
    details_in_words,
    learnt_in_words,
    left_out_in_words,
    list_in_words,
    met_in_words,
    moment,
    reached_in_words,
    reason_in_words,
    series_by_media,
    series_handling_in_words,
    sounds_in_words,
    spoken,
    unreadable_in_words,
    video_in_words,
)
from cairn.services.answering.reckoning import looks, reasons
from cairn.services.answering.restrictions import in_words as handling_in_words
from cairn.services.visible import common_folder, visible
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import RenderableType

    from cairn.services.answering.answer import Answer, FileAnswer, SeriesMet
    from cairn.services.answering.facts import Contact, SeriesFacts

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
    yield from _series(answer)
    yield from _lists(answer)
    yield from _videos(answer, below)
    yield from _first_looks(answer, below)
    yield from _not_comparable(answer)
    yield from _unreadable(answer, below)
    yield ""
    yield Text(_footnote(answer, below.folder), style="dim")


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


def _section(title: str, body: RenderableType) -> Iterator[RenderableType]:
    yield ""
    yield Text(title, style="bold underline")
    yield body


def _series(answer: Answer) -> Iterator[RenderableType]:
    if not answer.series:
        yield from _section("Series met", Text("none that you may see"))
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
    table.add_column("Series", ratio=3, overflow="fold")
    table.add_column("Status", no_wrap=True)
    table.add_column("Owner, and whom to ask", ratio=5, overflow="fold")
    table.add_column("In it", justify="right", no_wrap=True)
    table.add_column("Met here", no_wrap=True)
    for met in answer.series:
        table.add_row(*_series_row(met))
    yield from _section("Series met", table)


def _lists(answer: Answer) -> Iterator[RenderableType]:
    if answer.lists:
        lines = Group(*(Text(visible(list_in_words(met))) for met in answer.lists))
        yield from _section("Hash lists met", lines)


def _series_row(met: SeriesMet) -> tuple[RenderableType, ...]:
    facts = met.facts
    style = "green" if facts.status.is_settled else "yellow"
    return (
        Text(visible(facts.name), style="bold"),
        Group(
            Text(spoken(facts.status), style=style),
            Text(f"since {facts.status_since.isoformat()}", style="dim"),
        ),
        Group(*map(Text, _whom_to_ask(facts))),
        f"{facts.media:,}",
        Text(met_in_words(met).replace(", ", "\n")),
    )


def _whom_to_ask(facts: SeriesFacts) -> Iterator[str]:
    owner, lead = facts.owner, facts.lead
    yield visible(f"{owner.name} ({owner.country})")
    yield from _reached(owner)
    if lead != owner:
        yield visible(f"led by {lead.name} ({lead.country})")
        yield from _reached(lead)
    for worker in facts.workers:
        who = worker.who
        yield visible(f"worked on by {who.name} ({who.country}) since {worker.since.date().isoformat()}")
        if who not in (owner, lead):
            yield from _reached(who)
    yield visible(series_handling_in_words(facts))


def _reached(contact: Contact) -> Iterator[str]:
    yield visible(contact.contact)
    if reached := reached_in_words(contact):
        yield visible(reached)


def _videos(answer: Answer, below: Callable[[str], str]) -> Iterator[RenderableType]:
    """Tell of every video of which some seconds are known, which those are."""
    series = {met.facts.id: met.facts for met in answer.series}
    known = [(file, file.video) for file in answer.files if file.video and any_known(file.video)]
    if not known:
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold", ratio=1)
    table.add_column(overflow="fold", ratio=2)
    for file, video in known[:FIRST_LOOKS]:
        words = video_in_words(video, series_by_media(file, series))
        table.add_row(Text(below(file.address)), Text(visible(words)))
    yield from _section("Videos of which parts are known", table)
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
    yield from _section("Look at first", table)
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
        yield from _section("Not comparable, though their digests were checked", table)


def _unreadable(answer: Answer, below: Callable[[str], str]) -> Iterator[RenderableType]:
    if answer.unreadable:
        lines = Group(*(_unreadable_line(file, below) for file in answer.unreadable))
        yield from _section("Could not be read, so nothing was checked", lines)


def _unreadable_line(file: FileAnswer, below: Callable[[str], str]) -> RenderableType:
    line = Text.assemble((below(file.address), "bold"), "  ", visible(unreadable_in_words(file)))
    return Padding(line, (0, 0, 0, 2))


def _footnote(answer: Answer, folder: str) -> str:
    sentences = []
    if answer.registered is not None:
        sentences.append(f"Registered: {amount(answer.registered, 'new sighting')}.")
    if answer.recalled:
        again = amount(answer.recalled, "file")
        sentences.append(f"{again} not decoded again: their content was measured before.")
    if answer.resumed:
        sentences.append(f"{amount(answer.resumed, 'file')} had been measured by another run of this check.")
    if folder:
        sentences.append(f"All files lie below {visible(folder)}.")
    if answer.unprotected:
        sentences.append(f"Decoder protections that are off here: {visible('; '.join(answer.unprotected))}.")
    left_out = left_out_in_words(answer.not_same, answer.disputed)
    sentences += [left_out] if left_out else []
    sentences += [_coverage(answer), _method(answer)]
    sentences += [
        details_in_words(answer.details),
        visible(learnt_in_words(answer.learnt)),
        sounds_in_words(answer.sounds),
        MATCH_IS_A_LEAD,
    ]
    return " ".join(filter(None, sentences))


def _coverage(answer: Answer) -> str:
    return f"Compared with everything that you may see, as recorded at {moment(answer.coverage.compared_at)}."


def _method(answer: Answer) -> str:
    method = answer.method
    if not answer.coverage.near_sought:
        return f"Method: {STATED_EQUAL}; Cairn {method.cairn}. Input list {answer.input_digest[:16]}…"
    return (
        f"Method: SHA-256 equal, or {method.pdq} ({method.mode}) at most {method.radius_bits} of 256 bits "
        f"apart, quality {method.minimum_quality} or more ({method.duplicate_policy}); Cairn {method.cairn}. "
        f"Input list {answer.input_digest[:16]}…"
    )
