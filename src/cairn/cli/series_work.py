"""Who works on a series now: ``cairn series claim``, ``renew`` and ``release``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cairn.cli.options import with_actor
from cairn.services import claims
from cairn.services.series_names import find_series
from cairn.services.visible import visible

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.node import Node

_days = click.option(
    "--days",
    type=click.IntRange(1, claims.MOST_DAYS),
    default=claims.STANDARD_DAYS,
    show_default=True,
    help="From now on, unless it is renewed.",
)


@click.command()
@click.argument("name")
@with_actor
@_days
@click.option("--case", metavar="REF", help="Your own case; others are not told.")
def claim(_: Node, actor: Actor, name: str, days: int, case: str | None) -> None:
    """Say that your authority works on the series NAME now, and who else does."""
    found = find_series(name, actor=actor)
    made = claims.claim(found, days=days, case=case, actor=actor)
    click.echo(visible(f"{actor.authority.code} works on {found.name} until {made.ends_at:%Y-%m-%d}."))
    for row in claims.workers_of(found, actor=actor):
        if row.authority != actor.authority.code:
            until = f"until {row.ends_at:%Y-%m-%d}"
            click.echo(visible(f"So does {row.authority} ({row.country}) {until}: {row.contact}"))


@click.command()
@click.argument("name")
@with_actor
@_days
def renew(_: Node, actor: Actor, name: str, days: int) -> None:
    """Let your claim on the series NAME end later than it would."""
    found = find_series(name, actor=actor)
    made = claims.renew(found, days=days, actor=actor)
    click.echo(visible(f"{actor.authority.code} works on {found.name} until {made.ends_at:%Y-%m-%d}."))


@click.command()
@click.argument("name")
@with_actor
def release(_: Node, actor: Actor, name: str) -> None:
    """End your claim on the series NAME now."""
    found = find_series(name, actor=actor)
    claims.release(found, actor=actor)
    click.echo(visible(f"{actor.authority.code} no longer works on {found.name}."))
