"""``cairn audit verify``: is the log what was written?"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cairn.cli.audit_files import FILE, keys_option, read_text
from cairn.cli.options import json_flag, with_node
from cairn.cli.progress import file_progress
from cairn.errors import IntegrityError
from cairn.services.auditing.verifying import verify_log
from cairn.services.visible import visible
from cairn.transparency import parse_growth

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.services.auditing.findings import Verification
    from cairn.services.node.opening import Node
    from cairn.transparency import VerifierKey


@click.command()
@with_node
@keys_option("Believe this public key of the node too, such as one that was lost; can be repeated.")
@click.option(
    "--head",
    "heads",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="Compare with this signed head too, such as one that a notary has kept; can be repeated.",
)
@json_flag
def verify(node: Node, keys: tuple[VerifierKey, ...], heads: tuple[Path, ...], as_json: bool) -> None:
    """Recompute the whole log, and name every entry that was changed, removed, added or moved."""
    given = [parse_growth(read_text(path)).head for path in heads]
    with file_progress("Verifying", unit="entries") as (advance, _):
        found = verify_log(node.config, keys=keys, heads=given, watch=advance)
    if as_json:
        click.echo(json.dumps(_as_json(found), indent=1))
    else:
        _say(found)
    if found.findings or found.unnamed:
        raise IntegrityError("The audit log is not what was written.", code="audit.broken")


def _as_json(found: Verification) -> dict[str, object]:
    return {**asdict(found), "root": None if found.root is None else found.root.hex()}


def _say(found: Verification) -> None:
    for finding in found.findings:
        click.echo(visible(f"{finding.wrong.upper():<12} {finding.sentence}"))
    if found.unnamed:
        click.echo(f"and {found.unnamed:,} more")
    click.echo(f"entries           {found.entries:,}")
    click.echo(f"root              {'cannot be computed' if found.root is None else found.root.hex()}")
    click.echo(f"signed heads      {found.heads:,}; one that holds covers {found.covered:,} entries")
    click.echo(f"counterfoil       covers {found.by_counterfoil:,} entries one by one")
    for name, size in found.witnesses:
        click.echo(visible(f"witnessed         {size:,} entries by {name}"))
    if not found.findings:
        click.echo("the log is what was written")
