"""``cairn series``: open and list series, and move them on."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor
from cairn.services.series import create_series, list_series, set_status
from cairn.services.visible import visible
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.node import Node


@click.group()
def series() -> None:
    """Open and list series, and move them on."""


@series.command()
@click.argument("name")
@with_actor
@click.option(
    "--status",
    type=click.Choice([each.value for each in SeriesStatus]),
    default=SeriesStatus.UNIDENTIFIED.value,
    show_default=True,
    help="How far the work has come.",
)
@click.option(
    "--handling",
    type=click.Choice([each.value for each in Handling]),
    default=Handling.ALLIANCE.value,
    show_default=True,
    help="Who may learn that the series exists.",
)
@click.option("--named", multiple=True, metavar="CODE", help="An authority that may; for handling 'named'.")
def create(_: Node, actor: Actor, name: str, status: str, handling: str, named: tuple[str, ...]) -> None:
    """Open the series NAME; files are put into it with ``cairn check --register --series NAME``."""
    made = create_series(
        name,
        actor=actor,
        status=SeriesStatus(status),
        handling=Handling(handling),
        named=named,
    )
    said = f"{actor.authority.code} has opened the series {made.name} ({made.status}, {made.handling})."
    click.echo(visible(said))


@series.command()
@click.argument("name")
@click.argument("new_status", metavar="STATUS", type=click.Choice([each.value for each in SeriesStatus]))
@with_actor
def status(_: Node, actor: Actor, name: str, new_status: str) -> None:
    """Move the series NAME to STATUS; only its owner can."""
    set_status(name, SeriesStatus(new_status), actor=actor)
    click.echo(visible(f"{name} is {new_status}."))


@series.command(name="list")
@with_actor
@json_flag
def list_(_: Node, actor: Actor, as_json: bool) -> None:
    """List the series that the authority may see."""
    rows = list_series(actor)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        since = f"{row.status} since {row.status_since}"
        line = f"{row.owner:<16} {row.name:<28} {since:<32} {row.handling:<9} {row.media} media"
        click.echo(visible(line))
