"""Who works on a series now: ``cairn series claim``, ``renew`` and ``release``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor
from cairn.cli.told import tell
from cairn.services.series import claims
from cairn.services.series.names import find_series

if TYPE_CHECKING:
    from cairn.records.series import Claim, Series
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

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
@json_flag
def claim(_: Node, actor: Actor, name: str, days: int, case: str | None, as_json: bool) -> None:
    """Say that your authority works on the series NAME now, and who else does."""
    found = find_series(name, actor=actor)
    made = claims.claim(found, days=days, case=case, actor=actor)
    others = [row for row in claims.workers_of(found, actor=actor) if row.authority != actor.authority.code]
    also = [
        f"So does {row.authority} ({row.country}) until {row.ends_at:%Y-%m-%d}: {row.contact}"
        for row in others
    ]
    values = _values(found, made, actor) | {"others": [asdict(row) for row in others]}
    tell(values, [_claimed(found, made, actor), *also], as_json=as_json)


@click.command()
@click.argument("name")
@with_actor
@_days
@json_flag
def renew(_: Node, actor: Actor, name: str, days: int, as_json: bool) -> None:
    """Let your claim on the series NAME end later than it would."""
    found = find_series(name, actor=actor)
    made = claims.renew(found, days=days, actor=actor)
    tell(_values(found, made, actor), [_claimed(found, made, actor)], as_json=as_json)


@click.command()
@click.argument("name")
@with_actor
@json_flag
def release(_: Node, actor: Actor, name: str, as_json: bool) -> None:
    """End your claim on the series NAME now."""
    found = find_series(name, actor=actor)
    claims.release(found, actor=actor)
    values = {"series": found.name, "authority": actor.authority.code}
    tell(values, [f"{actor.authority.code} no longer works on {found.name}."], as_json=as_json)


def _values(found: Series, made: Claim, actor: Actor) -> dict[str, object]:
    return {"series": found.name, "authority": actor.authority.code, "ends_at": made.ends_at}


def _claimed(found: Series, made: Claim, actor: Actor) -> str:
    return f"{actor.authority.code} works on {found.name} until {made.ends_at:%Y-%m-%d}."
