"""``cairn case``: the cases of an authority, and what was found in them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cairn.cli.deleting import delete_case_command
from cairn.cli.options import day_option, json_flag, with_actor
from cairn.cli.reviews import case_review
from cairn.cli.told import tell
from cairn.services.cases import list_cases, open_case, show_case
from cairn.services.visible import visible

if TYPE_CHECKING:
    from datetime import date

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node


@click.group()
def case() -> None:
    """Open, list, show, review and delete the cases of an authority."""


case.add_command(case_review)
case.add_command(delete_case_command)


@case.command(name="open")
@click.argument("reference")
@with_actor
@click.option("--purpose", default="", help="Why the case is worked, in a few words; the audit names it.")
@day_option("--review-on", help="When somebody must decide whether it is still kept.")
@json_flag
def open_(_: Node, actor: Actor, reference: str, purpose: str, review_on: date | None, as_json: bool) -> None:
    """Open the case REFERENCE, or say its purpose and its review anew."""
    made = open_case(reference, purpose=purpose, review_on=review_on, actor=actor)
    tell(
        {
            "reference": made.reference,
            "purpose": made.purpose,
            "review_on": made.review_on,
            "authority": actor.authority.code,
        },
        [f"The case {made.reference} of {actor.authority.code} is open."],
        as_json=as_json,
    )


@case.command(name="list")
@with_actor
@json_flag
def list_(_: Node, actor: Actor, as_json: bool) -> None:
    """List the authority's cases, newest first."""
    rows = list_cases(actor)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        counts = f"{row.exhibits} exhibits, {row.sightings:,} sightings"
        click.echo(visible(f"{row.reference:<24} {row.opened_at:%Y-%m-%d}  {counts:<36} {row.purpose}"))


@case.command()
@click.argument("reference")
@with_actor
@json_flag
def show(_: Node, actor: Actor, reference: str, as_json: bool) -> None:
    """Show the case REFERENCE: its exhibits, how their content came, and how much it is."""
    found, rows = show_case(reference, actor)
    if as_json:
        head = {"reference": found.reference, "purpose": found.purpose, "review_on": found.review_on}
        exhibits = [asdict(row) for row in rows]
        click.echo(json.dumps({**head, "exhibits": exhibits}, default=str, indent=1))
        return
    review = f", review on {found.review_on}" if found.review_on else ""
    click.echo(visible(f"{found.reference}, opened {found.created_at:%Y-%m-%d}{review}. {found.purpose}"))
    for row in rows:
        when = f"{row.first_recorded_at:%Y-%m-%d} to {row.last_recorded_at:%Y-%m-%d}"
        counts = f"{row.sightings:,} sightings of {row.media:,} media"
        click.echo(visible(f"  {row.label:<24} {row.source:<16} {counts}, {when}"))
