"""The media of an export as values: what the exporting authority itself says of them, and nothing of others.

A media that was found somewhere, and of which no sighting stands that the actor may see, was withdrawn, and
is left out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.db.models import Q

from cairn.records.access import visible_sightings, visible_to
from cairn.records.categories import Categorisation
from cairn.records.lock import as_the_node, under_lock
from cairn.records.media import Media
from cairn.records.people import Offender
from cairn.records.series import Series, SeriesMedia
from cairn.records.sightings import Sighting
from cairn.services.series.spans import owned_from
from cairn.types import PDQ_BYTES, SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from cairn.linking.clip.spans import Seconds
    from cairn.linking.owned import Owned
    from cairn.records.cases import Case
    from cairn.records.users import Actor

BATCH = 500
"""Media at a time: as many as a database takes in one question."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a media was found in a case."""

    exhibit: str
    address: str
    recorded_at: datetime
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """One media.

    Attributes:
        number: Of the media in the records: to lay things together here, and never written.
        md5: And the other hashes; ``None`` where there is none.
        pdq: Of the picture as it lies.
        categories: As ``(scheme, code)``, by the exporting authority.
        series: Those of the export that it lies in.
        spans: The stretches of it that are such a series', by its name; one that has all of it has none.
        is_identified: Whether one of these that has all of it is settled.
        has_identified_offender: Whether an offender of one of these is identified, as the exporter may know.
        places: Of an export of a case.
    """

    number: int
    md5: bytes | None
    sha1: bytes | None
    sha256: bytes | None
    pdq: bytes | None
    size_bytes: int | None
    media_type: str | None
    width: int | None
    height: int | None
    categories: tuple[tuple[str, str], ...]
    series: tuple[str, ...]
    spans: tuple[tuple[str, Seconds], ...]
    is_identified: bool
    has_identified_offender: bool
    places: tuple[Place, ...] = ()


@under_lock
def members_of(series: Series, actor: Actor) -> tuple[Sequence[int], int]:
    """Answer the media of a series that are exported, and how many are left out as withdrawn."""
    numbers = list(
        SeriesMedia.objects.filter(series=series).order_by("media").values_list("media", flat=True)
    )
    standing = visible_sightings(actor).filter(withdrawn_at=None)
    gone: set[int] = set()
    for some in _batches(numbers):
        stands = set(standing.filter(media__in=some).values_list("media", flat=True))
        with as_the_node("an export leaves out what was withdrawn"):
            taken_back = Sighting.objects.filter(media__in=some).exclude(withdrawn_at=None)
            gone.update(set(taken_back.values_list("media", flat=True)) - stands)
    return [number for number in numbers if number not in gone], len(gone)


def found_in(case: Case) -> tuple[Sequence[int], int, int]:
    """Answer the media found in a case, how many sightings, and how many of these are withdrawn."""
    sightings = Sighting.objects.filter(exhibit__case=case)
    stand = sightings.filter(withdrawn_at=None)
    numbers = list(stand.order_by("media").values_list("media", flat=True).distinct())
    count = stand.count()
    return numbers, count, sightings.count() - count


@under_lock
def holdings_of(actor: Actor, scheme: str) -> tuple[Sequence[int], int]:
    """Answer the media that the actor's authority has categorised in a scheme and found itself.

    With them, how many it has categorised and has no finding of that stands: these are left out.
    """
    said = Categorisation.objects.filter(
        authority=actor.authority, category__scheme__code=scheme, withdrawn_at=None
    )
    numbers = list(said.order_by("media").values_list("media", flat=True).distinct())
    standing = Sighting.objects.filter(authority=actor.authority, withdrawn_at=None)
    found = {
        each
        for some in _batches(numbers)
        for each in standing.filter(media__in=some).values_list("media", flat=True)
    }
    return [number for number in numbers if number in found], len(numbers) - len(found)


@under_lock
def series_met(media: Sequence[int], actor: Actor) -> Sequence[Series]:
    """Answer the series that the actor's authority owns or leads and that hold any of these media."""
    found: set[int] = set()
    hands = Q(series__owner=actor.authority) | Q(series__lead=actor.authority)
    for some in _batches(media):
        rows = SeriesMedia.objects.filter(
            hands, media__in=some, series__withdrawn_at=None, series__merged_into=None
        )
        found.update(rows.values_list("series", flat=True))
    return list(Series.objects.filter(pk__in=found).select_related("owner").order_by("owner__code", "name"))


@under_lock
def rows_of(
    media: Sequence[int],
    *,
    series: Sequence[Series],
    actor: Actor,
    case: Case | None = None,
    exhibit: int | None = None,
) -> Iterator[Row]:
    """Yield the media one by one, in the order of their numbers.

    Args:
        media: Which.
        series: Those that are named.
        actor: Whose categories are told.
        case: Whose places are told.
        exhibit: The number of the one exhibit whose places are told; media without any there are passed over.
    """
    named = {each.pk: each for each in series}
    offended = _with_identified_offender(named, actor)
    for some in _batches(media):
        categories, lies, places = _categories(some, actor), _lies(some, named), _places(some, case, exhibit)
        for each in Media.objects.filter(pk__in=some).order_by("pk"):
            if exhibit is None or places[each.pk]:
                owned = [(named[one], spans) for one, spans in lies[each.pk].items()]
                row = _row(each, categories[each.pk], owned, places[each.pk])
                yield replace(row, has_identified_offender=not offended.isdisjoint(lies[each.pk]))


def _row(
    media: Media,
    categories: Sequence[tuple[str, str]],
    series: Sequence[tuple[Series, Owned]],
    places: Sequence[Place],
) -> Row:
    digests = media.digests
    return Row(
        number=media.pk,
        md5=digests.md5,
        sha1=digests.sha1,
        sha256=digests.sha256,
        pdq=None if media.pdq is None else bytes(media.pdq)[:PDQ_BYTES],
        size_bytes=media.size_bytes,
        media_type=media.media_type,
        width=media.width,
        height=media.height,
        categories=tuple(categories),
        series=tuple(each.name for each, _ in series),
        spans=tuple((each.name, span) for each, owned in series for span in owned or ()),
        is_identified=any(SeriesStatus(each.status).is_settled for each, owned in series if owned is None),
        has_identified_offender=False,
        places=tuple(places),
    )


def _with_identified_offender(series: Collection[int], actor: Actor) -> set[int]:
    """Answer which of these series have an identified offender, as far as the actor may know."""
    between = Offender.series.through.objects.filter(series__in=series)
    seen = visible_to(actor, Offender).exclude(identified_on=None)
    return set(between.filter(offender__in=seen).values_list("series", flat=True))


def _categories(media: Collection[int], actor: Actor) -> Mapping[int, list[tuple[str, str]]]:
    rows = (
        Categorisation.objects.filter(media__in=media, authority=actor.authority, withdrawn_at=None)
        .order_by("category__scheme__code", "category__code")
        .values_list("media", "category__scheme__code", "category__code")
    )
    found: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, scheme, code in rows:
        found[number].append((scheme, code))
    return found


def _lies(media: Collection[int], series: Collection[int]) -> Mapping[int, dict[int, Owned]]:
    rows = SeriesMedia.objects.filter(media__in=media, series__in=series).order_by("series__name")
    found: defaultdict[int, dict[int, Owned]] = defaultdict(dict)
    for number, one, spans_ms in rows.values_list("media", "series", "spans_ms"):
        found[number][one] = owned_from(spans_ms)
    return found


def _places(media: Collection[int], case: Case | None, exhibit: int | None) -> Mapping[int, list[Place]]:
    found: defaultdict[int, list[Place]] = defaultdict(list)
    if case is None:
        return found
    rows = Sighting.objects.filter(media__in=media, exhibit__case=case, withdrawn_at=None)
    if exhibit is not None:
        rows = rows.filter(exhibit=exhibit)
    fields = ("media", "exhibit__label", "address", "recorded_at", "file_changed_at")
    for number, *values in rows.order_by("exhibit__label", "address").values_list(*fields):
        found[number].append(Place(*values))
    return found


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), BATCH):
        yield numbers[start : start + BATCH]
