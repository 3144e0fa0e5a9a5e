"""A series' page: all that one asker may know of a series, as values; the look is audited."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import starmap
from typing import TYPE_CHECKING

from cairn.records import audit
from cairn.records.access import Act, may, require, visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.links import Link
from cairn.records.lock import under_lock
from cairn.records.looking import look
from cairn.records.people import Offender, Victim
from cairn.records.series import Marker, Priority, SeriesAlias, SeriesMarker, SeriesMedia, SeriesNote
from cairn.records.status import StatusChange
from cairn.services.cases import require_occasion
from cairn.services.people.pages import PersonRow, people_in
from cairn.services.series.claims import ClaimRow, standing_claims
from cairn.services.series.family import visible_family
from cairn.services.series.regrouping_undo import RegroupingRow, regroupings_of
from cairn.services.series.sightings import Seen, sightings_of
from cairn.services.status.history import StatusEvent, history_of
from cairn.services.status.subjects import identification_day
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from cairn.records.authorities import Authority
    from cairn.records.series import Series
    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class Contact:
    """An authority, and whom to ask."""

    authority: str
    name: str
    country: str
    contact: str


@dataclass(frozen=True, slots=True)
class AliasRow:
    """What an authority calls the series."""

    authority: str
    name: str


@dataclass(frozen=True, slots=True)
class MarkerRow:
    """A marker, and who has set it when."""

    marker: str
    authority: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note of an authority; the person is told to their own authority alone."""

    authority: str
    person: str | None
    written_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class SeriesPage:
    """All that one asker may know of a series.

    Attributes:
        name: As its owner calls it.
        owner: Whose it is.
        lead: Who leads the work.
        status: The status that holds.
        status_since: Since when.
        identified_on: The day of the identification, where there was one.
        priority: How urgent.
        handling: Who may learn of it.
        named: The codes of those who are named; told to the owner alone, and empty for others.
        handling_code: What a receiver may do with it.
        handling_words: The restrictions of code H3.
        tlp: How far it may be passed on.
        opened_at: When it was opened.
        media: How many media are in it.
        links: How many suggested links of its media the asker may see.
        seen: Where and when its media were seen.
        seen_since: The same since the identification; ``None`` where there was none.
        aliases: What authorities call it.
        markers: What is known of how the material came about.
        history: Every change of the status, refused and waiting ones too.
        claims: Who works on it now.
        victims: Who is in it.
        offenders: As above.
        notes: What authorities had to say.
        regroupings: Its merges and splits.
    """

    name: str
    owner: Contact
    lead: Contact
    status: SeriesStatus
    status_since: date
    identified_on: date | None
    priority: str
    handling: Handling
    named: tuple[str, ...]
    handling_code: str
    handling_words: str
    tlp: str
    opened_at: datetime
    media: int
    links: int
    seen: Seen
    seen_since: Seen | None
    aliases: tuple[AliasRow, ...]
    markers: tuple[MarkerRow, ...]
    history: tuple[StatusEvent, ...]
    claims: tuple[ClaimRow, ...]
    victims: tuple[PersonRow, ...]
    offenders: tuple[PersonRow, ...]
    notes: tuple[NoteRow, ...]
    regroupings: tuple[RegroupingRow, ...]

    @property
    def proposals(self) -> tuple[StatusEvent, ...]:
        """The changes of the status that wait for a second person."""
        return tuple(event for event in self.history if event.state == "proposed")


@under_lock
def series_page(series: Series, *, actor: Actor, case: str = "", purpose: str = "") -> SeriesPage:
    """Answer the page of a series, and write down who has looked at it in which case.

    Raises:
        AccessError: The actor may not.
        InputError: The actor has no such case, or the purpose cannot be recorded (``case.missing``,
            ``case.invalid``).
    """
    with database_errors_in_words(), look():
        require(actor, Act.SERIES_READ, series)
        require_occasion(case, purpose, actor=actor)
        page = _page(series, visible_family(series, actor=actor), actor)
        audit.append(
            audit.AuditTag.SERIES_SHOWN,
            actor=actor,
            case_reference=case,
            purpose=purpose,
            record_ids=[series.pk],
            counts={"sightings": page.seen.sightings},
        )
    return page


def _page(series: Series, ids: Collection[int], actor: Actor) -> SeriesPage:
    """Answer the page; ``ids`` is the series and what was merged into it, as far as the actor sees them."""
    identified_on = identification_day(series)
    seen, since = sightings_of(ids, identified_on=identified_on, actor=actor)
    sees_people = may(actor, Act.PERSON_READ).allowed
    tells_named = series.owner_id == actor.authority.pk and series.handling == Handling.NAMED
    return SeriesPage(
        name=series.name,
        owner=_contact(series.owner),
        lead=_contact(series.lead),
        status=SeriesStatus(series.status),
        status_since=series.status_since,
        identified_on=identified_on,
        priority=str(Priority(series.priority).label),
        handling=Handling(series.handling),
        named=tuple(series.named.order_by("code").values_list("code", flat=True)) if tells_named else (),
        handling_code=series.handling_code,
        handling_words=series.handling_words,
        tlp=series.tlp,
        opened_at=series.created_at,
        media=SeriesMedia.objects.filter(series__in=ids).values("media").distinct().count(),
        links=_links(ids, actor),
        seen=seen,
        seen_since=since,
        aliases=_aliases(ids),
        markers=_markers(ids),
        history=history_of(StatusChange.objects.filter(series__in=ids), actor=actor),
        claims=standing_claims(ids, actor=actor),
        victims=people_in(ids, Victim, actor=actor) if sees_people else (),
        offenders=people_in(ids, Offender, actor=actor) if sees_people else (),
        notes=_notes(ids, actor),
        regroupings=regroupings_of(ids, actor=actor),
    )


def _contact(authority: Authority) -> Contact:
    return Contact(authority.code, authority.name, authority.country, authority.contact)


def _links(ids: Collection[int], actor: Actor) -> int:
    """Count the links of the media, asking the door only for those that there are: mostly there are none."""
    members = SeriesMedia.objects.filter(series__in=ids).values("media")
    beginning, ending = (Link.objects.filter(**{f"{end}__in": members}) for end in ("first", "second"))
    numbers = beginning.order_by().values("pk").union(ending.order_by().values("pk"))
    return visible_to(actor, Link).filter(pk__in=numbers).count() if numbers[:1] else 0


def _aliases(ids: Collection[int]) -> tuple[AliasRow, ...]:
    rows = SeriesAlias.objects.filter(series__in=ids).order_by("authority__code", "name")
    return tuple(starmap(AliasRow, rows.values_list("authority__code", "name")))


def _markers(ids: Collection[int]) -> tuple[MarkerRow, ...]:
    rows = SeriesMarker.objects.filter(series__in=ids).order_by("marker", "set_at", "pk")
    return tuple(
        MarkerRow(str(Marker(marker).label), authority, set_at)
        for marker, authority, set_at in rows.values_list("marker", "authority__code", "set_at")
    )


def _notes(ids: Collection[int], actor: Actor) -> tuple[NoteRow, ...]:
    rows = SeriesNote.objects.filter(series__in=ids).order_by("written_at", "pk")
    found = rows.values_list("authority__code", "user__login", "written_at", "text")
    return tuple(
        NoteRow(authority, person if authority == actor.authority.code else None, written_at, text)
        for authority, person, written_at, text in found
    )
