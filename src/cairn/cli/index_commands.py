"""``cairn index``, ``cairn warmup`` and ``cairn bench index``: the fingerprint index, for its operator."""

from __future__ import annotations

import dataclasses
import json
import math
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, node_option, with_node
from cairn.errors import ConfigurationError, InputError, IntegrityError

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.index import Index, Stats
    from cairn.services.features.index_state import FeatureIndexState
    from cairn.services.node.opening import Node
    from cairn.services.renewing.lacking import Lacking

MEBIBYTE = 1 << 20

index_option = click.option(
    "--index",
    "index_folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The index's folder (else that of the node).",
)


@click.group()
def index() -> None:
    """Look after the fingerprint index."""


@index.command()
@index_option
@node_option
@json_flag
def status(index_folder: Path | None, node_folder: Path | None, *, as_json: bool) -> None:
    """Say how large the index is, and whether anything in it is refused."""
    with _open(index_folder, node_folder) as opened:
        found = opened.stats()
    state = None if index_folder is not None else _state(node_folder)
    if as_json:
        details, lack = (None, None) if state is None else state
        more = {
            "features": details and dataclasses.asdict(details),
            "lacking": lack and dataclasses.asdict(lack),
        }
        click.echo(json.dumps(dataclasses.asdict(found) | more))
        return
    _tell_hashes(found)
    if state is not None:
        _tell_features(state[0])
        click.echo(f"lacking           {_lacking_in_words(state[1])}")


def _state(node_folder: Path | None) -> tuple[FeatureIndexState, Lacking]:
    """Answer how the index of local features of the node is, and what recorded media lack."""
    from cairn.records.node import default_folder  # noqa: PLC0415 - keeps `--help` instant
    from cairn.services.features.index_state import state_of  # noqa: PLC0415 - as above
    from cairn.services.node.opening import open_node  # noqa: PLC0415 - as above
    from cairn.services.renewing.lacking import lacking  # noqa: PLC0415 - as above

    return state_of(open_node(node_folder or default_folder())), lacking()


def _tell_hashes(found: Stats) -> None:
    click.echo(f"entries           {found.live_entries:,}")
    click.echo(f"stored            {found.entries:,} (repeated and removed ones count until they are merged)")
    click.echo(f"segments          {found.segments}")
    click.echo(f"in the journal    {found.journal_entries:,}")
    click.echo(f"waiting removals  {found.removals:,}")
    click.echo(f"size              {found.size_bytes / MEBIBYTE:,.1f} MiB")
    click.echo(f"generation        {found.generation}")
    for name in found.damaged:
        click.echo(f"DAMAGED           {name}: what it holds is not searched; run: cairn index rebuild")


def _tell_features(found: FeatureIndexState) -> None:
    click.echo(f"with features     {found.recorded:,} recorded pictures can be compared in detail")
    click.echo(f"waiting           {found.waiting:,} for the index")
    click.echo(f"to be linked      {found.unlinked:,} by their details, with: cairn link suggest")
    if found.is_one_by_one:
        click.echo("candidates        all: so few pictures are compared one by one, and none is missed")
    else:
        click.echo(f"candidates        {found.stage}: finds {found.recall:.1%} ({found.measured})")
        click.echo(f"size              {found.size_bytes / MEBIBYTE:,.1f} MiB of features")
    if found.is_former:
        click.echo(
            "of another kind   written by another version of Cairn, and whole: the next check makes it anew, "
            "quickly and small; cairn index rebuild makes it anew with its full codebook"
        )
    if found.outgrown:
        click.echo("outgrown          the codebook is small for so many; quicker after: cairn index rebuild")
    for name in found.damaged:
        click.echo(f"DAMAGED           {name}: what it holds is not searched; run: cairn index rebuild")


@index.command()
@index_option
@node_option
def verify(index_folder: Path | None, node_folder: Path | None) -> None:
    """Read every byte of the index and check every checksum."""
    try:
        opened = _open(index_folder, node_folder, writable=True)
    except ConfigurationError as error:
        if error.code != "index.locked":
            raise
        opened = _open(index_folder, node_folder)  # damage is found all the same, but not marked for others
    with opened:
        found = opened.verify()
    click.echo(f"{found.files} files, {found.size_bytes / MEBIBYTE:,.1f} MiB read")
    for name, wrong in found.damaged.items():
        click.echo(f"DAMAGED {name}: {wrong}")
    if found.damaged:
        sentence = "The index is damaged. Rebuild it from the records with: cairn index rebuild"
        raise IntegrityError(sentence, code="index.damaged")
    click.echo("every checksum holds")


@index.command()
@index_option
@node_option
def compact(index_folder: Path | None, node_folder: Path | None) -> None:
    """Merge all files of the index into one and carry all removals out."""
    with _open(index_folder, node_folder, writable=True) as opened:
        opened.compact()
        found = opened.coverage()
    click.echo(f"{found.entries:,} entries in {found.segments} segments")


@index.command()
@with_node
def rebuild(node: Node) -> None:
    """Make both indexes anew from the records; the old ones answer until the new ones are whole."""
    from cairn.services.features.codebook_size import MOST_CELLS  # noqa: PLC0415 - keeps `--help` instant
    from cairn.services.features.indexing import rebuild_features  # noqa: PLC0415 - as above
    from cairn.services.node.indexing import rebuild as rebuild_from_records  # noqa: PLC0415 - as above

    click.echo(f"{rebuild_from_records(node):,} entries in the rebuilt index")
    pictures = rebuild_features(node, most_cells=MOST_CELLS)
    click.echo(f"{pictures:,} pictures in the rebuilt index of local features")


@index.command()
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1)
@click.option("--minutes", type=click.FloatRange(min=0), help="Begin nothing more after this time.")
@click.option("--again", is_flag=True, help="Also what was looked for in vain before, by the same method.")
@click.option("--workers", type=click.IntRange(1, 256), help="Decoder processes; one a core, unless named.")
@with_node
@json_flag
def renew(
    node: Node,
    paths: tuple[Path, ...],
    minutes: float | None,
    workers: int | None,
    *,
    again: bool,
    as_json: bool,
) -> None:
    """Say what recorded media lack of the present methods; look again at those whose files lie in PATHS."""
    from cairn.services.renewing.lacking import lacking  # noqa: PLC0415 - keeps `--help` instant
    from cairn.services.renewing.renewing import renew as look_again  # noqa: PLC0415 - as above

    _require_sense(paths, minutes, workers, again=again)
    found = lacking()
    if not paths:
        click.echo(json.dumps(dataclasses.asdict(found)) if as_json else _lacking_in_words(found))
        return
    seconds = float("inf") if minutes is None else 60 * minutes
    done = look_again(node, paths, actor=node.operator, seconds=seconds, again=again, workers=workers)
    if as_json:
        # Nothing of what was found in these files: it would tell who else has recorded them.
        click.echo(json.dumps({"left": dataclasses.asdict(done.left), "is_whole": done.is_whole}))
        return
    if not done.is_whole:
        click.echo("The time is up; the same command goes on with what is left.")
    click.echo(_lacking_in_words(done.left))
    if done.left != found:  # Of what was looked at, no more than these numbers say: see above.
        click.echo("To link what is recorded by what was found: cairn link suggest")


def _require_sense(
    paths: tuple[Path, ...], minutes: float | None, workers: int | None, *, again: bool
) -> None:
    """Refuse options that ask for nothing."""
    if minutes is not None and not (math.isfinite(minutes) and minutes > 0):
        raise InputError("Give --minutes as a number above 0, or leave it out.", code="index.minutes")
    if not paths and (again or minutes is not None or workers is not None):
        raise InputError(
            "Say in which folders the files lie: without PATHS nothing is looked at, and --minutes, --again "
            "and --workers have no meaning.",
            code="index.paths",
        )


def _lacking_in_words(found: Lacking) -> str:
    if not found.any:
        return "Nothing recorded lacks what the present methods look for."
    return (
        f"Not looked at with the present methods: {_counted(found)}. "
        "Where their files are at hand: cairn index renew PATHS"
    )


def _counted(found: Lacking) -> str:
    return f"{found.pictures:,} pictures, {found.videos:,} videos, {found.sounds:,} sounds"


@click.command()
def warmup() -> None:
    """Compile what is compiled once, so that no later question waits for it."""
    from cairn.index import warm_up  # noqa: PLC0415 - keeps `--help` instant

    begin = time.perf_counter()
    warm_up()
    click.echo(f"ready in {time.perf_counter() - begin:.1f} s")


@click.group()
def bench() -> None:
    """Measure this machine."""


@bench.command("index")
@click.option(
    "--entries",
    type=click.IntRange(10_000, 100_000_000),
    default=1_000_000,
    show_default=True,
    help="How many random hashes to search in.",
)
@click.option(
    "--folder", type=click.Path(path_type=Path, exists=True), help="Where to build it for the while."
)
def bench_index(entries: int, folder: Path | None) -> None:
    """Build an index of random hashes in a temporary folder, question it, and remove it again."""
    import numpy as np  # noqa: PLC0415 - keeps `--help` instant

    from cairn.index import open_index, warm_up  # noqa: PLC0415 - as above

    random = np.random.default_rng()
    hashes = random.integers(0, 256, (entries, 32), dtype=np.uint8)
    warm_up()
    with (
        tempfile.TemporaryDirectory(prefix="cairn-bench-", dir=folder) as place,
        open_index(Path(place), writable=True) as opened,
    ):
        built = _seconds(lambda: opened.add(np.arange(entries, dtype=np.uint64), hashes))
        click.echo(f"build, durable          {built:.2f} s for {entries:,} entries")
        opened.preload()
        queries = hashes[random.integers(0, entries, 1_000)]
        taken = sorted(_seconds(partial(opened.search, one[None], radius=31)) for one in queries)
        click.echo(
            f"one query               {taken[500] * 1e3:.3f} ms median, {taken[990] * 1e3:.3f} ms at 99 %"
        )
        batch = random.integers(0, 256, (100_000, 32), dtype=np.uint8)
        click.echo(f"100,000 queries         {_seconds(lambda: opened.search(batch, radius=31)):.2f} s")
        ids = np.zeros(1, np.uint64)
        added = sorted(_seconds(lambda: opened.add(ids, hashes[:1])) for _ in range(100))
        click.echo(f"one durable addition    {added[50] * 1e3:.2f} ms median")


def _seconds(act: Callable[[], object]) -> float:
    """Answer how long an act takes."""
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def _open(index_folder: Path | None, node_folder: Path | None, *, writable: bool = False) -> Index:
    """Open the index that the options name."""
    from cairn.index import open_index  # noqa: PLC0415 - keeps `--help` instant

    if index_folder is None:
        from cairn.records.node import default_folder  # noqa: PLC0415 - as above
        from cairn.services.node.opening import open_node  # noqa: PLC0415 - as above

        index_folder = open_node(node_folder or default_folder()).config.index_folder
    return open_index(index_folder, writable=writable)
