"""``cairn authority``: record and list authorities."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from cairn.cli.options import day_option, json_flag, with_actor, with_node, with_user
from cairn.cli.told import tell
from cairn.records.authorities import AuthorityKind
from cairn.services.directory.authorities import (
    AuthorityChange,
    NewAuthority,
    add_authority,
    authorities,
    change_authority,
)
from cairn.services.directory.countries import countries
from cairn.services.directory.countries import join as join_alliance
from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

P = ParamSpec("P")
R = TypeVar("R")


def authority_values(command: Callable[..., R]) -> Callable[..., R]:
    """Give the command a ``NewAuthority`` as its argument ``new``, from options that name its values."""

    @click.option("--authority", "code", required=True, metavar="CODE", help="Such as NL-UNIT.")
    @click.option("--name", required=True, help="The authority's full name.")
    @click.option(
        "--kind",
        type=click.Choice([each.value for each in AuthorityKind], case_sensitive=False),
        default=AuthorityKind.UNIT.value,
        show_default=True,
        help="What the authority is.",
    )
    @click.option("--country", required=True, metavar="XX", help="ISO 3166 country, two capitals.")
    @click.option("--contact", required=True, help="Whom to ask, and how.")
    @_more_values
    @wraps(command)
    def collected(
        *args: object, code: str, name: str, kind: str, country: str, contact: str, **rest: Any
    ) -> R:
        more = {value: rest.pop(value) for value in _MORE}
        more["languages"] = tuple(more["languages"])
        new = NewAuthority(code, name, AuthorityKind(kind), country, contact, **more)
        return command(*args, new=new, **rest)

    return collected


_MORE = ("languages", "contact_hours", "contact_channel", "connected_since")


def _more_values(command: Callable[..., R]) -> Callable[..., R]:
    """Give the command the values that an authority may have and need not."""
    options = (
        click.option(
            "--language",
            "languages",
            multiple=True,
            metavar="TAG",
            help="Such as fr or pt-BR; the first is preferred.",
        ),
        click.option(
            "--contact-hours", default="", help="When somebody answers, such as 'Mon-Fri 8-17 CET'."
        ),
        click.option("--contact-channel", default="", help="Over which channel, such as I-24/7 or SIENA."),
        day_option("--connected-since", help="Since when it takes part through a node."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def authority() -> None:
    """Record and list authorities: who knows, whom to ask."""


@authority.command()
@with_user
@authority_values
@json_flag
def add(_: Node, actor: Actor, new: NewAuthority, as_json: bool) -> None:
    """Record an authority on this node."""
    recorded = add_authority(new, actor=actor)
    values = {"code": recorded.code, "kind": recorded.kind, "country": recorded.country}
    tell(values, [f"{recorded.code} is recorded."], as_json=as_json)


@authority.command()
@click.argument("code")
@with_actor
@click.option("--name", help="The authority's full name.")
@click.option("--contact", help="Whom to ask, and how.")
@_more_values
@json_flag
def change(
    _: Node, actor: Actor, code: str, name: str | None, contact: str | None, as_json: bool, **more: Any
) -> None:
    """Say something else of the authority CODE; what is not typed stays."""
    typed = {value: more[value] or None for value in _MORE}
    change_authority(code, AuthorityChange(name=name, contact=contact, **typed), actor=actor)
    tell({"code": code}, [f"{code} is changed."], as_json=as_json)


@authority.command()
@click.argument("country", metavar="XX")
@with_actor
@day_option("--on", help="The day on which it joined.")
@json_flag
def join(_: Node, actor: Actor, country: str, on: date | None, as_json: bool) -> None:
    """Record the country XX as a member of the alliance, whether it has a unit or not."""
    join_alliance(country, on=on, actor=actor)
    tell({"country": country, "joined_on": on}, [f"{country} is a member of the alliance."], as_json=as_json)


@authority.command(name="countries")
@with_actor
@json_flag
def countries_(_: Node, actor: Actor, as_json: bool) -> None:
    """List the countries: which have a dedicated unit, and which are connected."""
    rows = countries(actor)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        units = ", ".join(row.units) or "no dedicated unit"
        connected = f"connected since {row.connected_since}" if row.connected_since else "not connected"
        member = "" if row.is_member else "  (not a member)"
        click.echo(visible(f"{row.country}  {connected:<28} {units}{member}"))


@authority.command(name="list")
@with_node
@json_flag
def list_(_: Node, as_json: bool) -> None:
    """List the authorities of this node."""
    fields = ("code", "name", "kind", "country", "contact", *_MORE)
    rows = [{field: getattr(row, field) for field in fields} for row in authorities()]
    if as_json:
        click.echo(json.dumps(rows, default=str, indent=1))
        return
    for row in rows:
        line = f"{row['country']}  {row['code']:<16} {row['kind']:<8} {row['name']} · {row['contact']}"
        click.echo(visible(line))
