"""The films of the demonstration are registered, and series get their stretches of them."""

from __future__ import annotations

from hashlib import file_digest
from typing import TYPE_CHECKING

from cairn.fingerprints.sandbox import DecoderPool
from cairn.services.checking.check import check
from cairn.services.checking.planning import CheckRequest
from cairn.services.directory.acting import operator_of
from cairn.services.footage.video_pass import VideosFor
from cairn.services.series.names import find_series
from cairn.services.series.owning_spans import put_spans

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.footage.watching import OpenVideos
    from cairn.services.node.opening import Node
    from cairn.synthetic.truth import Film


def register_film(node: Node, film: Film, *, by: Actor, open_videos: OpenVideos = DecoderPool) -> str:
    """Register a film, put its stretches into their series, and answer in words what was done.

    Args:
        node: Where.
        film: Which.
        by: A person of the authority that owns these series.
        open_videos: Where the film is decoded.
    """
    code = film.authority.code
    check(
        node,
        CheckRequest(
            paths=(film.path,),
            actor=operator_of(node, code),
            case=film.case,
            register=True,
            videos=VideosFor.WHOLE,
        ),
        open_videos=open_videos,
    )
    with film.path.open("rb") as content:
        name = file_digest(content, "sha256").hexdigest()
    for each in film.stretches:
        series = find_series(f"{code}/{each.series}", actor=by)
        put_spans(series, name, [(each.from_s, each.to_s)], actor=by)
    return f"{code} has registered a film, of which {len(film.stretches)} series have seconds."
