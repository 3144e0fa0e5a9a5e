"""``cairn check``: the main job."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cairn.cli.handing_over import Wanted
from cairn.cli.options import authority_option, with_node
from cairn.cli.progress import file_progress
from cairn.services.check import check as run_check
from cairn.services.planning import CheckRequest
from cairn.types import PdqMode

if TYPE_CHECKING:
    from cairn.services.answer import Answer
    from cairn.services.measuring import Progress
    from cairn.services.node import Node

EXIT_SOME_UNREADABLE = 1


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@with_node
@authority_option
@click.option("--case", metavar="REF", help="Your own case reference.")
@click.option("--exhibit", metavar="LABEL", help="The seized thing (else the name of the first path).")
@click.option("--register", is_flag=True, help="Record the sightings; needs --case.")
@click.option("--series", metavar="NAME", help="Put what is registered into this series of yours.")
@click.option("--category", metavar="SCHEME:CODE", help="Say this category of what is registered.")
@click.option("--exact", is_flag=True, help="Decode every picture in full, as the PDQ reference does.")
@click.option("--workers", type=click.IntRange(1, 256), help="Decoder processes (else one a core).")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the answer; - is stdout.")
@click.option(
    "--receipt", "receipt_file", type=click.Path(path_type=Path), help="Write every item and its verdict."
)
@click.option(
    "--report", "report_file", type=click.Path(path_type=Path), help="Write a page to print (HTML)."
)
def check(
    node: Node,
    paths: tuple[Path, ...],
    authority: str | None,
    case: str | None,
    exhibit: str | None,
    register: bool,
    series: str | None,
    category: str | None,
    exact: bool,
    workers: int | None,
    json_file: Path | None,
    receipt_file: Path | None,
    report_file: Path | None,
) -> None:
    """Say of every file at PATHS what is known, and what to look at first.

    Stopped with Ctrl-C, it keeps what is done: the same command goes on from there. It ends with 0 when
    every file was read, 1 when some could not be read (each is listed), 2 when the check was not done, and
    130 when it was stopped.
    """
    wanted = Wanted(json_file, receipt_file, report_file)
    wanted.require_places(outside=paths)
    request = CheckRequest(
        paths=paths,
        authority=authority,
        case=case,
        exhibit=exhibit,
        register=register,
        series=series,
        category=category,
        mode=PdqMode.EXACT if exact else PdqMode.FAST,
        workers=workers,
    )
    answer = _answer(node, request)
    wanted.hand_over(answer)
    if answer.unreadable:
        sys.exit(EXIT_SOME_UNREADABLE)


def _answer(node: Node, request: CheckRequest) -> Answer:
    latest: Progress | None = None
    with file_progress("Checking") as (advance, say):

        def watch(progress: Progress) -> None:
            nonlocal latest
            latest = progress
            advance(progress.done, progress.total)

        try:
            return run_check(node, request, watch=watch, told=say)
        except KeyboardInterrupt:
            done = (
                "Nothing was measured yet"
                if latest is None
                else f"{latest.done:,} of {latest.total:,} files are done and kept"
            )
            click.echo(f"Stopped. {done}; the same command goes on from here.", err=True)
            raise
