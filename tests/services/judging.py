"""Media held by authorities, named by a word, for the tests of links and judgements."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from cairn.linking.judgement import LinkKind, Outcome
from cairn.records.cases import Case, Exhibit
from cairn.records.links import Link
from cairn.records.media import Media
from cairn.records.series import Series, SeriesMedia
from cairn.records.sightings import Sighting, digest_of_address
from cairn.records.users import Actor
from cairn.services.judgements.judge import Named, judge
from cairn.services.series.opening import create_series
from cairn.types import Handling

if TYPE_CHECKING:
    from cairn.records.authorities import Authority


def name_of(word: str) -> str:
    """Answer the SHA-256 of the media that the tests call ``word``."""
    return sha256(word.encode()).hexdigest()


def held(word: str, *holders: Authority) -> Media:
    """Let the authorities have a sighting of the media."""
    digest = bytes.fromhex(name_of(word))
    media, _ = Media.objects.get_or_create(
        sha256=digest, defaults={"sha1": digest[:20], "md5": digest[:16], "size_bytes": 1, "method": "m"}
    )
    for holder in holders:
        case, _ = Case.objects.get_or_create(authority=holder, reference="K1")
        exhibit, _ = Exhibit.objects.get_or_create(case=case, label="1")
        Sighting.objects.create(
            media=media,
            authority=holder,
            exhibit=exhibit,
            address=word,
            address_digest=digest_of_address(word),
        )
    return media


def suggested(one: Media, other: Media, *, bits: int = 6, method: str = "pdq-31/1") -> Link:
    """Let a method suggest that two media are the same picture."""
    first, second = sorted((one, other), key=lambda media: media.pk)
    evidence = {"kind": "pdq-near", "distance_bits": bits, "orientation": "original"}
    return Link.objects.create(
        first=first, second=second, kind="duplicate", method=method, score=1 - bits / 256, evidence=evidence
    )


def say(
    authority: Authority,
    one: str,
    outcome: Outcome,
    other: str,
    *,
    kind: LinkKind = LinkKind.DUPLICATE,
    reason: str = "looked at both",
) -> list[str]:
    """Let the operator for an authority judge two media, and answer which of its series could grow."""
    named = Named(name_of(one), name_of(other), kind)
    could_grow = judge(named, outcome, reason=reason, actor=Actor.operator(authority))
    return [series.name for series in could_grow]


def series_with(
    owner: Authority, name: str, *members: Media, handling: Handling = Handling.ALLIANCE
) -> Series:
    """Open a series of an authority, with media in it."""
    series = create_series(name, actor=Actor.operator(owner), handling=handling)
    for media in members:
        SeriesMedia.objects.create(series=series, media=media, added_by=owner)
    return series
