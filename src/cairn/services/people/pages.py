"""Victims and offenders as they are listed and shown; each look is audited."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.errors import AccessError
from cairn.records import audit
from cairn.records.access import Act, find, require, visible_series, visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.looking import look
from cairn.records.people import Offender, Support, Victim
from cairn.records.status import StatusChange
from cairn.services.cases import require_occasion
from cairn.services.people.recording import TAGS
from cairn.services.series.looking import audit_look, series_shown_with
from cairn.services.status.history import StatusEvent, history_of
from cairn.services.status.subjects import kind_of, status_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from cairn.records.users import Actor

MOST_LISTED = 1000
"""People that one look lists: more are narrowed down, not read."""

PAGE = 50
"""People on a page: two screens."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A victim or an offender as listed.

    Attributes:
        owner: The code of the authority that has recorded them.
        reference: Their national reference with that authority.
        country: Where they live.
        sex: As recorded.
        age_band: At the time of the material.
        status: The status that holds.
        proposed: The status that waits for a second person; ``None`` where none does.
        days: The day of each step that was reached, such as ``identified_on``.
        support: For a victim, whether support was given, and since when; ``None`` for an offender.
        support_on: As above.
        series: The full names of the series they are in, as far as the asker may see them.
    """

    owner: str
    reference: str
    country: str
    sex: str
    age_band: str
    status: str
    proposed: str | None
    days: Mapping[str, date | None]
    support: str | None
    support_on: date | None
    series: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PeopleListing:
    """One page of the list.

    Attributes:
        rows: Newest first.
        after: The full reference, as ``OWNER/REF``, after which the next page begins; ``""`` on the last.
    """

    rows: tuple[PersonRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A victim or an offender as shown: the facts, and every change of their status."""

    person: PersonRow
    history: tuple[StatusEvent, ...]


@under_lock
def list_people(
    kind: type[Victim | Offender], *, actor: Actor, series: Collection[int] | None = None
) -> tuple[PersonRow, ...]:
    """Answer the victims or the offenders that the actor may see, newest first; the look is audited.

    Args:
        kind: Which of the two.
        actor: Who asks.
        series: Only those in one of these series; ``None`` for all.

    Raises:
        AccessError: The actor may not.
    """
    with database_errors_in_words(), look():
        require(actor, Act.PERSON_READ)
        rows = visible_to(actor, kind).select_related("owner").order_by("-pk")
        if series is not None:
            rows = rows.filter(series__in=series).distinct()
        return _listed(kind, list(rows[:MOST_LISTED]), actor)


@under_lock
def find_people_page(
    kind: type[Victim | Offender], *, actor: Actor, after: str = "", most: int = PAGE
) -> PeopleListing:
    """Answer a page of the victims or the offenders that the actor may see; the look at it is audited.

    Args:
        kind: Which of the two.
        actor: Who asks.
        after: The full reference of the last person of the page before; one that is not seen begins anew.
            A person's number in the records would tell how many others have recorded.
        most: People on the page.

    Raises:
        AccessError: The actor may not.
    """
    with database_errors_in_words(), look():
        require(actor, Act.PERSON_READ)
        rows = visible_to(actor, kind).select_related("owner").order_by("-pk")
        with suppress(AccessError):
            rows = rows.filter(pk__lt=_called(kind, after, actor).pk)
        found = list(rows[: most + 1])
        shown = _listed(kind, found[:most], actor)
        last = shown[-1] if len(found) > most else None
        return PeopleListing(shown, "" if last is None else f"{last.owner}/{last.reference}")


def _called(kind: type[Victim | Offender], full_reference: str, actor: Actor) -> Victim | Offender:
    owner, _, reference = full_reference.partition("/")
    return find(actor, kind, owner__code=owner, national_reference=reference)


def _listed(
    kind: type[Victim | Offender], people: list[Victim | Offender], actor: Actor
) -> tuple[PersonRow, ...]:
    """Answer people as rows, and write down that they and their series were looked at."""
    found = person_rows(people, actor=actor)
    looked_at = series_shown_with(people, actor=actor)
    audit.append(TAGS[kind].listed, actor=actor, record_ids=[each.pk for each in people])
    audit_look(looked_at, actor=actor)
    return found


@under_lock
def show_person(person: Victim | Offender, *, actor: Actor, case: str = "") -> PersonPage:
    """Answer everything that is known of a person; the look is audited.

    Raises:
        AccessError: The actor may not.
        InputError: The actor has no such case (``case.missing``).
    """
    with database_errors_in_words(), look():
        require(actor, Act.PERSON_READ, person)
        require_occasion(case, actor=actor)
        (row,) = person_rows([person], actor=actor)
        changes = visible_to(actor, StatusChange).filter(**{kind_of(person).field: person})
        page = PersonPage(row, history_of(changes, actor=actor))
        looked_at = series_shown_with([person], actor=actor)
        audit.append(TAGS[type(person)].shown, actor=actor, case_reference=case, record_ids=[person.pk])
        audit_look(looked_at, actor=actor, case=case)
        return page


@under_lock
def person_rows(people: Iterable[Victim | Offender], *, actor: Actor) -> tuple[PersonRow, ...]:
    """Answer people of one kind as rows, with three questions to the records however many they are."""
    people = list(people)
    names, proposed = _series_names(people, actor), _proposals(people)
    return tuple(
        PersonRow(
            owner=each.owner.code,
            reference=each.national_reference,
            country=each.country,
            sex=each.sex,
            age_band=each.age_band,
            status=status_of(each),
            proposed=proposed.get(each.pk),
            days={field: getattr(each, field) for field in kind_of(each).days},
            support=Support(each.support) if isinstance(each, Victim) else None,
            support_on=each.support_on if isinstance(each, Victim) else None,
            series=tuple(names[each.pk]),
        )
        for each in people
    )


def _series_names(people: list[Victim | Offender], actor: Actor) -> Mapping[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    if not people:
        return found
    kind = kind_of(people[0])
    rows = visible_series(actor).filter(**{f"{kind.field}__in": people}).order_by("owner__code", "name")
    for person, owner, name in rows.values_list(kind.field, "owner__code", "name"):
        found[person].append(f"{owner}/{name}")
    return found


def _proposals(people: list[Victim | Offender]) -> Mapping[int, str]:
    if not people:
        return {}
    field = kind_of(people[0]).field
    rows = StatusChange.objects.filter(**{f"{field}__in": people}, confirmed_at=None, refused_at=None)
    return dict(rows.values_list(field, "to_status"))


@under_lock
def people_in(
    series: Collection[int], kind: type[Victim | Offender], *, actor: Actor
) -> tuple[PersonRow, ...]:
    """Answer the people of one kind in these series, for a page whose look is audited as a whole."""
    lies = kind.series.through.objects.filter(series__in=series)
    found = set(lies.values_list(kind.__name__.lower(), flat=True))
    if not found:  # Mostly nobody is recorded yet, and the question to the door is a long one.
        return ()
    rows = visible_to(actor, kind).filter(pk__in=found).select_related("owner")
    return person_rows(rows.order_by("pk")[:MOST_LISTED], actor=actor)
