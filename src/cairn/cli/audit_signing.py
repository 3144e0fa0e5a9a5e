"""``cairn audit head``, ``key``, ``witness`` and ``witnessed``: who vouches for which log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cairn.cli.audit_files import FILE, give, out_option, public_key, read_text
from cairn.cli.options import with_actor
from cairn.services.auditing.proving import take_head
from cairn.services.auditing.signing import public_key as public_key_of
from cairn.services.auditing.signing import renew_key
from cairn.services.auditing.witnessing import keep_cosignature
from cairn.services.auditing.witnessing import witness as witness_head
from cairn.services.visible import visible
from cairn.transparency import parse_growth

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node
    from cairn.transparency import VerifierKey


@click.command()
@with_actor
@click.option(
    "--since",
    type=click.IntRange(min=0),
    default=0,
    metavar="ENTRIES",
    help="Prove that the log has only grown since it had so many entries.",
)
@out_option("the head")
def head(node: Node, actor: Actor, since: int, out: Path | None) -> None:
    """Sign what the log is now, for a witness or a notary."""
    growth = take_head(node, since, actor=actor)
    text = growth.text if since else growth.head.text
    give(text, out, f"{out} holds the signed head of {growth.head.head.size:,} entries.")


@click.command()
@with_actor
@click.option("--new", is_flag=True, help="Put a new key in the place of the old one.")
@click.option("--lost", type=public_key, metavar="KEY", help="The public half of a key that is lost.")
def key(node: Node, actor: Actor, new: bool, lost: VerifierKey | None) -> None:
    """Print the node's public key, for those who check its proofs and witness its log."""
    if lost is not None and not new:
        raise click.UsageError("--lost goes with --new.")
    made = renew_key(node, actor=actor, lost=lost) if new else public_key_of(node.config)
    click.echo(made.text)


@click.command()
@click.argument("file", type=FILE)
@with_actor
@click.option(
    "--key",
    type=public_key,
    metavar="KEY",
    help="The other node's public key; needed the first time, and for a new one.",
)
@out_option("the head with both signatures")
def witness(node: Node, actor: Actor, file: Path, key: VerifierKey | None, out: Path | None) -> None:
    """Sign the head in FILE of another node's log, if that log has only grown since the last time."""
    signed = witness_head(node, parse_growth(read_text(file)), actor=actor, key=key)
    give(signed.text, out, visible(f"{signed.head.size:,} entries of {signed.head.origin} are witnessed."))


@click.command()
@click.argument("file", type=FILE)
@with_actor
@click.option("--key", type=public_key, metavar="KEY", required=True, help="The public key of the witness.")
def witnessed(node: Node, actor: Actor, file: Path, key: VerifierKey) -> None:
    """Keep the signature that a witness has put under a head of this node's log."""
    kept = keep_cosignature(node, parse_growth(read_text(file)).head, actor=actor, key=key)
    click.echo(visible(f"{key.name} has witnessed {kept.size:,} entries."))
