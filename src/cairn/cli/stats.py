"""``cairn stats``: what the work has come to, and what is left."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor
from cairn.services.statistics import SECONDS_A_LOOK, refresh, statistics
from cairn.services.visible import visible
from cairn.statistics import Scope
from cairn.statistics import as_csv as csv_of

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node
    from cairn.statistics import Cell, Overview


@click.command()
@with_actor
@click.option(
    "--scope",
    type=click.Choice([each.value for each in Scope]),
    default=Scope.OWN.value,
    show_default=True,
    help="Over your own records, or over the alliance's with small counts withheld.",
)
@click.option(
    "--seconds-a-look",
    type=click.FloatRange(min=0.1, max=3600),
    default=SECONDS_A_LOOK,
    show_default=True,
    help="How long a person takes for one file; the hours avoided rest on it.",
)
@click.option("--refresh", "anew", is_flag=True, help="Count all sightings anew first.")
@json_flag
@click.option("--csv", "as_csv", is_flag=True, help="Print a line a cell, for a spreadsheet.")
def stats(
    _: Node, actor: Actor, scope: str, seconds_a_look: float, anew: bool, as_json: bool, as_csv: bool
) -> None:
    """Count victims, offenders, series, media, sightings, and looks avoided."""
    if as_json and as_csv:
        raise click.UsageError("Give --json or --csv, not both.")
    if anew:
        refresh(actor)
    found = statistics(actor, scope=Scope(scope), seconds_a_look=seconds_a_look)
    if as_json:
        click.echo(json.dumps(asdict(found), default=str, indent=1))
    elif as_csv:
        click.echo(csv_of(found), nl=False)
    else:
        _print_words(found)


def _print_words(found: Overview) -> None:
    whose = "the alliance; small counts are withheld" if found.authority is None else found.authority
    what = "Everything" if found.is_kept else "Sightings"
    click.echo(f"Of {whose}. {what} as counted at {found.counted_at:%Y-%m-%d %H:%M} UTC.")
    for figure in found.figures:
        click.echo(f"\n{figure.words} ({figure.unit})")
        for cell in figure.cells:
            click.echo(visible(f"  {cell.key:<32} {_as_words(cell):>14}"))
        if not figure.cells:
            click.echo("  none yet")


def _as_words(cell: Cell) -> str:
    if cell.is_withheld:
        return "withheld"
    return "-" if cell.value is None else f"{cell.value:,.6g}" if cell.value % 1 else f"{cell.value:,.0f}"
