"""``cairn key``: the keys by which programs act for an authority."""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor
from cairn.cli.told import tell
from cairn.records.keys import Scope
from cairn.records.users import Role
from cairn.services.keys.keeping import create_key, list_keys, revoke_key, rotate_key
from cairn.services.keys.terms import SCOPES_OF, Terms
from cairn.services.visible import visible

if TYPE_CHECKING:
    from datetime import datetime

    from cairn.records.users import Actor
    from cairn.services.keys.keeping import KeyRow
    from cairn.services.keys.token import Token
    from cairn.services.node.opening import Node

ROLES = click.Choice([role.value for role in SCOPES_OF])
SCOPES = click.Choice([scope.value for scope in Scope])
LIFE_DAYS = 365
OVERLAP_DAYS = 7

_days_option = click.option(
    "--days",
    type=click.IntRange(1, 400),
    default=LIFE_DAYS,
    show_default=True,
    help="How many days the key holds.",
)


@click.group()
def key() -> None:
    """Give keys to programs that act for an authority through the HTTP API."""


@key.command()
@click.argument("name")
@with_actor
@click.option("--role", type=ROLES, required=True, help="In which role it acts.")
@click.option(
    "--scope", "scopes", type=SCOPES, multiple=True, required=True, help="What it is for; can be repeated."
)
@_days_option
@click.option("--per-minute", type=click.IntRange(1), help="Questions a minute; a hash or a file is one.")
@click.option("--per-day", type=click.IntRange(1), help="Questions a day, in UTC.")
@json_flag
def create(
    _: Node,
    actor: Actor,
    name: str,
    role: str,
    scopes: tuple[str, ...],
    days: int,
    per_minute: int | None,
    per_day: int | None,
    as_json: bool,
) -> None:
    """Make a key called NAME, and print it: it is shown this once."""
    terms = Terms.usual(
        Role(role),
        frozenset(map(Scope, scopes)),
        life=timedelta(days=days),
        per_minute=per_minute,
        per_day=per_day,
    )
    _show(create_key(name, role=Role(role), terms=terms, actor=actor), as_json=as_json)


@key.command(name="list")
@with_actor
@json_flag
def list_(_: Node, actor: Actor, as_json: bool) -> None:
    """List the keys of the authority; their secrets are nowhere any more."""
    rows = list_keys(actor)
    if as_json:
        click.echo(json.dumps([_as_json(row) for row in rows], indent=1))
        return
    for row in rows:
        until = row.expires_at.astimezone(UTC).date().isoformat()
        scopes = ", ".join(row.scopes)
        click.echo(
            visible(f"{row.number}  {row.state:<8} until {until}  {row.role:<15} {row.name}: {scopes}")
        )


@key.command()
@click.argument("number")
@with_actor
@click.option(
    "--overlap-days",
    type=click.IntRange(0, 30),
    default=OVERLAP_DAYS,
    show_default=True,
    help="How many days the secret before still holds; 0 where it was lost.",
)
@_days_option
@json_flag
def rotate(_: Node, actor: Actor, number: str, overlap_days: int, days: int, as_json: bool) -> None:
    """Draw another secret for the key NUMBER, and print it: it is shown this once."""
    token = rotate_key(number, overlap=timedelta(days=overlap_days), life=timedelta(days=days), actor=actor)
    _show(token, as_json=as_json)


@key.command()
@click.argument("number")
@with_actor
@json_flag
def revoke(_: Node, actor: Actor, number: str, as_json: bool) -> None:
    """End the key NUMBER at once, and for good."""
    revoke_key(number, actor=actor)
    tell({"number": number, "state": "revoked"}, [f"The key {number} no longer holds."], as_json=as_json)


def _show(token: Token, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"number": token.number, "key": str(token)}))
        return
    click.echo(str(token))
    click.echo("Keep it where only the program reads it: it is shown this once.", err=True)


def _as_json(row: KeyRow) -> dict[str, object]:
    return {
        "number": row.number,
        "name": row.name,
        "role": row.role.value,
        "scopes": list(row.scopes),
        "per_minute": row.per_minute,
        "per_day": row.per_day,
        "expires_at": _moment(row.expires_at),
        "former_until": _moment(row.former_until),
        "last_used_at": _moment(row.last_used_at),
        "state": row.state,
    }


def _moment(time: datetime | None) -> str | None:
    return None if time is None else time.astimezone(UTC).isoformat().replace("+00:00", "Z")
