"""What a report says, whoever sent it in whatever format: items, where and when seen, and how bad it is.

The typed fields are what routing and priority need. ``facts`` holds everything that the report says, under
its own names, so that nothing is lost to what a later version of a format adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from cairn.intake.moments import Moment

Facts: TypeAlias = "tuple[tuple[str, str], ...]"
"""Paths and texts in the report's own words and order: ``internetDetails/webPageIncident/url``."""


class Classification(StrEnum):
    """The four classes that industry and hotlines exchange; what each means is their own document."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"


class Marker(StrEnum):
    """What a report or an item is marked with by its sender."""

    SEXTORTION = "sextortion"
    SOLICITATION = "solicitation"
    MINOR_TO_MINOR = "minor-to-minor"
    SPAM = "spam"
    DRAWN = "drawn"
    MEME = "meme"
    VIRAL = "viral"
    SELF_PRODUCED = "self-produced"
    PHYSICAL_HARM = "physical-harm"
    VIOLENCE = "violence"
    BESTIALITY = "bestiality"
    LIVE_STREAMING = "live-streaming"
    INFANT = "infant"
    GENERATIVE_AI = "generative-ai"
    ONGOING_ABUSE = "ongoing-abuse"


class PlaceKind(StrEnum):
    """Where something was seen."""

    WEB = "web"
    EMAIL = "email"
    NEWSGROUP = "newsgroup"
    CHAT = "chat"
    GAMING = "gaming"
    PHONE = "phone"
    PEER_TO_PEER = "peer-to-peer"
    OFFLINE = "offline"
    OTHER = "other"


class Role(StrEnum):
    """What a person or office has to do with a report."""

    REPORTER = "reporter"
    LAW_ENFORCEMENT = "law-enforcement"
    REPORTED = "reported"
    RECIPIENT = "recipient"
    VICTIM = "victim"


@dataclass(frozen=True, slots=True)
class Seen:
    """Where and when something was seen.

    Attributes:
        kind: What kind of place.
        at: When, or since when.
        until: When last.
        address: A web address, a group, a channel.
        ip: The network address that was noted.
        port: Of the network address.
        account: The account's name there.
        country: Two letters.
        note: In the sender's words.
        facts: All that the report says of it.
    """

    kind: PlaceKind
    at: Moment | None = None
    until: Moment | None = None
    address: str | None = None
    ip: str | None = None
    port: int | None = None
    account: str | None = None
    country: str | None = None
    note: str | None = None
    facts: Facts = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the report names; what it says of them stays in ``facts``."""

    role: Role
    facts: Facts


@dataclass(frozen=True, slots=True)
class Item:
    """A file, or the hashes of one, that a report is about.

    Attributes:
        md5: And the other hashes: as the sender computed them.
        file: The name of the file beside the report, where it was sent along.
        reference: The sender's name for it.
        name: What the file was called.
        was_viewed: Whether a person at the sender looked at it.
        is_public: Whether everybody could see it where it was.
        markers: What the sender marks it with.
        seen: Where and when.
        facts: All that the report says of it.
    """

    md5: bytes | None = None
    sha1: bytes | None = None
    sha256: bytes | None = None
    pdq: bytes | None = None
    photodna: bytes | None = None
    file: str | None = None
    reference: str | None = None
    name: str | None = None
    media_type: str | None = None
    size_bytes: int | None = None
    classification: Classification | None = None
    was_viewed: bool | None = None
    is_public: bool | None = None
    markers: tuple[Marker, ...] = ()
    seen: tuple[Seen, ...] = ()
    note: str | None = None
    facts: Facts = ()

    @property
    def has_hash(self) -> bool:
        """Whether it can be looked up."""
        return any((self.md5, self.sha1, self.sha256, self.pdq, self.photodna))


@dataclass(frozen=True, slots=True)
class Report:
    """A report of a hotline or a company.

    Attributes:
        reference: The sender's name for it.
        kind: What it is about, in the sender's words.
        reporter: Who sends it.
        reported_at: When it was sent.
        happened_at: When what it reports happened.
        country: Two letters: where the sender believes it belongs.
        is_urgent: Whether the sender asks for high priority.
        urgency: Why.
        classification: Of the report as a whole.
        markers: What the sender marks it with.
        seen: Where and when, for the report as a whole.
        people: Whom it names.
        items: What it is about.
        note: In the sender's words.
        facts: All that it says.
        doubts: What is odd about it, in sentences; it is read all the same.
    """

    reference: str | None = None
    kind: str | None = None
    reporter: str | None = None
    reported_at: Moment | None = None
    happened_at: Moment | None = None
    country: str | None = None
    is_urgent: bool = False
    urgency: str | None = None
    classification: Classification | None = None
    markers: tuple[Marker, ...] = ()
    seen: tuple[Seen, ...] = ()
    people: tuple[Person, ...] = ()
    items: tuple[Item, ...] = ()
    note: str | None = None
    facts: Facts = ()
    doubts: tuple[str, ...] = ()
