"""``cairn points``: the list of over-common points, which link nothing."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_node
from cairn.services.visible import visible

if TYPE_CHECKING:
    from cairn.services.features.over_common import Entry
    from cairn.services.node.opening import Node


@click.group()
def points() -> None:
    """Keep the list of over-common points: of frames, bars and captions that many pictures carry."""


@points.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--name", required=True, help="By which people know it, such as the app's name.")
@click.option("--reason", required=True, help="Why it says nothing of what a picture shows.")
@with_node
def add(node: Node, files: tuple[Path, ...], name: str, reason: str) -> None:
    """Put on the list what two or more pictures FILES share: one app's screen that shows different things."""
    from cairn.services.features.over_common import add_common_pictures  # noqa: PLC0415 - keeps `--help` instant

    added = add_common_pictures(files, name=name, reason=reason, actor=node.operator)
    click.echo(visible(f"{added.name}: {added.points:,} points."))


@points.command(name="list")
@with_node
@json_flag
def list_(_: Node, *, as_json: bool) -> None:
    """List the over-common points: what was learnt and added, and what was taken off again."""
    from cairn.services.features.over_common import listed_common_points  # noqa: PLC0415 - as above

    entries = listed_common_points()
    if as_json:
        click.echo(json.dumps({"common": [asdict(each) for each in entries]}, default=str))
        return
    if not entries:
        click.echo("No points are on the list: none were learnt or added yet.")
    for each in entries:
        click.echo(visible(f"{each.added_at:%Y-%m-%d}  {each.points:>5} points  {_where(each)}"))


def _where(entry: Entry) -> str:
    why = f"stands in {entry.pictures:,} different pictures" if entry.is_learnt else entry.reason
    return f"{entry.name}: {why}{' (off the list)' if entry.is_off else ''}"


@points.command()
@click.argument("name")
@with_node
def remove(node: Node, name: str) -> None:
    """Take the entry NAME off the list; it links again, and is not learnt anew."""
    from cairn.services.features.over_common import remove_common_points  # noqa: PLC0415 - as above

    remove_common_points(name, actor=node.operator)
    click.echo(visible(f"{name} is off the list."))
