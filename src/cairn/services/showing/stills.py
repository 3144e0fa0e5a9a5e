"""Frames of a video as a strip: all of them masked in one go, so that the file is read once for a page."""

from __future__ import annotations

import time
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from cairn.errors import CairnError, InputError
from cairn.fingerprints.sheet import cut
from cairn.records.access import Act, find
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.media import Media
from cairn.sentences import Sentence
from cairn.services.showing.masking import Mask, masked
from cairn.services.showing.pictures import MASKED_KEPT_S
from cairn.services.showing.sources import preview_of

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

STRIPS_KEPT = 200
"""Strips whose masked frames are kept in memory, as masked pictures are; a revealed frame is kept nowhere."""


@dataclass(frozen=True, slots=True)
class Strip:
    """The frames of one strip.

    Attributes:
        sha256: Of the video.
        moments_ms: When they are shown, in milliseconds since the first frame, rising; at most
            ``cairn.fingerprints.sheet.MOST_STILLS``.
    """

    sha256: bytes
    moments_ms: tuple[int, ...]


_Key = tuple[int, Strip, Mask]
"""By authority, too: what one has on its own disk is nothing of the others'."""
_kept: OrderedDict[_Key, tuple[float, Future[tuple[bytes, ...]]]] = OrderedDict()
_lock = Lock()


@under_lock
def masked_still(node: Node, strip: Strip, number: int, *, mask: Mask, actor: Actor) -> bytes:
    """Answer one masked frame of a strip of a video that the actor sees.

    The first who asks for one of them has all of them made; the others, who come at the same time because a
    page asks for all, wait for that.

    Raises:
        AccessError: There is no such media for the actor.
        InputError: The video is not to be had, or cannot be shown.
    """
    with database_errors_in_words():
        media = find(actor, Media, Act.MEDIA_REVEAL, sha256=strip.sha256)
        key = (actor.authority.pk, strip, mask)
        mine, made = _claimed(key)
        if mine:
            try:
                made.set_result(_made(node, media, strip, mask, actor))
            except BaseException as error:
                _forget(key)
                made.set_exception(error if isinstance(error, CairnError) else _failed())
                raise
    return made.result()[number]


def _made(node: Node, media: Media, strip: Strip, mask: Mask, actor: Actor) -> tuple[bytes, ...]:
    sheet = preview_of(node.config, media, actor, moments_ms=strip.moments_ms)
    frames = cut(sheet, len(strip.moments_ms))
    if not frames:
        raise _failed()
    return tuple(masked(each, mask) for each in frames)


def _claimed(key: _Key) -> tuple[bool, Future[tuple[bytes, ...]]]:
    """Answer where the strip is made, and whether the caller is the one who makes it."""
    now = time.monotonic()
    with _lock:
        at, made = _kept.get(key, (0.0, None))
        if made is not None and now - at < MASKED_KEPT_S:
            return False, made
        made = Future()
        _kept[key] = (now, made)
        while len(_kept) > STRIPS_KEPT:
            _kept.popitem(last=False)
    return True, made


def _forget(key: _Key) -> None:
    with _lock:
        _kept.pop(key, None)


def _failed() -> InputError:
    return InputError(Sentence("The video cannot be shown."), code="picture.undecodable")
