"""``cairn authority``: record and list authorities."""

from __future__ import annotations

import json
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from cairn.cli.options import json_flag, with_node
from cairn.records.authorities import AuthorityKind
from cairn.services.directory import NewAuthority, add_authority, authorities
from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.services.node import Node

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
    @wraps(command)
    def collected(
        *args: object, code: str, name: str, kind: str, country: str, contact: str, **rest: object
    ) -> R:
        new = NewAuthority(code, name, AuthorityKind(kind), country, contact)
        return command(*args, new=new, **rest)

    return collected


@click.group()
def authority() -> None:
    """Record and list authorities: who knows, whom to ask."""


@authority.command()
@with_node
@authority_values
def add(node: Node, new: NewAuthority) -> None:
    """Record an authority on this node."""
    recorded = add_authority(new, actor=node.operator)
    click.echo(f"{recorded.code} is recorded.")


@authority.command(name="list")
@with_node
@json_flag
def list_(_: Node, as_json: bool) -> None:
    """List the authorities of this node."""
    fields = ("code", "name", "kind", "country", "contact")
    rows = [{field: str(getattr(row, field)) for field in fields} for row in authorities()]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    for row in rows:
        line = f"{row['country']}  {row['code']:<16} {row['kind']:<8} {row['name']} · {row['contact']}"
        click.echo(visible(line))
