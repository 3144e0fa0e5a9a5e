"""The shapes that several answers share; each is read from the services' own values."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpResponse
from ninja import Schema
from pydantic import ConfigDict, StringConstraints

from cairn.linking import PdqNear, PhotoDnaNear
from cairn.services.answering.facts import Holder
from cairn.services.answering.matches import Listed
from cairn.types import SeriesStatus

JSON = "application/json; charset=utf-8"


class Shape(Schema):
    """A shape of the API; in a call, a member that is not described is refused."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    def written(self) -> HttpResponse:
        """Answer it as it goes over the line, for what was made here from values that need no more checking.

        Ninja would look at each member of a returned shape twice, which took a third of what a batch costs
        beside the index.
        """
        return HttpResponse(self.model_dump_json(), content_type=JSON)


Reference = Annotated[str, StringConstraints(max_length=200)]
"""A reference of the caller's own, such as that of a case."""


class ContactOut(Shape):
    """An authority, and how to reach it."""

    authority: str
    name: str
    country: str
    contact: str
    hours: str
    channel: str


class WorkerOut(Shape):
    """An authority that works on a series now."""

    who: ContactOut
    since: datetime


class SeriesFactsOut(Shape):
    """What may be known of a series; ``id`` is a number within this answer alone."""

    id: int
    name: str
    status: SeriesStatus
    status_since: date
    owner: ContactOut
    lead: ContactOut
    workers: list[WorkerOut]
    handling_code: str
    handling_words: str
    tlp: str
    media: int


class SeriesMetOut(Shape):
    """A series that was met: how many exactly, how many more by near copies."""

    facts: SeriesFactsOut
    exact: int
    similar: int


class ListFactsOut(Shape):
    """A hash list that was met: whose it is, whom to ask; ``id`` is a number within this answer alone."""

    id: int
    name: str
    is_irrelevant: bool
    owner: ContactOut
    source: str
    version: str
    imported_on: date
    handling_code: str
    handling_words: str
    tlp: str


class ListMetOut(Shape):
    """A list that was met, and how many of the hashes or files meet it."""

    facts: ListFactsOut
    files: int


class ListedOut(Shape):
    """What one list, by its ``id`` in this answer, says of a content; empty where it says nothing."""

    list: int
    distance_bits: int | None
    photodna_distance: int | None
    category: str
    series: str
    reference: str
    source: str
    victim_identified: bool

    @classmethod
    def of(cls, row: Listed) -> ListedOut:
        """Answer it as it is written."""
        why = row.evidence
        return cls.model_construct(
            list=row.list,
            distance_bits=why.distance_bits if isinstance(why, PdqNear) else None,
            photodna_distance=why.sum_of_squares if isinstance(why, PhotoDnaNear) else None,
            category=row.category,
            series=row.series,
            reference=row.reference,
            source=row.source,
            victim_identified=row.victim_identified,
        )


class SpanOut(Shape):
    """A stretch of a recorded media, in seconds."""

    from_s: float
    to_s: float


class SpanOwnedOut(SpanOut):
    """A stretch of a recorded media that is a series', by its ``id`` in this answer."""

    series: int


class HolderOut(Shape):
    """An authority that has recorded a content."""

    authority: str
    country: str
    contact: str
    sightings: int
    first_recorded_at: datetime

    @classmethod
    def of(cls, row: Holder) -> HolderOut:
        """Answer it as it is written."""
        return cls.model_construct(
            authority=row.authority,
            country=row.country,
            contact=row.contact,
            sightings=row.sightings,
            first_recorded_at=row.first_recorded_at,
        )


class Problem(Schema):
    """A refusal (RFC 9457); ``code`` is for programs, ``title`` a sentence for people."""

    type: str
    title: str
    status: int
    code: str
