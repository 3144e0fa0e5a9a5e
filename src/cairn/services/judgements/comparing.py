"""Two media side by side: what is known of each, and of both. Their pictures are for `services.showing`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from cairn.linking.clip import ClipLink
from cairn.linking.evidence import undo
from cairn.linking.footage import FrameNear, footage_from_stored
from cairn.linking.judgement import LinkKind
from cairn.records.access import Act, require, visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.links import Link
from cairn.records.lock import under_lock
from cairn.records.looking import look
from cairn.records.media import Media
from cairn.services.judgements.judge import Named, find_pair
from cairn.services.judgements.links import facts_of, suggested
from cairn.services.judgements.naming_media import shown_name
from cairn.services.series.sightings import Seen, sightings_of_media
from cairn.types import Orientation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.records.users import Actor
    from cairn.services.judgements.link_facts import LinkFacts

_VIDEOS = "video/"


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What is known of a media.

    Attributes:
        name: Its SHA-256; of content that nobody has read, another digest with its kind before it.
        media_type: What its bytes are; ``None`` where not known.
        size_bytes: How many; ``None`` where not known.
        width: In pixels; ``None`` where it could not be decoded.
        height: As above.
        quality: Of its PDQ hash, 0 to 100; ``None`` where it has none.
        not_comparable: Why it cannot be compared, in words; empty where it can.
        series: The series that it lies in, as ``name (owner)``.
        seen: Where and when it was seen.
        at_s: Of a video, the second that the evidence names, else its first; ``None`` of a picture.
    """

    name: str
    media_type: str | None
    size_bytes: int | None
    width: int | None
    height: int | None
    quality: int | None
    not_comparable: str
    series: tuple[str, ...]
    seen: Seen
    at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two media, and what methods and people say of them together.

    Attributes:
        link: What is said.
        first: What is known of the first.
        second: The same of the second.
        turned: How the first is turned to lie as the second, as the newest evidence says that tells it.
    """

    link: LinkFacts
    first: MediaFacts
    second: MediaFacts
    turned: Orientation


@under_lock
def compare(named: Named, *, actor: Actor) -> Comparison:
    """Answer two media side by side; the look is audited as one at their link.

    Raises:
        AccessError: The actor may not see links.
        InputError: A media is not there or may not be seen, or both are the same.
    """
    with database_errors_in_words(), look():
        require(actor, Act.LINK_READ)
        pair = find_pair(named, among=visible_to(actor, Media))
        first = sightings_of_media(pair.first.pk, actor=actor)
        second = sightings_of_media(pair.second.pk, actor=actor)
        links = list(visible_to(actor, Link).filter(**pair.key).order_by("-pk"))
        turned, at_s = _turned(links), _moments(links)
        link = facts_of(pair, actor=actor)
    return Comparison(
        link=link,
        first=_facts(pair.first, link.first_series, first, at_s[0]),
        second=_facts(pair.second, link.second_series, second, at_s[1]),
        turned=turned,
    )


def _turned(links: Iterable[Link]) -> Orientation:
    """Answer the turn that the evidence tells; links keep it of the lower number, which stands first."""
    for link in links:
        found = footage_from_stored(link.evidence)
        if isinstance(found, ClipLink) and found.recording:
            return undo(found.recording[0].orientation)  # a span tells how the later one is turned
        if link.evidence.get("orientation") in set(Orientation):
            return Orientation(link.evidence["orientation"])
    return Orientation.ORIGINAL


def _moments(links: Iterable[Link]) -> tuple[float | None, float | None]:
    """Answer which second of the first and of the second the newest evidence names; the later is the file."""
    for link in links:
        found = footage_from_stored(link.evidence)
        if isinstance(found, ClipLink) and found.recording:
            span = found.recording[0]
            return (span.known_from_s + span.known_to_s) / 2, (span.file_from_s + span.file_to_s) / 2
        if isinstance(found, FrameNear):
            return (None, found.at_s) if found.in_file else (found.at_s, None)
    return None, None


@under_lock
def next_open(named: Named | None, *, actor: Actor) -> Named | None:
    """Answer the pair that waits for the actor's authority after this one, the strongest first.

    After the last one comes the first again; ``None`` where no other waits. Nothing is told of the pair but
    its name: whoever goes there is audited there.

    Raises:
        AccessError: The actor may not see links.
        InputError: A media of the pair is not there or may not be seen.
    """
    with database_errors_in_words(), look():
        require(actor, Act.LINK_READ)
        links = suggested(actor, Q(), only_open=True).select_related("first", "second")
        if named is not None:
            pair = find_pair(named, among=visible_to(actor, Media))
            here = suggested(actor, Q(**pair.key), only_open=False).first()
            links = links.exclude(**pair.key)
            later = None if here is None else links.filter(_after(here)).first()
            return _named(later or links.first())
        return _named(links.first())


def _after(here: Link) -> Q:
    return Q(score__lt=here.score) | Q(score=here.score, pk__gt=here.pk)


def _named(link: Link | None) -> Named | None:
    if link is None:
        return None
    return Named(shown_name(link.first), shown_name(link.second), LinkKind(link.kind))


def _facts(media: Media, series: tuple[str, ...], seen: Seen, at_s: float | None) -> MediaFacts:
    is_video = (media.media_type or "").startswith(_VIDEOS)
    return MediaFacts(
        name=media.name,
        media_type=media.media_type,
        size_bytes=media.size_bytes,
        width=media.width,
        height=media.height,
        quality=media.quality,
        not_comparable="" if is_video and at_s is not None else media.sentence,
        series=series,
        seen=seen,
        at_s=at_s if at_s is not None or not is_video else 0.0,
    )
