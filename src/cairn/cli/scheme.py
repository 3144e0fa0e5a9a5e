"""``cairn scheme``: install a scheme of categories."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cairn.cli.options import with_node
from cairn.services.categories import install_scheme_file
from cairn.services.visible import visible

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


@click.group()
def scheme() -> None:
    """Install a scheme of categories."""


@scheme.command()
@click.argument("file", type=click.Path(path_type=Path))
@with_node
def install(node: Node, file: Path) -> None:
    """Install the scheme in FILE (TOML)."""
    installed = install_scheme_file(file, actor=node.operator)
    said = f"The scheme {installed.scheme} {installed.version} has {len(installed.codes)} codes."
    click.echo(visible(said))
