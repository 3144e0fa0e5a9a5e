"""The part of a terminal's view that says whom to ask: series met, their owners, and hash lists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from cairn.services.answering.answer_words import (
    list_in_words,
    met_in_words,
    reached_in_words,
    series_handling_in_words,
    spoken,
)
from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from cairn.services.answering.answer import Answer, SeriesMet
    from cairn.services.answering.facts import Contact, SeriesFacts


def section(title: str, body: RenderableType) -> Iterator[RenderableType]:
    """Yield a part of the view under its title."""
    yield ""
    yield Text(title, style="bold underline")
    yield body


def series_met(answer: Answer) -> Iterator[RenderableType]:
    """Yield the series that were met, each with whom to ask."""
    if not answer.series:
        yield from section("Series met", Text("none that you may see"))
        return
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, show_edge=False)
    table.add_column("Series", ratio=3, overflow="fold")
    table.add_column("Status", no_wrap=True)
    table.add_column("Owner, and whom to ask", ratio=5, overflow="fold")
    table.add_column("In it", justify="right", no_wrap=True)
    table.add_column("Met here", no_wrap=True)
    for met in answer.series:
        table.add_row(*_series_row(met))
    yield from section("Series met", table)


def lists_met(answer: Answer) -> Iterator[RenderableType]:
    """Yield the hash lists that were met, where there are any."""
    if answer.lists:
        lines = Group(*(Text(visible(list_in_words(met))) for met in answer.lists))
        yield from section("Hash lists met", lines)


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
