"""What an answer tells of a series, of a list, and of those who hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from cairn.types import SeriesStatus


@dataclass(frozen=True, slots=True)
class Contact:
    """An authority, and how to reach it.

    Attributes:
        authority: Its code.
        name: Its full name.
        country: ISO 3166-1 alpha-2.
        contact: Whom to ask, and how.
        hours: When somebody answers, in words; empty where that is not recorded.
        channel: Over which channel, in words; empty as above.
    """

    authority: str
    name: str
    country: str
    contact: str
    hours: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Worker:
    """An authority that works on a series now, and since when it does without a break."""

    who: Contact
    since: datetime


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """What the asker may know of a series: its state, its holder, and whom to ask.

    Attributes:
        id: A number within this answer alone: the records' own would tell of series in between.
        name: As its owner names it.
        status: How far the work has come.
        status_since: The day of its last change.
        owner: The authority that owns it.
        lead: The authority that leads the work; often the owner.
        workers: Who works on it now, longest first, as far as the asker may know.
        handling_code: What a receiver may do with what this answer says of it.
        handling_words: The restrictions of code H3.
        tlp: How far that may be passed on.
        media: How many media are in it.
        offender_identified: True where an offender in it is identified, as far as the asker may know.
    """

    id: int
    name: str
    status: SeriesStatus
    status_since: date
    owner: Contact
    lead: Contact
    workers: tuple[Worker, ...]
    handling_code: str
    handling_words: str
    tlp: str
    media: int
    offender_identified: bool = False


@dataclass(frozen=True, slots=True)
class Holder:
    """An authority that has recorded a content: how often, and since when."""

    authority: str
    country: str
    contact: str
    sightings: int
    first_recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ListFacts:
    """A hash list that was met: whose it is, whom to ask, and what may be done with it.

    Attributes:
        id: A number within this answer alone.
        name: As its owner names it.
        is_irrelevant: True where an entry means "of no interest".
        owner: The authority that has imported it.
        source: Who made it, where that is said.
        version: As its source calls it.
        imported_on: When this version came.
        handling_code: What a receiver may do with what it tells.
        handling_words: The restrictions of code H3.
        tlp: How far that may be passed on.
    """

    id: int
    name: str
    is_irrelevant: bool
    owner: Contact
    source: str
    version: str
    imported_on: date
    handling_code: str
    handling_words: str
    tlp: str
