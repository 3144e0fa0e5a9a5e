"""``cairn series``: open, list and show series; the other commands stand in files of their own."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cairn.cli.deleting import delete_series_command
from cairn.cli.options import day_option, json_flag, with_actor
from cairn.cli.reviews import series_review
from cairn.cli.series_growth import grow
from cairn.cli.series_lead import conflicts, hand_over
from cairn.cli.series_regrouping import media, merge, split, undo
from cairn.cli.series_spans import span
from cairn.cli.series_view import as_lines
from cairn.cli.series_words import alias, handling, mark, note, priority, thank
from cairn.cli.series_work import claim, release, renew
from cairn.cli.status_commands import status_commands
from cairn.cli.told import tell
from cairn.records.series import Marker
from cairn.services.series.names import find_series
from cairn.services.series.opening import MOST_LISTED, SeriesFilter, create_series, list_series
from cairn.services.series.page import series_page
from cairn.services.status.history import waiting as proposals
from cairn.services.visible import visible
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from datetime import date

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node


@click.group()
def series() -> None:
    """Open, find and show series, and say what is known of them."""


for _command in (
    *(alias, claim, grow, handling, mark, media, merge, note, priority, release, renew, split, thank, undo),
    *(conflicts, hand_over, span),
    *(delete_series_command, series_review),
    *status_commands("series", SeriesStatus, lambda name, actor: find_series(name, actor=actor)),
):
    series.add_command(_command)


@series.command()
@click.argument("name")
@with_actor
@click.option(
    "--status",
    type=click.Choice([each.value for each in SeriesStatus]),
    default=SeriesStatus.UNIDENTIFIED.value,
    show_default=True,
    help="How far the work has come; 'identified' is proposed, and confirmed by a second person.",
)
@day_option("--on", help="Since which day it is so; without it, today.")
@click.option(
    "--handling",
    type=click.Choice([each.value for each in Handling]),
    default=Handling.ALLIANCE.value,
    show_default=True,
    help="Who may learn that the series exists.",
)
@click.option("--named", multiple=True, metavar="CODE", help="An authority that may; for handling 'named'.")
@json_flag
def create(
    _: Node,
    actor: Actor,
    name: str,
    status: str,
    on: date | None,
    handling: str,
    named: tuple[str, ...],
    as_json: bool,
) -> None:
    """Open the series NAME; files are put into it with ``cairn check --register --series NAME``."""
    made = create_series(
        name,
        actor=actor,
        status=SeriesStatus(status),
        since=on,
        handling=Handling(handling),
        named=named,
    )
    said = f"{actor.authority.code} has opened the series {made.name} ({made.status}, {made.handling})."
    if made.status != status:
        said += f" '{status}' is proposed; a second person has to confirm it."
    values = {
        "name": made.name,
        "owner": actor.authority.code,
        "status": made.status,
        "proposed": None if made.status == status else status,
        "handling": made.handling,
    }
    tell(values, [said], as_json=as_json)


@series.command(name="list")
@with_actor
@click.option(
    "--status", type=click.Choice([each.value for each in SeriesStatus]), help="Only of this status."
)
@click.option("--country", metavar="XX", help="Only of owners of this country.")
@click.option("--marker", type=click.Choice([each.value for each in Marker]), help="Only with this marker.")
@click.option("--words", metavar="TEXT", help="Only with this text in the name, or in your name for it.")
@click.option(
    "--most",
    type=click.IntRange(1, MOST_LISTED),
    default=MOST_LISTED,
    show_default=True,
    help="How many at the most.",
)
@json_flag
def list_(
    _: Node,
    actor: Actor,
    status: str | None,
    country: str | None,
    marker: str | None,
    words: str | None,
    most: int,
    as_json: bool,
) -> None:
    """List the series that the authority may see, most urgent first."""
    wanted = SeriesFilter(
        status=None if status is None else SeriesStatus(status),
        country=country,
        marker=None if marker is None else Marker(marker),
        words=words,
        most=most,
    )
    rows = list_series(actor, wanted)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        since = f"{row.status} since {row.status_since}"
        rest = f"{row.handling:<9} {row.priority:<8} {row.media} media"
        click.echo(visible(f"{row.owner:<16} {row.name:<28} {since:<32} {rest}"))
    if len(rows) == most:
        click.echo(f"There may be more than {most:,}: narrow it down with --status, --country or --words.")


@series.command()
@click.argument("name")
@with_actor
@click.option("--case", default="", metavar="REF", help="Your case; the look is audited with it.")
@click.option("--purpose", default="", metavar="TEXT", help="Why you look; the look is audited with it.")
@json_flag
def show(_: Node, actor: Actor, name: str, case: str, purpose: str, as_json: bool) -> None:
    """Show all that is known of the series NAME: where and when it was seen, and who works on it."""
    page = series_page(find_series(name, actor=actor), actor=actor, case=case, purpose=purpose)
    if as_json:
        click.echo(json.dumps(asdict(page), default=str, indent=1))
        return
    for line in as_lines(page):
        click.echo(visible(line))


@series.command()
@with_actor
@json_flag
def waiting(_: Node, actor: Actor, as_json: bool) -> None:
    """List what waits for a second person of your authority: of series, victims and offenders."""
    rows = proposals(actor)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        event = row.event
        by = event.said_by or event.authority
        click.echo(visible(f"{row.kind:<9} {row.name:<40} {event.after} since {event.on}, proposed by {by}"))
