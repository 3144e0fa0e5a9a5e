"""``cairn reviews``, ``cairn case review`` and ``cairn series review``: is it still kept?"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cairn.cli.options import day_option, json_flag, with_actor
from cairn.cli.told import tell
from cairn.services.cases import own_case
from cairn.services.keeping.reviews import due_reviews, set_case_review, set_series_review
from cairn.services.keeping.series_deletion import exactly_own_series
from cairn.services.visible import visible

if TYPE_CHECKING:
    from datetime import date

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

_on = day_option("--on", help="When somebody must decide.")
_never = click.option("--never", is_flag=True, help="Take the day away.")


@click.command(name="review")
@click.argument("reference")
@with_actor
@_on
@_never
@json_flag
def case_review(_: Node, actor: Actor, reference: str, on: date | None, never: bool, as_json: bool) -> None:
    """Say by when somebody must decide whether the case REFERENCE is still kept."""
    _require_one(on, never)
    set_case_review(own_case(reference, actor=actor), on, actor=actor)
    tell({"case": reference, "review_on": on}, [f"The case {reference} {_due(on)}."], as_json=as_json)


@click.command(name="review")
@click.argument("name")
@with_actor
@_on
@_never
@json_flag
def series_review(_: Node, actor: Actor, name: str, on: date | None, never: bool, as_json: bool) -> None:
    """Say by when its owner must decide whether the series NAME is still kept."""
    _require_one(on, never)
    set_series_review(exactly_own_series(name, actor=actor), on, actor=actor)
    tell({"series": name, "review_on": on}, [f"The series {name} {_due(on)}."], as_json=as_json)


@click.command()
@with_actor
@json_flag
def reviews(_: Node, actor: Actor, as_json: bool) -> None:
    """List the cases and series of your authority that are due, and raise an alert for each, once."""
    rows = due_reviews(actor)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        hidden = " (withdrawn)" if row.is_withdrawn else ""
        click.echo(visible(f"{row.due_on}  {row.kind:<6}  {row.name}{hidden}"))


def _require_one(on: date | None, never: bool) -> None:
    if (on is None) is not never:
        raise click.UsageError("Give --on DAY, or --never.")


def _due(on: date | None) -> str:
    return "has no day of review" if on is None else f"is to be reviewed on {on}"
