"""``cairn model``: learnt models that the operator supplies. Cairn brings none and fetches none."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cairn.cli.options import EvidencePath, json_flag, with_node
from cairn.cli.progress import file_progress
from cairn.services.answering.answer_words import amount
from cairn.services.visible import visible

if TYPE_CHECKING:
    from cairn.services.learnt.trying import Tried
    from cairn.services.node.opening import Node


@click.group()
def model() -> None:
    """Look after learnt models that you supply, and what they have described."""


@model.command(name="try")
@click.argument("description", type=click.Path(path_type=Path))
@json_flag
def try_(description: Path, *, as_json: bool) -> None:
    """Say whether the model that DESCRIPTION describes can be used here, and what it costs."""
    from cairn.services.learnt.trying import try_model  # noqa: PLC0415 - the engine, where it is needed

    found = try_model(description)
    if as_json:
        click.echo(json.dumps(asdict(found)))
        return
    for line in _lines(found):
        click.echo(visible(line))


def _lines(found: Tried) -> list[str]:
    return [
        f"model      {found.policy}",
        f"mark       {found.mark}",
        f"sha256     {found.sha256}",
        f"licence    {found.licence}",
        f"source     {found.source or 'not said'}",
        f"links      {found.link} from cosine {found.threshold:.3f} on",
        f"measured   {found.measured or 'nothing is said'}",
        f"vector     {found.size} numbers, {found.size * 4:,} bytes a picture",
        f"cost       {found.busy_ms:.1f} ms of processor time a picture, on one core",
    ]


@model.command()
@click.argument("description", type=click.Path(path_type=Path))
@click.argument("paths", nargs=-1, type=EvidencePath())
@with_node
def describe(node: Node, description: Path, paths: tuple[Path, ...]) -> None:
    """Describe what was recorded before: the vault's pictures, and those whose files lie at PATHS.

    Stopped, the same command goes on.
    """
    from cairn.fingerprints.learnt.description import read_description  # noqa: PLC0415 - keeps `--help` instant
    from cairn.services.learnt.describing_recorded import describe_recorded  # noqa: PLC0415 - as above

    found = read_description(description)
    with file_progress("Describing") as (advance, _):
        told = describe_recorded(node, found, paths=paths, watch=lambda done: advance(done, done))
    click.echo(
        f"{amount(told.described, 'media', 'media')} described by {visible(found.policy)}; "
        f"{amount(told.left, 'recorded picture')} not described yet."
    )


@model.command(name="list")
@with_node
@json_flag
def list_(_: Node, *, as_json: bool) -> None:
    """List the models that vectors are kept of."""
    from cairn.services.learnt.keeping import kept_models  # noqa: PLC0415 - keeps `--help` instant

    rows = kept_models()
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], indent=1))
        return
    for row in rows:
        what = f"{row.name}/{row.version}, licence {row.licence}, SHA-256 {row.sha256}"
        click.echo(visible(f"{row.mark}  {amount(row.vectors, 'vector')} of {row.size} numbers  {what}"))


@model.command()
@click.argument("mark")
@with_node
def forget(node: Node, mark: str) -> None:
    """Forget every vector of the model with this MARK, and its index; links that it made stay."""
    from cairn.services.learnt.indexing import forget_model  # noqa: PLC0415 - keeps `--help` instant

    click.echo(f"{amount(forget_model(node, mark), 'vector')} forgotten.")
