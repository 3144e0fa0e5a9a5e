"""``/series``: which series there are, and what one of them is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from ninja import Router
from pydantic import Field, StringConstraints

from cairn.api.bearer import Bearer, Call, asked
from cairn.api.paging import Cursor, cursor_to, text_of
from cairn.api.refusals import REFUSALS
from cairn.api.shapes import Reference, Shape, SpanOut
from cairn.records.keys import Scope
from cairn.records.series import Marker
from cairn.services.series.finding import find_series_page
from cairn.services.series.media import MediaRow, media_of
from cairn.services.series.names import find_series
from cairn.services.series.opening import SeriesFilter
from cairn.services.series.page import series_page
from cairn.services.typed_text import is_recordable, require_country
from cairn.types import Handling, SeriesStatus

router = Router(tags=["series"])
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class SeriesOut(Shape):
    """One series of the list; ``full_name`` leads to it."""

    full_name: str
    name: str
    owner: str
    country: str
    status: SeriesStatus
    status_since: date
    handling: Handling
    priority: str
    media: int


class SeriesListOut(Shape):
    """A page of series, the most urgent first; ``next`` leads to the page after, and is none on the last."""

    series: list[SeriesOut]
    total: int
    next: str | None


class WhoOut(Shape):
    """An authority, and whom to ask."""

    authority: str
    name: str
    country: str
    contact: str


class AliasOut(Shape):
    """What an authority calls the series."""

    authority: str
    name: str


class MarkerOut(Shape):
    """What is known of how the material came about, and who says so."""

    marker: str
    authority: str
    set_at: datetime


class SeriesPageOut(Shape):
    """A series, as far as the key may know it."""

    name: str
    owner: WhoOut
    lead: WhoOut
    status: SeriesStatus
    status_since: date
    identified_on: date | None
    priority: str
    handling: Handling
    handling_code: str
    handling_words: str
    tlp: str
    opened_at: datetime
    media: int
    aliases: list[AliasOut]
    markers: list[MarkerOut]


class MediaOut(Shape):
    """A media of a series; ``spans`` has the stretches that are in it, and is none where all of it is."""

    sha256: str
    media_type: str | None
    size_bytes: int | None
    added_by: str
    added_at: datetime
    spans: list[SpanOut] | None

    @classmethod
    def of(cls, row: MediaRow) -> MediaOut:
        """Answer a media as it is written."""
        spans = None if row.spans is None else [SpanOut(from_s=one, to_s=end) for one, end in row.spans]
        return cls(
            sha256=row.sha256,
            media_type=row.media_type,
            size_bytes=row.size_bytes,
            added_by=row.added_by,
            added_at=row.added_at,
            spans=spans,
        )


class MediaListOut(Shape):
    """A page of the media of a series; ``next`` leads to the page after, and is none on the last."""

    media: list[MediaOut]
    next: str | None


@router.get(
    "/series",
    auth=Bearer(Scope.SERIES_READ),
    response={200: SeriesListOut, **REFUSALS},
    summary="List series",
)
def listed(
    request: Call,
    status: SeriesStatus | None = None,
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] | None = None,
    marker: Marker | None = None,
    words: Words | None = None,
    most: Annotated[int, Field(ge=1, le=500)] = 100,
    cursor: Cursor = None,
) -> SeriesListOut:
    """List the series that the key may learn of, by status, country, marker or a word in the name."""
    actor = asked(request).actor
    if country is not None:
        require_country(country, code="series.country")
    last = text_of(cursor)
    after = None if last is None else find_series(last, actor=actor).pk
    words = words if words is None or is_recordable(words) else None
    found = find_series_page(actor, SeriesFilter(status, country, marker, words), after=after, most=most)
    rows = [
        SeriesOut(
            full_name=f"{row.owner}/{row.name}",
            name=row.name,
            owner=row.owner,
            country=row.country,
            status=row.status,
            status_since=row.status_since,
            handling=row.handling,
            priority=str(row.priority.label),
            media=row.media,
        )
        for row in found.rows
    ]
    following = None if found.after is None else cursor_to(rows[-1].full_name)
    return SeriesListOut(series=rows, total=found.total, next=following)


@router.get(
    "/series/page",
    auth=Bearer(Scope.SERIES_READ),
    response={200: SeriesPageOut, **REFUSALS},
    summary="Read a series",
)
def page(request: Call, name: Reference, case: Reference = "") -> SeriesPageOut:
    """Read a series by its full name, or by what the authority calls it; the look is audited in the case."""
    actor = asked(request).actor
    found = series_page(find_series(name, actor=actor), actor=actor, case=case)
    return SeriesPageOut.from_orm(found)


@router.get(
    "/series/media",
    auth=Bearer(Scope.SERIES_READ),
    response={200: MediaListOut, **REFUSALS},
    summary="List the media of a series",
)
def media(
    request: Call,
    name: Reference,
    case: Reference = "",
    most: Annotated[int, Field(ge=1, le=500)] = 100,
    cursor: Cursor = None,
) -> MediaListOut:
    """List the media of a series by SHA-256, and which stretches of each are in it, for its owner and lead.

    The look is audited in the case.
    """
    actor = asked(request).actor
    series = find_series(name, actor=actor)
    rows = media_of(series, actor=actor, after=text_of(cursor) or "", most=most + 1, case=case)
    listed = [MediaOut.of(row) for row in rows[:most]]
    following = cursor_to(listed[-1].sha256) if len(rows) > most else None
    return MediaListOut(media=listed, next=following)
