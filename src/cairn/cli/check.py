"""``cairn check``: the main job."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cairn.cli.container_rules import container_rules
from cairn.cli.handing_over import Wanted
from cairn.cli.options import EvidencePath, day_option, with_actor
from cairn.cli.progress import file_progress
from cairn.fingerprints.sandbox import DecoderPool, Protection
from cairn.records.sightings import SightingSource
from cairn.services.casefiles.checking import check_case_files
from cairn.services.casefiles.finding import case_files
from cairn.services.checking.check import check as run_check
from cairn.services.checking.planning import CheckRequest
from cairn.services.features.second_pass import FeaturesFor
from cairn.services.footage.progress_words import so_far_words
from cairn.services.footage.video_pass import VideosFor
from cairn.services.visible import visible
from cairn.types import PdqMode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from cairn.intake import Item
    from cairn.records.users import Actor
    from cairn.services.answering.answer import Answer
    from cairn.services.checking.measuring import Progress
    from cairn.services.features.second_pass import CloserProgress
    from cairn.services.footage.so_far import KnownSoFar
    from cairn.services.footage.video_pass import VideoProgress
    from cairn.services.node.opening import Node

EXIT_SOME_UNREADABLE = 1


@click.command()
@click.argument("paths", nargs=-1, required=True, type=EvidencePath())
@with_actor
@click.option("--case", metavar="REF", help="Your own case reference.")
@click.option("--exhibit", metavar="LABEL", help="The seized thing (else the name of the first path).")
@click.option("--register", is_flag=True, help="Record the sightings; needs --case.")
@click.option("--series", metavar="NAME", help="Put what is registered into this series of yours.")
@click.option("--category", metavar="SCHEME:CODE", help="Say this category of what is registered.")
@click.option(
    "--source",
    type=click.Choice([each.value for each in SightingSource]),
    default=SightingSource.SEIZURE.value,
    show_default=True,
    help="How what is registered came to you.",
)
@day_option("--found-on", help="The day on which what is registered was met.")
@click.option("--exact", is_flag=True, help="Decode every picture in full, as the PDQ reference does.")
@click.option("--workers", type=click.IntRange(1, 256), help="Decoder processes (else one a core).")
@click.option(
    "--features",
    type=click.Choice([each.value for each in FeaturesFor]),
    default=FeaturesFor.NEW.value,
    show_default=True,
    help="Which files to compare in detail, in a second pass.",
)
@click.option(
    "--model",
    type=click.Path(path_type=Path),
    help="Compare them by this learnt model too: its description (else the one that the node names).",
)
@click.option(
    "--videos",
    type=click.Choice([each.value for each in VideosFor]),
    default=VideosFor.WHOLE.value,
    show_default=True,
    help="How to look at videos, after the pictures.",
)
@click.option("--no-archives", is_flag=True, help="Do not look into archives, mail and documents.")
@click.option(
    "--passwords",
    "password_file",
    type=click.Path(path_type=Path),
    help="A file with a password a line, for archives.",
)
@click.option(
    "--scratch",
    type=click.Path(path_type=Path),
    help="Where large members of archives are unpacked, without a name.",
)
@click.option("--bsdtar", is_flag=True, help="Read RAR, CAB and LHA with bsdtar, which is confined.")
@click.option(
    "--require-protections", is_flag=True, help="Refuse to start where a protection of the decoders is off."
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the answer; - is stdout.")
@click.option(
    "--receipt", "receipt_file", type=click.Path(path_type=Path), help="Write every item and its verdict."
)
@click.option(
    "--report", "report_file", type=click.Path(path_type=Path), help="Write a page to print (HTML)."
)
@click.option(
    "--write-back",
    "write_back_file",
    type=click.Path(path_type=Path),
    help="Write a copy of a VICS case with the answers in it.",
)
def check(
    node: Node,
    actor: Actor,
    paths: tuple[Path, ...],
    case: str | None,
    exhibit: str | None,
    register: bool,
    series: str | None,
    category: str | None,
    source: str,
    found_on: date | None,
    exact: bool,
    workers: int | None,
    features: str,
    model: Path | None,
    videos: str,
    no_archives: bool,
    password_file: Path | None,
    scratch: Path | None,
    bsdtar: bool,
    require_protections: bool,
    json_file: Path | None,
    receipt_file: Path | None,
    report_file: Path | None,
    write_back_file: Path | None,
) -> None:
    """Say of every file at PATHS what is known, and what to look at first.

    Where PATHS are VICS case files and nothing else, their media are checked by the digests that the files
    state.

    Stopped with Ctrl-C, it keeps what is done: the same command goes on from there. It ends with 0 when
    every file was read, 1 when some could not be read (each is listed), 2 when the check was not done, and
    130 when it was stopped.
    """
    wanted = Wanted(json_file, receipt_file, report_file, write_back_file)
    wanted.require_places(outside=paths, node=node.config.folder)
    required = frozenset(Protection) if require_protections else frozenset[Protection]()
    request = CheckRequest(
        paths=paths,
        actor=actor,
        case=case,
        exhibit=exhibit,
        register=register,
        series=series,
        category=category,
        source=SightingSource(source),
        found_at=None if found_on is None else datetime.combine(found_on, time(), UTC),
        mode=PdqMode.EXACT if exact else PdqMode.FAST,
        workers=workers,
        features=FeaturesFor(features),
        model=model,
        videos=VideosFor(videos),
        containers=None
        if no_archives
        else container_rules(password_file, scratch, with_bsdtar=bsdtar, require=required),
    )
    items = case_files(paths, request.containers)
    wanted.require_case_file(items)
    answer = _answer(node, request, items, partial(DecoderPool, require=required))
    wanted.hand_over(answer, items)
    if answer.unreadable:
        sys.exit(EXIT_SOME_UNREADABLE)


def _answer(
    node: Node, request: CheckRequest, items: Sequence[Item], open_pool: Callable[..., DecoderPool]
) -> Answer:
    latest: Progress | None = None
    said: set[KnownSoFar] = set()
    with file_progress("Checking") as (advance, say):

        def watch_closer(progress: CloserProgress) -> None:
            advance(progress.done, progress.steps)

        def watch_videos(progress: VideoProgress) -> None:
            advance(progress.done, progress.steps)
            if progress.so_far is not None and progress.so_far not in said:
                said.add(progress.so_far)  # Films are followed beside each other: each mark is said once.
                film = Path(progress.so_far.address).name
                say(visible(f"{film or 'A video'} is followed.{so_far_words(progress.so_far)}"))

        def watch(progress: Progress) -> None:
            nonlocal latest
            latest = progress
            advance(progress.done, progress.total)

        try:
            if items:
                return check_case_files(node, request, items, watch=watch, told=say)
            return run_check(
                node,
                request,
                watch=watch,
                told=say,
                open_pool=open_pool,
                open_videos=open_pool,
                watch_closer=watch_closer,
                watch_videos=watch_videos,
            )
        except KeyboardInterrupt:
            done = (
                "Nothing was measured yet"
                if latest is None
                else f"{latest.done:,} of {latest.total:,} files are done and kept"
            )
            click.echo(f"Stopped. {done}; the same command goes on from here.", err=True)
            raise
