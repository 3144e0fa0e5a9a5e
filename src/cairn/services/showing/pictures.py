"""A picture of the desk: masked for whoever sees the media; revealed for who asks, in a case, audited."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, find, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.media import Media
from cairn.records.sightings import Sighting
from cairn.sentences import Sentence
from cairn.services.cases import own_case
from cairn.services.showing.exposure import note_exposure
from cairn.services.showing.masking import Look, Mask, masked, revealed
from cairn.services.showing.sources import preview_of

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node
    from cairn.services.showing.masking import Region

MASKED_KEPT = 2_000
MASKED_KEPT_S = 600.0
"""Masked pictures are kept in memory for ten minutes: a page is shown again after each decision on it, and
decoding anew would cost the machine more than the page. Each authority has its own, because what it
has on its disk is nothing of the others'. Revealed ones are kept nowhere."""
_kept: OrderedDict[tuple[int, bytes, Mask, bool], tuple[float, bytes]] = OrderedDict()
_kept_lock = Lock()


@dataclass(frozen=True, slots=True)
class Reveal:
    """What is revealed, and how.

    Attributes:
        case: The actor's own case, in which it is looked at.
        look: How much of it.
        region: Only this part; ``None`` for all of it.
        upright: Turned as the file asks.
        at_ms: Of a video, the frame that is shown then; ``None`` for a picture.
    """

    case: str
    look: Look = Look.COLOUR
    region: Region | None = None
    upright: bool = True
    at_ms: int | None = None


@under_lock
def masked_picture(node: Node, sha256: bytes, *, mask: Mask, actor: Actor, upright: bool = True) -> bytes:
    """Answer the masked picture of a media that the actor sees.

    Raises:
        AccessError: There is no such media for the actor.
        InputError: The picture is not to be had, or cannot be shown.
    """
    with database_errors_in_words():
        media = find(actor, Media, Act.MEDIA_REVEAL, sha256=sha256)
        key, now = (actor.authority.pk, sha256, mask, upright), time.monotonic()
        with _kept_lock:
            at, content = _kept.get(key, (0.0, b""))
        if content and now - at < MASKED_KEPT_S:
            return content
        content = masked(preview_of(node.config, media, actor), mask, upright=upright)
    with _kept_lock:
        _kept[key] = (now, content)
        while len(_kept) > MASKED_KEPT:
            _kept.popitem(last=False)
    return content


@under_lock
def reveal_picture(node: Node, sha256: bytes, reveal: Reveal, *, actor: Actor) -> bytes:
    """Answer the picture itself, with the viewer's name burnt in; the look is audited before it is had.

    Raises:
        AccessError: There is no such media for the actor, or the actor may not look.
        InputError: There is no such case, or the picture is not to be had (``case.missing``,
            ``picture.nowhere``); the wish to look is audited all the same.
    """
    if actor.user is None:
        raise InputError(Sentence("Pictures are revealed to a person, at the desk."), code="picture.nobody")
    with database_errors_in_words():
        media = audit_reveal(sha256, reveal.case, actor=actor)
        moments = () if reveal.at_ms is None else (reveal.at_ms,)
        preview = preview_of(node.config, media, actor, moments_ms=moments)
        note_exposure(actor, looks=1)
    mark = f"{actor.user.login}  {timezone.now():%Y-%m-%d %H:%M} UTC"
    return revealed(preview, reveal.look, mark=mark, region=reveal.region, upright=reveal.upright)


@under_lock
def audit_reveal(sha256: bytes, case: str, *, actor: Actor) -> Media:
    """Answer the media that is to be revealed, once that is written into the log.

    Named by number is the actor's own sighting of it: the number of the media itself would tell what was on
    the node before.
    """
    with transaction.atomic():
        require(actor, Act.MEDIA_REVEAL)
        media = find(actor, Media, Act.MEDIA_REVEAL, sha256=sha256)
        held = own_case(case, actor=actor)
        own = Sighting.objects.filter(media=media, authority=actor.authority).order_by("pk")
        numbers = own.values_list("pk", flat=True)[:1]
        audit.append(
            audit.AuditTag.MEDIA_REVEALED,
            actor=actor,
            case_reference=held.reference,
            purpose=held.purpose,
            record_ids=list(numbers),
        )
    return media
