"""``cairn audit prove``, ``check-proof``, ``export`` and ``check-export``: for people without the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cairn.cli.audit_files import FILE, give, keys_option, out_option, read_text
from cairn.cli.options import with_actor
from cairn.cli.progress import file_progress
from cairn.services.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node
    from cairn.transparency import VerifierKey

# The checking commands need no node, and their services no database: they are imported when they are called.


@click.command()
@click.argument("position", type=click.IntRange(min=0))
@with_actor
@out_option("the proof")
def prove(node: Node, actor: Actor, position: int, out: Path | None) -> None:
    """Prove that the entry at POSITION is in the log; the proof shows this entry and no other."""
    from cairn.services.auditing.proving import prove_entry  # noqa: PLC0415 - see above

    proof = prove_entry(node, position, actor=actor)
    give(proof.text, out, f"{out} proves the entry at position {position}.")


@click.command("check-proof")
@click.argument("file", type=FILE)
@keys_option("The public key of the node, and those of witnesses; can be repeated.", required=True)
def check_proof(file: Path, keys: tuple[VerifierKey, ...]) -> None:
    """Check the proof in FILE with nothing but public keys; no node is needed."""
    from cairn.services.auditing.proving import check_proof as check  # noqa: PLC0415 - see above

    proven = check(read_text(file), keys)
    click.echo(f"The entry is at position {proven.position:,} of the log of {proven.origin}:")
    click.echo(visible(proven.entry))
    for name, at in proven.signed:
        click.echo(f"signed by {name}, at {at:%Y-%m-%d %H:%M:%S} UTC, over {proven.size:,} entries")


@click.command()
@click.argument("file", type=FILE)
@with_actor
@click.option(
    "--since",
    type=click.IntRange(min=0),
    default=0,
    metavar="ENTRIES",
    help="Leave out the first entries, so many as an earlier export had.",
)
def export(node: Node, actor: Actor, file: Path, since: int) -> None:
    """Write the log to FILE, one line an entry, and the signed head beside it to FILE.head."""
    from cairn.services.auditing.exporting import export_log  # noqa: PLC0415 - see above

    with file_progress("Writing", unit="entries") as (advance, _):
        written = export_log(node, file, actor=actor, since=since, watch=advance)
    click.echo(f"{written.entries:,} entries, {written.withheld:,} of them as a hash only.")
    click.echo(f"The head covers {written.head.head.size:,} entries. The next time: --since that number.")


@click.command("check-export")
@click.argument("files", type=FILE, nargs=-1, required=True)
@keys_option("The public key of the node; can be repeated.", required=True)
def check_export(files: tuple[Path, ...], keys: tuple[VerifierKey, ...]) -> None:
    """Check exports of one log, the oldest first, with nothing but public keys; no node is needed."""
    from cairn.services.auditing.exporting import check_export as check  # noqa: PLC0415 - see above

    head = check(files, keys=keys).head
    click.echo(f"{head.size:,} entries of {head.origin}: nothing was changed, left out or added.")
