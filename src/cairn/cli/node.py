"""``cairn node``: make a node, and bring it up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cairn.cli.authority import authority_values
from cairn.cli.options import node_option
from cairn.records.guards import lock_is_bypassed
from cairn.records.node import EMBEDDED_DATABASE, default_folder, without_password
from cairn.services.node.condition import LOCK_BYPASSED
from cairn.services.node.opening import create_node, upgrade_node
from cairn.services.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.directory.authorities import NewAuthority


@click.group()
def node() -> None:
    """Make a node, and bring it up to date."""


@node.command()
@node_option
@authority_values
@click.option(
    "--database",
    default=EMBEDDED_DATABASE,
    show_default=True,
    envvar="CAIRN_DATABASE",
    metavar="ADDRESS",
    help="'sqlite', or postgresql://user@host/name for a node of more than one authority.",
)
def init(node_folder: Path | None, database: str, new: NewAuthority) -> None:
    """Make a folder the node of the authority CODE."""
    folder = node_folder or default_folder()
    made = create_node(folder, authority=new, database=database)
    click.echo(visible(f"{made.config.folder} is now the node of {made.authority.code}."))
    if without_password(database) != database:
        click.echo(
            "The password is kept nowhere: set CAIRN_DATABASE for every command, or use PostgreSQL's own "
            "password file."
        )
    if lock_is_bypassed():
        click.echo(LOCK_BYPASSED)
    click.echo("Check a folder against it with: cairn check PATH")


@node.command()
@node_option
def upgrade(node_folder: Path | None) -> None:
    """Bring the node's tables up to this version of Cairn."""
    folder = node_folder or default_folder()
    upgrade_node(folder)
    click.echo(visible(f"{folder} is up to date."))
