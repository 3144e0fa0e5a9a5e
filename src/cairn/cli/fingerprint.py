"""``cairn fingerprint``: what is measured of files, without any node."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import click

from cairn.cli.options import EvidencePath, json_flag
from cairn.cli.progress import file_progress
from cairn.errors import CairnError
from cairn.intake import walk
from cairn.services.fingerprinting.as_json import as_json as result_as_json
from cairn.services.fingerprinting.files import fingerprint_all
from cairn.services.visible import visible
from cairn.types import Pdq, PdqMode

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.types import Fingerprints

EXIT_SOME_UNREADABLE = 1


@click.command()
@click.argument("paths", nargs=-1, required=True, type=EvidencePath())
@json_flag
@click.option("--exact", is_flag=True, help="Decode every picture in full, as the PDQ reference does.")
@click.option("--workers", type=click.IntRange(1, 256), help="Decoder processes (else one a core).")
def fingerprint(paths: tuple[Path, ...], as_json: bool, exact: bool, workers: int | None) -> None:
    """Print size, digests, media type and PDQ hash of every file at PATHS.

    With --json, one JSON object a line. It ends with 1 when some files could not be read.
    """
    total = sum(1 for _ in walk(paths))
    mode = PdqMode.EXACT if exact else PdqMode.FAST
    unreadable = 0
    with file_progress("Fingerprinting") as (advance, _):
        results = fingerprint_all(paths, mode=mode, workers=workers or os.cpu_count() or 1)
        for done, (address, result) in enumerate(results, start=1):
            line = json.dumps(result_as_json(address, result)) if as_json else _line(address, result)
            click.echo(line)
            unreadable += isinstance(result, CairnError)
            advance(done, max(done, total))
    if unreadable:
        click.echo(f"{unreadable:,} of {total:,} files could not be read; each is listed.", err=True)
        sys.exit(EXIT_SOME_UNREADABLE)


def _line(address: str, result: Fingerprints | CairnError) -> str:
    """Answer a file's line: hash and quality, or why there is none; then SHA-256 and address."""
    if isinstance(result, CairnError):
        return f"could not be read: {visible(result.sentence)}"
    comparison = result.picture.comparison
    if isinstance(comparison, Pdq):
        what = f"pdq {comparison.hex} quality {comparison.quality}"
    else:
        what = f"not comparable: {comparison.sentence}"
    return f"{visible(address)}\n  sha256 {result.digests.sha256.hex()}\n  {what}"
