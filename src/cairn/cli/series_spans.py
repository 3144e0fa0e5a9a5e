"""``cairn series span``: which stretches of a video or a sound are a series'."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict
from itertools import starmap
from typing import TYPE_CHECKING

import click

from cairn.cli.options import json_flag, with_actor
from cairn.cli.told import tell
from cairn.errors import InputError
from cairn.frames import span_text
from cairn.services.series.names import find_series
from cairn.services.series.owning_spans import put_spans, put_whole, take_out_spans, take_whole_out
from cairn.services.series.spans import read_spans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node
    from cairn.services.series.owning_spans import Share

_span = click.option(
    "--span",
    "texts",
    multiple=True,
    metavar="FROM-TO",
    help="A stretch, such as 00:03:12-00:04:40 or 192-280.",
)
_case = click.option("--case", default="", metavar="REF", help="Your case in which you say so.")

_ADD = (
    "All of the media is in the series already. With --alone, these stretches alone are in it, and the rest "
    "leaves it."
)
_REMOVE = (
    "All of the media is in the series. To keep stretches: cairn series span add --span FROM-TO --alone "
    "(of the same series and media). To take the media out: cairn series span remove --whole"
)


@click.group()
def span() -> None:
    """Put stretches of a video or a sound into a series, or take them out."""


@span.command()
@click.argument("name")
@click.argument("media", metavar="SHA256")
@with_actor
@_span
@click.option("--alone", is_flag=True, help="These are the only ones: the rest leaves the series.")
@click.option("--whole", is_flag=True, help="All of the media is in the series.")
@_case
@json_flag
def add(
    _: Node,
    actor: Actor,
    name: str,
    media: str,
    texts: tuple[str, ...],
    alone: bool,
    whole: bool,
    case: str,
    as_json: bool,
) -> None:
    """Put stretches of the media SHA256 into the series NAME; its owner and its lead can."""
    _require_one_way(texts, alone=alone, whole=whole)
    series = find_series(name, actor=actor)
    if whole:
        share = put_whole(series, media, actor=actor, case=case)
    else:
        with _said_for_a_whole(_ADD):
            share = put_spans(series, media, read_spans(texts), actor=actor, case=case, alone=alone)
    _tell(share, as_json=as_json)


@span.command()
@click.argument("name")
@click.argument("media", metavar="SHA256")
@with_actor
@_span
@click.option("--whole", is_flag=True, help="All of the media leaves the series; a picture can, too.")
@_case
@json_flag
def remove(
    _: Node,
    actor: Actor,
    name: str,
    media: str,
    texts: tuple[str, ...],
    whole: bool,
    case: str,
    as_json: bool,
) -> None:
    """Take stretches of the media SHA256 out of the series NAME; with the last, the media leaves it."""
    if whole is bool(texts):
        raise InputError(
            "Say what leaves the series: stretches with --span FROM-TO, or all of the media with --whole.",
            code="series.span",
        )
    series = find_series(name, actor=actor)
    if whole:
        share = take_whole_out(series, media, actor=actor, case=case)
    else:
        with _said_for_a_whole(_REMOVE):
            share = take_out_spans(series, media, read_spans(texts), actor=actor, case=case)
    _tell(share, as_json=as_json)


def _require_one_way(texts: tuple[str, ...], *, alone: bool, whole: bool) -> None:
    """Refuse what says neither stretches nor all of the media, or both."""
    if whole and texts:
        words = "Give either stretches with --span, or --whole."
    elif whole and alone:
        words = (
            "--alone and --whole exclude each other: either stretches alone are in the series, or all of the "
            "media is."
        )
    elif alone and not texts:
        words = (
            "Say with --span which stretches alone are in the series. To take the media out of it: "
            "cairn series span remove --whole"
        )
    elif not (whole or texts):
        words = "Say what of the media is in the series: stretches with --span FROM-TO, or all with --whole."
    else:
        return
    raise InputError(words, code="series.span")


@contextmanager
def _said_for_a_whole(words: str) -> Iterator[None]:
    """Say by which options it goes on where all of the media is in the series."""
    try:
        yield
    except InputError as error:
        if error.code != "series.whole":
            raise
        raise InputError(words, code=error.code) from error


def _tell(share: Share, *, as_json: bool) -> None:
    if share.spans is None:
        said = f"All of {share.media} is in {share.series}."
    elif share.spans:
        said = f"Of {share.media}, {', '.join(starmap(span_text, share.spans))} is in {share.series}."
    else:
        said = f"Nothing of {share.media} is in {share.series} any more."
    tell(asdict(share), [said], as_json=as_json)
