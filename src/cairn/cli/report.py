"""``cairn report``: what hotlines and companies report, from the file to the answer."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor
from cairn.cli.told import tell
from cairn.errors import InputError
from cairn.records.reports import ANSWERS, ReportOutcome
from cairn.services.answering.answer_words import amount, moment
from cairn.services.auditing.signing import sign_head
from cairn.services.reports.folders import report_files
from cairn.services.reports.queue import MOST_LISTED, close_report, list_reports, show_report
from cairn.services.reports.taking import take_report
from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node
    from cairn.services.reports.queue import ItemRow, ReportRow
    from cairn.services.reports.taking import Acknowledgement


@click.group()
def report() -> None:
    """Take in the reports of hotlines and companies, work their queue, and answer them."""


@report.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@with_actor
@json_flag
def take(node: Node, actor: Actor, paths: tuple[Path, ...], as_json: bool) -> None:
    """Take in the reports at PATHS; of a folder, every report that lies in it."""
    refused = 0
    for path in report_files(paths):
        try:
            found = take_report(node, path, actor=actor)
        except InputError as error:
            click.echo(f"cairn: {visible(f'{path}: {error.sentence}')}", err=True)
            refused += 1
            continue
        for each in found:
            tell({"file": str(path), **asdict(each)}, list(_acknowledged(each)), as_json=as_json)
    sign_head(node.config)
    if refused:
        raise InputError(f"{amount(refused, 'file')} not taken.", code="report.refused")


@report.command(name="list")
@with_actor
@click.option("--handed-in", is_flag=True, help="Those that your authority has handed in, instead.")
@click.option("--closed", is_flag=True, help="Those that are closed, instead.")
@click.option("--most", default=MOST_LISTED, type=click.IntRange(1), help="How many at the most.")
@json_flag
def list_(_: Node, actor: Actor, handed_in: bool, closed: bool, most: int, as_json: bool) -> None:
    """List the queue of your authority, what is looked at first on top."""
    rows = list_reports(actor, handed_in=handed_in, closed=closed, most=most)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        click.echo(visible(_line(row)))


@report.command()
@click.argument("number", type=int)
@with_actor
@json_flag
def show(_: Node, actor: Actor, number: int, as_json: bool) -> None:
    """Show the report NUMBER: why it lies where it lies, what it says, and its items."""
    row, said, items = show_report(number, actor=actor)
    values = {**asdict(row), "said": said, "item": [asdict(item) for item in items]}
    if as_json:
        click.echo(json.dumps(values, default=str, indent=1))
        return
    for line in _page(row, items):
        click.echo(visible(line))


@report.command()
@click.argument("number", type=int)
@with_actor
@click.option(
    "--outcome",
    required=True,
    type=click.Choice([each.value for each in ANSWERS]),
    help="What its reporter is told.",
)
@click.option("--words", default="", metavar="TEXT", help="More for the reporter.")
@json_flag
def close(_: Node, actor: Actor, number: int, outcome: str, words: str, as_json: bool) -> None:
    """Close the report NUMBER, and say to its reporter what came of it."""
    row = close_report(number, ReportOutcome(outcome), words=words, actor=actor)
    tell(asdict(row), [f"Report {row.number} is closed: {row.outcome}."], as_json=as_json)


def _acknowledged(taken: Acknowledgement) -> Iterator[str]:
    again = "" if taken.is_new else " It was taken before, and nothing was changed."
    files = f", {amount(taken.files, 'file')} with them" if taken.files else ""
    bare = f", {taken.without_hash:,} without any hash" if taken.without_hash else ""
    name = f" ({taken.reference})" if taken.reference else ""
    yield f"Report {taken.number}{name}: {amount(taken.items, 'item')}{files}{bare}.{again}"
    for each in taken.not_compared:
        yield f"  {each.file}: recorded by its digests; near copies are not found ({each.reason})"
    for other in taken.other_files:
        yield f"  {other}: not taken; it is called like one of the items, and is another"


def _line(row: ReportRow) -> str:
    known = "" if row.known is None else f", {row.known:,} known"
    state = row.outcome or row.level or "open"
    marks = f"  {', '.join(row.markers)}" if row.markers else ""
    name = f"{row.reporter or row.handed_in_by}: {row.reference}"
    return (
        f"{row.number}  {state:<9} {row.taken_at:%Y-%m-%d}  {amount(row.items, 'item')}{known}  {name}{marks}"
    )


def _page(row: ReportRow, items: tuple[ItemRow, ...]) -> Iterator[str]:
    yield _line(row)
    yield f"  handed in by {row.handed_in_by}, {moment(row.taken_at)}; in the queue of {row.queue}"
    if row.route:
        yield f"  there because {row.route}"
    yield from (f"  {reason}" for reason in row.reasons)
    if row.closed_at is not None:
        words = f": {row.outcome_words}" if row.outcome_words else ""
        yield f"  closed {moment(row.closed_at)}, {row.outcome}{words}"
    for item in items:
        known = {True: "known", False: "new", None: ""}[item.is_known]
        hashes = ", ".join(f"{kind} {value}" for kind, value in item.hashes.items()) or "no hash"
        yield f"  item {item.position:<4} {known:<6} {hashes}"
