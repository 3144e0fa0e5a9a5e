"""``cairn series merge``, ``split``, ``undo`` and ``media``."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import starmap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor
from cairn.cli.told import tell
from cairn.errors import InputError
from cairn.frames import span_text
from cairn.services.series import regrouping
from cairn.services.series.choosing_media import Choice, read_digests
from cairn.services.series.media import MOST_LISTED, media_of
from cairn.services.series.names import find_series
from cairn.services.series.regrouping_undo import undo as undo_regrouping
from cairn.services.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node
    from cairn.services.series.regrouping import Effect

_preview = click.option("--preview", is_flag=True, help="Say what would happen, and do nothing.")
_reason = click.option("--reason", default="", metavar="TEXT", help="Why; kept in the history.")


@click.command()
@click.argument("source")
@click.argument("target")
@with_actor
@_reason
@click.option("--widen", is_flag=True, help="Yes, more authorities may see what is in SOURCE.")
@_preview
@json_flag
def merge(
    _: Node,
    actor: Actor,
    source: str,
    target: str,
    reason: str,
    widen: bool,
    preview: bool,
    as_json: bool,
) -> None:
    """Merge the series SOURCE into TARGET; for two owners, once both have said the same."""
    first, second = find_series(source, actor=actor), find_series(target, actor=actor)
    if preview:
        _say(regrouping.merge_effect(first, second, actor=actor), as_json=as_json)
        return
    row = regrouping.merge(first, second, reason=reason, widen=widen, actor=actor)
    is_done = row.done_at is not None
    said = f"{first.name} is merged into {second.name}, number {row.pk}."
    if not is_done:
        said = (
            f"Merging {first.name} into {second.name} is offered, number {row.pk}. It is done once the other "
            "owner gives the same command."
        )
    values = {"source": first.name, "target": second.name, "number": row.pk, "is_done": is_done}
    tell(values, [said], as_json=as_json)


@click.command()
@click.argument("name")
@click.argument("new_name", metavar="NEW-NAME")
@with_actor
@click.option(
    "--media", "names", multiple=True, metavar="SHA256", help="A media, by its SHA-256 or the first digits."
)
@click.option(
    "--list", "file", type=click.Path(path_type=Path), help="A file with one SHA-256 a line, as of sha256sum."
)
@click.option("--case", default="", metavar="REF", help="Your case that the exhibit belongs to.")
@click.option("--exhibit", metavar="LABEL", help="All that was found in this exhibit of --case.")
@_reason
@_preview
@json_flag
def split(
    _: Node,
    actor: Actor,
    name: str,
    new_name: str,
    names: tuple[str, ...],
    file: Path | None,
    case: str,
    exhibit: str | None,
    reason: str,
    preview: bool,
    as_json: bool,
) -> None:
    """Split media of the series NAME off into the new series NEW-NAME."""
    if bool(case) != bool(exhibit):
        raise InputError("Name the exhibit with --exhibit, and its case with --case.", code="series.choice")
    choice = Choice(
        names=frozenset(names),
        digests=frozenset() if file is None else read_digests(file),
        exhibit=None if exhibit is None else (case, exhibit),
    )
    found = find_series(name, actor=actor)
    if preview:
        _say(regrouping.split_effect(found, choice, actor=actor), as_json=as_json)
        return
    row = regrouping.split(found, new_name, choice, reason=reason, actor=actor)
    values = {"source": found.name, "target": new_name, "number": row.pk, "is_done": True}
    tell(values, [f"{new_name} is split off from {found.name}, number {row.pk}."], as_json=as_json)


@click.command()
@click.argument("number", type=int)
@with_actor
@click.option("--widen", is_flag=True, help="Yes, more authorities may see the media where they go back to.")
@json_flag
def undo(_: Node, actor: Actor, number: int, widen: bool, as_json: bool) -> None:
    """Undo the merge or split NUMBER, as ``cairn series show`` lists it, or take an offer back."""
    undo_regrouping(number, widen=widen, actor=actor)
    tell({"number": number, "is_done": True}, [f"Number {number} is undone."], as_json=as_json)


@click.command()
@click.argument("name")
@with_actor
@click.option("--after", default="", metavar="SHA256", help="Only what comes after this one.")
@click.option(
    "--most",
    type=click.IntRange(1, MOST_LISTED),
    default=MOST_LISTED,
    show_default=True,
    help="How many at the most.",
)
@click.option("--case", default="", metavar="REF", help="Your case; the look is audited with it.")
@json_flag
def media(_: Node, actor: Actor, name: str, after: str, most: int, case: str, as_json: bool) -> None:
    """List the media of the series NAME by SHA-256; its owner and its lead can."""
    rows = media_of(find_series(name, actor=actor), actor=actor, after=after, most=most, case=case)
    if as_json:
        click.echo(json.dumps([asdict(row) for row in rows], default=str, indent=1))
        return
    for row in rows:
        kind = row.media_type or "unknown"
        size = "unknown" if row.size_bytes is None else f"{row.size_bytes:,}"
        spans = "" if row.spans is None else f"  {', '.join(starmap(span_text, row.spans))}"
        click.echo(visible(f"{row.sha256}  {kind:<16} {size:>12}  {row.added_by}{spans}"))


def _say(effect: Effect, *, as_json: bool) -> None:
    tell(asdict(effect), _in_words(effect), as_json=as_json)


def _in_words(effect: Effect) -> Iterator[str]:
    yield f"{effect.moves:,} media would move, {effect.in_both:,} of them lie there already."
    if effect.stays:
        yield f"{effect.stays:,} would stay."
    if effect.widens:
        yield "More authorities would see them: that takes --widen from their owner."
    if effect.agreement is not None:
        yield f"It takes the agreement of {effect.agreement}."
