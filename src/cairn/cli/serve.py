"""``cairn serve``: the desk, the web application that an investigator works in."""

from __future__ import annotations

from os import cpu_count
from typing import TYPE_CHECKING, Final

import click

from cairn.cli.options import with_node
from cairn.index import compile_beside, must_be_compiled
from cairn.services.visible import visible
from cairn.web.serving import Place, require_place, serve

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

MOST_WORKERS: Final = 2
"""Unless more are asked for: a hundred people need no more (docs/adr/0251)."""


@click.command(name="serve")
@with_node
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The port to listen on."
)
@click.option(
    "--address",
    default="",
    envvar="CAIRN_ADDRESS",
    metavar="URL",
    help="Where browsers reach it through a TLS proxy, such as https://desk.unit.example.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=MOST_WORKERS if (cpu_count() or 1) >= MOST_WORKERS else 1,
    show_default="2, or 1 on a single core",
    help="Processes that answer.",
)
def serve_(node: Node, host: str, port: int, address: str, workers: int) -> None:
    """Open the desk, the pages that investigators work with, until it is stopped with Ctrl-C."""
    place = Place(host, port, address, workers)
    require_place(place)
    if must_be_compiled():
        click.echo("Preparing the search for this processor, once after an installation or an upgrade ...")
        compile_beside()
    shown = f"[{host}]" if ":" in host else host
    where = visible(f"The desk of {node.authority.code}: {address or f'http://{shown}:{port}'}")
    click.echo("The desk starts ...")
    serve(node, place, answers=lambda: click.echo(where))
