"""``cairn series hand-over`` and ``conflicts``: who leads a series, and where several do the same work."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor
from cairn.cli.told import tell
from cairn.services.alerting.conflicts import conflicts as find_conflicts
from cairn.services.joint.hand_over import accept_lead, offer_lead, refuse_lead
from cairn.services.visible import visible

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node


@click.command(name="hand-over")
@click.argument("name")
@with_actor
@click.option("--to", metavar="CODE", help="Offer the lead to this authority.")
@click.option("--reason", default="", help="Why, in a few words; said with --to.")
@click.option("--accept", is_flag=True, help="Take the lead that was offered to you.")
@click.option("--refuse", is_flag=True, help="Do not take it.")
@json_flag
def hand_over(
    _: Node, actor: Actor, name: str, to: str | None, reason: str, accept: bool, refuse: bool, as_json: bool
) -> None:
    """Offer the lead of the series NAME to another authority, or say whether you take it."""
    if sum((to is not None, accept, refuse)) != 1:
        raise click.UsageError("Say one of --to, --accept and --refuse.")
    if accept:
        accept_lead(name, actor=actor)
        state, said = "accepted", f"{actor.authority.code} leads {name} from now on."
    elif refuse:
        refuse_lead(name, actor=actor)
        state, said = "refused", f"{actor.authority.code} does not take the lead of {name}."
    else:
        offer_lead(name, to=str(to), reason=reason, actor=actor)
        state, said = "offered", f"The lead of {name} is offered to {to}."
    values = {"series": name, "authority": actor.authority.code, "state": state, "to": to}
    tell(values, [said], as_json=as_json)


@click.command()
@with_actor
@json_flag
def conflicts(_: Node, actor: Actor, as_json: bool) -> None:
    """List unidentified series that two or more countries work on."""
    rows = find_conflicts(actor=actor)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        state = f"{row.status} since {row.status_since}, led by {row.lead}"
        click.echo(visible(f"{row.owner:<16} {row.series:<28} {state:<56} {', '.join(row.authorities)}"))
