"""Stretches of a video or a sound are put into a series, and taken out of it, as audited acts.

A compilation shows many victims: the whole of it belongs to no series, and each stretch to one. What a person
has narrowed to stretches stays narrow, also where the whole folder is registered into the series later: it
becomes the whole again by the same careful word alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.frames import clock
from cairn.linking.owned import put_together, without
from cairn.records import audit
from cairn.records.access import visible_sightings, visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.footage import Footage
from cairn.records.lock import as_the_node, under_lock
from cairn.records.media import Media
from cairn.records.series import SeriesMedia
from cairn.records.sounds import Sound
from cairn.sentences import Sentence
from cairn.services.alerting import work_changed
from cairn.services.cases import own_case
from cairn.services.judgements.naming_media import find_media
from cairn.services.series.adding_media import standing_locked
from cairn.services.series.spans import MOST_SPANS, kept_as, owned_from

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.linking.clip.spans import Seconds
    from cairn.linking.owned import Owned
    from cairn.records.series import Series
    from cairn.records.users import Actor

_SPARE_S = 1.0
"""So much may a stretch say more than was measured: clocks of players differ, and frames have a length."""


@dataclass(frozen=True, slots=True)
class Share:
    """What of a media is a series' after an act.

    Attributes:
        series: Its name; of one that was merged since, that of the series which stands.
        media: The media's SHA-256.
        spans: Its stretches in seconds; ``None`` for all of it, empty where it left the series.
    """

    series: str
    media: str
    spans: Owned


@under_lock
def put_spans(
    series: Series,
    name: str,
    spans: Sequence[Seconds],
    *,
    actor: Actor,
    case: str = "",
    alone: bool = False,
) -> Share:
    """Put stretches of a media into a series, beside those that are in it already.

    Args:
        series: One that the actor's authority owns or leads.
        name: The media, by its SHA-256 or the first digits of it.
        spans: As ``read_spans`` answers them.
        actor: Who says so.
        case: The case of their own in which it is said.
        alone: These are the only ones: the rest of the media leaves the series.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such media or case, the media has no time or is shorter, or all of it is in
            the series already (``media.missing``, ``case.missing``, ``series.span``, ``series.whole``).
    """
    with database_errors_in_words(), transaction.atomic():
        held = standing_locked(series, actor=actor)
        media = _named(name, held, actor)
        _require_time(media, spans)
        member = _member(held, media)
        owned = tuple(spans)
        if member is not None and not alone:
            if member.spans_ms is None:
                raise InputError(
                    Sentence(
                        "All of the media is in the series already. Say that these stretches alone are, and "
                        "the rest leaves it."
                    ),
                    code="series.whole",
                )
            owned = put_together(owned, owned_from(member.spans_ms)) or ()
        _keep(held, media, owned, member=member, actor=actor, case=case)
    return Share(held.name, media.name, owned)


@under_lock
def put_whole(series: Series, name: str, *, actor: Actor, case: str = "") -> Share:
    """Put all of a media into a series, of which stretches were in it, or nothing.

    Args:
        series: One that the actor's authority owns or leads.
        name: The media, as above.
        actor: Who says so.
        case: The case of their own in which it is said.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such media or case (``media.missing``, ``case.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        held = standing_locked(series, actor=actor)
        media = _named(name, held, actor)
        _keep(held, media, None, member=_member(held, media), actor=actor, case=case)
    return Share(held.name, media.name, None)


@under_lock
def take_out_spans(
    series: Series, name: str, spans: Sequence[Seconds], *, actor: Actor, case: str = ""
) -> Share:
    """Take stretches of a media out of a series; with the last of them, the media leaves it.

    Args:
        series: One that the actor's authority owns or leads.
        name: The media, as above.
        spans: As ``read_spans`` answers them.
        actor: Who says so.
        case: The case of their own in which it is said.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such media in the series, no such case, it has no such seconds, or all of
            the media is in it (``media.missing``, ``case.missing``, ``series.span``, ``series.whole``).
    """
    with database_errors_in_words(), transaction.atomic():
        held = standing_locked(series, actor=actor)
        media = find_media(name, among=Media.objects.filter(seriesmedia__series=held))
        member = SeriesMedia.objects.get(series=held, media=media)
        if member.spans_ms is None:
            _require_time(media, spans)
            raise InputError(
                Sentence(
                    "All of the media is in the series, and nobody knows which stretches would stay. Say "
                    "which stretches alone are in it."
                ),
                code="series.whole",
            )
        owned = without(owned_from(member.spans_ms) or (), spans)
        _keep(held, media, owned, member=member, actor=actor, case=case)
    return Share(held.name, media.name, owned)


@under_lock
def take_whole_out(series: Series, name: str, *, actor: Actor, case: str = "") -> Share:
    """Take a media out of a series, whatever of it is in it: all, or stretches.

    Args:
        series: One that the actor's authority owns or leads.
        name: The media, as above.
        actor: Who says so.
        case: The case of their own in which it is said.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such media in the series, or no such case (``media.missing``,
            ``case.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        held = standing_locked(series, actor=actor)
        media = find_media(name, among=Media.objects.filter(seriesmedia__series=held))
        member = SeriesMedia.objects.get(series=held, media=media)
        _keep(held, media, (), member=member, actor=actor, case=case)
    return Share(held.name, media.name, ())


def _named(name: str, series: Series, actor: Actor) -> Media:
    """Answer a media that lies in the series, or of which the actor sees that somebody holds it."""
    media = find_media(name, among=visible_to(actor, Media))
    if _member(series, media) is None and not visible_sightings(actor).filter(media=media).exists():
        raise InputError(
            Sentence("There is no media %(name)s, or you may not see it.", name=name), code="media.missing"
        )
    return media


def _member(series: Series, media: Media) -> SeriesMedia | None:
    return SeriesMedia.objects.filter(series=series, media=media).first()


def _require_time(media: Media, spans: Sequence[Seconds]) -> None:
    """Make sure that the media has these seconds, as far as anybody has measured it."""
    length_s = _length(media)
    if length_s is not None and spans[-1][1] > length_s + _SPARE_S:
        raise InputError(
            Sentence("The media is only %(length)s long.", length=clock(length_s)), code="series.span"
        )
    # Nobody has looked to its end: a key alone names it, it is damaged, or videos are left out of checks.
    lasts = media.moves or (media.media_type or "video/").startswith(("video/", "audio/"))
    if length_s is None and not lasts:
        raise InputError(
            Sentence("The media is no video and no sound: all of it is in a series, or nothing."),
            code="series.span",
        )


def _length(media: Media) -> float | None:
    """Answer how many seconds a media lasts; ``None`` where nobody knows, as of one that breaks off."""
    with as_the_node("how long a content is, whoever looked at it"):
        seen = Footage.objects.filter(media=media).values_list("covered_s", "facts", "reason").first()
        heard = Sound.objects.filter(media=media).values_list("duration_ms", flat=True).first()
    covered_s, facts, reason = seen or (0.0, {}, "")
    stated_s = max(facts.get("duration_s") or 0.0, (heard or 0) / 1000)
    if reason and not stated_s:
        return None
    return max(covered_s, stated_s) or None


def _keep(
    series: Series, media: Media, owned: Owned, *, member: SeriesMedia | None, actor: Actor, case: str
) -> None:
    """Write down what of a media is a series' now; the audit is the last thing of the act."""
    place = own_case(case, actor=actor) if case else None
    if owned is not None and len(owned) > MOST_SPANS:
        raise InputError(
            Sentence("A series has at most %(most)s stretches of one media.", most=str(MOST_SPANS)),
            code="series.span",
        )
    if member is None:
        SeriesMedia.objects.create(
            series=series, media=media, added_by=actor.authority, added_in=place, spans_ms=kept_as(owned)
        )
    elif owned == ():
        member.delete()
    else:
        member.spans_ms = kept_as(owned)
        member.save(update_fields=["spans_ms"])
    work_changed([series.pk])
    audit.append(
        audit.AuditTag.SERIES_SPANS,
        actor=actor,
        case_reference=case,
        record_ids=[series.pk],
        counts={"spans": len(owned or ()), "whole": int(owned is None)},
    )
