"""``cairn audit``: read the log, verify it, prove entries of it, and have it witnessed."""

from __future__ import annotations

import click

from cairn.cli.audit_proofs import check_export, check_proof, export, prove
from cairn.cli.audit_reading import list_, looks
from cairn.cli.audit_signing import head, key, witness, witnessed
from cairn.cli.audit_verifying import verify


@click.group()
def audit() -> None:
    """Read the audit log, verify it, prove entries of it, and have it witnessed."""


for _command in (
    check_export,
    check_proof,
    export,
    head,
    key,
    list_,
    looks,
    prove,
    verify,
    witness,
    witnessed,
):
    audit.add_command(_command)
