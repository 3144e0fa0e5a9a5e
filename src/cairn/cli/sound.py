"""``cairn sound``: the list of over-common sounds, which link nothing."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_node
from cairn.services.visible import visible

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


@click.group()
def sound() -> None:
    """Keep the list of over-common sounds: songs and jingles that are heard everywhere."""


@sound.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="By which people know it.")
@click.option("--reason", required=True, help="Why it says nothing of who made a recording.")
@with_node
def add(node: Node, file: Path, name: str, reason: str) -> None:
    """Put what is heard in FILE on the list: from then on it links nothing."""
    from cairn.services.sounds.over_common import add_common_file  # noqa: PLC0415 - keeps `--help` instant

    added = add_common_file(file, name=name, reason=reason, actor=node.operator)
    click.echo(visible(f"{added.name}: {added.duration_ms / 1000:.1f} s, {added.points:,} points."))


@sound.command(name="list")
@with_node
@json_flag
def list_(_: Node, *, as_json: bool) -> None:
    """List the over-common sounds, and recorded media that are suspected to hold one."""
    from cairn.services.sounds.over_common import listed_common, suspects  # noqa: PLC0415 - as above

    known, suspected = listed_common(), suspects()
    if as_json:
        values = {
            "common": [asdict(each) for each in known],
            "suspects": [asdict(each) for each in suspected],
        }
        click.echo(json.dumps(values, default=str))
        return
    if not known:
        click.echo("No sound is on the list.")
    for each in known:
        length = f"{each.duration_ms / 1000:.1f} s"
        click.echo(visible(f"{each.added_at:%Y-%m-%d}  {length:>8}  {each.name}: {each.reason}"))
    for one in suspected:
        click.echo(f"suspect: {one.sha256} has {one.links} links by sound")


@sound.command()
@click.argument("name")
@with_node
def remove(node: Node, name: str) -> None:
    """Take the sound NAME off the list; it links again from then on."""
    from cairn.services.sounds.over_common import remove_common  # noqa: PLC0415 - as above

    remove_common(name, actor=node.operator)
    click.echo(visible(f"{name} is off the list."))
