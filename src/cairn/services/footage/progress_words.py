"""How far the look at videos is, in words: for an order at the desk, and for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.frames import clock, clock_end
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from cairn.services.footage.so_far import KnownSoFar
    from cairn.services.footage.video_pass import VideoProgress


def progress_words(progress: VideoProgress) -> Sentence:
    """Answer how far the videos of a check are."""
    if progress.looked_at == progress.total:
        return Sentence(
            "The videos are compared with what is recorded: %(done)s of %(total)s.",
            done=progress.compared,
            total=progress.total,
        )
    to = Sentence(", the next one is followed to %(moment)s", moment=clock(progress.followed_s))
    return Sentence(
        "The videos are looked at: %(done)s of %(total)s are done%(followed)s.%(known)s",
        done=progress.looked_at,
        total=progress.total,
        followed=to if progress.followed_s else "",
        known="" if progress.so_far is None else so_far_words(progress.so_far),
    )


def so_far_words(found: KnownSoFar) -> Sentence:
    """Answer what is known so far of a video that is still followed; it begins with a space."""
    if not found.known:
        return Sentence(" So far, to %(moment)s, nothing of it is known.", moment=clock(found.to_s))
    first = found.in_series[0] if found.in_series else found.known[0]
    values = {"moment": clock(found.to_s), "from": clock(first[0]), "to": clock_end(first[1])}
    if found.in_series:
        return Sentence(
            " So far, to %(moment)s, stretches of it are known: from %(from)s to %(to)s it is in a series.",
            **values,
        )
    return Sentence(
        " So far, to %(moment)s, stretches of it are known: from %(from)s to %(to)s it is recorded.", **values
    )
