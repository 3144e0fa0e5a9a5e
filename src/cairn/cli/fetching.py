"""``cairn fetch``: lists come from services of others, again and again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
from django.utils import timezone

from cairn.cli.options import EvidencePath, with_actor
from cairn.cli.progress import file_progress
from cairn.errors import PeerError
from cairn.exchange.source import read_source
from cairn.services.exchange.fetching import fetch as fetch_source
from cairn.services.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.records.users import Actor
    from cairn.services.exchange.fetching import Fetched
    from cairn.services.node.opening import Node

EXIT_SOME_FAILED = 2


@click.command()
@click.argument("sources", nargs=-1, required=True, type=EvidencePath())
@with_actor
def fetch(node: Node, actor: Actor, sources: tuple[Path, ...]) -> None:
    """Fetch what has changed at SOURCES, each a TOML file that says where, and make it a list's version.

    Stopped, the same command goes on where it was. It ends with 2 when a service did not answer as agreed;
    the others are fetched all the same.
    """
    failed = False
    for path in sources:
        source = read_source(path)
        try:
            with file_progress("Fetching", unit="entries") as (advance, _):
                found = fetch_source(
                    node, source, actor=actor, now=timezone.now(), watch=lambda came: advance(came, came)
                )
        except PeerError as error:
            failed = True
            click.echo(f"cairn: {visible(f'{source.list_name}: {error.sentence}')}", err=True)
            continue
        click.echo(visible(f"{source.list_name}: {_in_words(found)}"))
    if failed:
        sys.exit(EXIT_SOME_FAILED)


def _in_words(found: Fetched) -> str:
    came = f"{found.came:,} entries and tombstones came, {found.standing:,} entries stand"
    if found.is_withdrawn:
        return f"{came}; the version that stood is withdrawn."
    if found.imported is None:
        return f"{came}; the list is as it was."
    version = found.imported.version
    return f"{came}; {version.fresh:,} are new, {version.rejected:,} of no use here."
