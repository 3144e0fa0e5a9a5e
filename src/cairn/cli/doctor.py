"""``cairn doctor``: whether this machine and this node are well."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, node_option
from cairn.records.node import default_folder
from cairn.services.node.condition import examine_machine, examine_node, examine_readers
from cairn.services.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

EXIT_NOT_WELL = 1


@click.command()
@node_option
@json_flag
def doctor(node_folder: Path | None, as_json: bool) -> None:
    """Say which decoder protections are on, and whether records and index are whole.

    It ends with 1 where something is not well.
    """
    findings = [*examine_machine(), *examine_readers(), *examine_node(node_folder or default_folder())]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        for finding in findings:
            click.echo(
                f"{'well' if finding.is_well else 'LOOK':<5} {finding.subject:<32} {visible(finding.words)}"
            )
    if not all(finding.is_well for finding in findings):
        sys.exit(EXIT_NOT_WELL)
