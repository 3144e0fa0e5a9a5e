"""``cairn vault``: the encrypted pictures of the node, for its operator."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_node
from cairn.errors import IntegrityError

if TYPE_CHECKING:
    from cairn.services.node.opening import Node

MEBIBYTE = 1 << 20


@click.group()
def vault() -> None:
    """Look after the encrypted pictures that the node keeps."""


@vault.command()
@with_node
@json_flag
def status(node: Node, *, as_json: bool) -> None:
    """Say whether pictures are kept, and how many there are."""
    from cairn.services.vault.condition import vault_status  # noqa: PLC0415 - keeps `--help` instant

    found = vault_status(node, actor=node.operator)
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(found)))
        return
    click.echo(f"keeps pictures    {'yes' if found.is_on else 'no: fingerprints only'}")
    click.echo(f"pictures          {found.pictures:,}")
    click.echo(f"size              {found.size_bytes / MEBIBYTE:,.1f} MiB")
    click.echo(f"without a key     {found.without_key:,} (shredded; swept away by: cairn vault verify)")


@vault.command()
@with_node
@json_flag
def verify(node: Node, *, as_json: bool) -> None:
    """Open every kept picture, compare its digest, and sweep shredded files away."""
    from cairn.services.vault.condition import verify_vault  # noqa: PLC0415 - keeps `--help` instant

    found = verify_vault(node, actor=node.operator)
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(found)))
    else:
        click.echo(f"{found.whole:,} pictures open and have their digest; {found.swept:,} files swept away")
        for sha256, code in found.wrong.items():
            click.echo(f"NOT WHOLE {sha256}: {code}")
    if found.wrong:
        raise IntegrityError(
            "Pictures in the vault do not open. Put their files back from a backup, or register them again.",
            code="vault.damaged",
        )
