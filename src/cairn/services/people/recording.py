"""Victims and offenders: recorded without a name, put into series, and found by their national reference."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require, visible_to
from cairn.records.audit import AuditTag
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.people import AgeBand, Offender, Sex, Support, Victim
from cairn.sentences import Sentence
from cairn.services.alerting import people_changed
from cairn.services.status.changing import locked, require_standing
from cairn.services.status.rules import require_day
from cairn.services.typed_text import is_recordable, require_country

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from cairn.records.series import Series
    from cairn.records.users import Actor

P = TypeVar("P", bound=Victim | Offender)

_REFERENCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9./_-]{0,98}[A-Za-z0-9])?")
_WORD = re.compile(r"[A-Za-z]{5}")


@dataclass(frozen=True, slots=True)
class Tags:
    """How the audit names what is done to one kind of person."""

    recorded: AuditTag
    changed: AuditTag
    listed: AuditTag
    shown: AuditTag


TAGS: Mapping[type, Tags] = {
    Victim: Tags(
        AuditTag.VICTIM_RECORDED, AuditTag.VICTIM_CHANGED, AuditTag.VICTIM_LISTED, AuditTag.VICTIM_SHOWN
    ),
    Offender: Tags(
        AuditTag.OFFENDER_RECORDED,
        AuditTag.OFFENDER_CHANGED,
        AuditTag.OFFENDER_LISTED,
        AuditTag.OFFENDER_SHOWN,
    ),
}


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is said of a person; ``None`` leaves it as it is, or unknown.

    Attributes:
        country: Where the person lives, ISO 3166-1 alpha-2.
        sex: As the authority records it.
        age_band: At the time of the material.
    """

    country: str | None = None
    sex: Sex | None = None
    age_band: AgeBand | None = None


@under_lock
def record_person(kind: type[P], reference: str, facts: PersonFacts, *, actor: Actor) -> P:
    """Record a victim or an offender, whose status is *unidentified* until people say more.

    Raises:
        AccessError: The actor may not.
        InputError: The reference could be a name or is taken, or the country does not hold
            (``person.reference``, ``person.exists``, ``person.invalid``).
    """
    _require_reference(reference)
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.PERSON_CHANGE)
        if kind._default_manager.filter(owner=actor.authority, national_reference=reference).exists():  # noqa: SLF001 - Django's own name
            raise InputError(
                Sentence(
                    "%(code)s has recorded '%(reference)s' already.",
                    code=actor.authority.code,
                    reference=reference,
                ),
                code="person.exists",
            )
        person = kind(owner=actor.authority, national_reference=reference, country=actor.authority.country)
        _say(person, facts)
        person.save()
        audit.append(TAGS[kind].recorded, actor=actor, record_ids=[person.pk])
    return person


@under_lock
def find_person(kind: type[P], reference: str, *, actor: Actor) -> P:
    """Answer the person of that reference: the actor's own, or another's by ``OWNER/REFERENCE``.

    Raises:
        InputError: There is none that the actor may see (``person.missing``).
    """
    rows = visible_to(actor, kind).select_related("owner")
    owner, _, rest = reference.partition("/")
    wanted = ({"owner": actor.authority, "national_reference": reference},) + (
        ({"owner__code": owner, "national_reference": rest},) if rest else ()
    )
    if is_recordable(reference):
        for values in wanted:
            found = rows.filter(**values).first()
            if found is not None:
                return found
    raise InputError(
        Sentence(
            "%(code)s has recorded no %(lower)s '%(reference)s', and sees none.",
            code=actor.authority.code,
            lower=kind.__name__.lower(),
            reference=reference,
        ),
        code="person.missing",
    )


@under_lock
def change_person(person: P, facts: PersonFacts, *, actor: Actor) -> P:
    """Say something else of a person; only the owner can.

    Raises:
        AccessError: The actor may not.
        InputError: The country does not hold (``person.invalid``).
    """
    with database_errors_in_words(), transaction.atomic():
        held = _own(person, actor)
        _say(held, facts)
        held.save(update_fields=["country", "sex", "age_band"])
        audit.append(TAGS[type(person)].changed, actor=actor, record_ids=[person.pk])
    return held


@under_lock
def attach(person: Victim | Offender, series: Series, *, actor: Actor) -> None:
    """Say that the person is in the series; those who see the series see the person from then on.

    Who owns or leads the series is told.

    Raises:
        AccessError: The actor does not own the person, or does not see the series.
        InputError: The series was merged into another (``series.merged``).
    """
    with database_errors_in_words(), transaction.atomic():
        held = _own(person, actor)
        there = locked(series)
        require(actor, Act.SERIES_READ, there)
        require_standing(there)
        if not held.series.filter(pk=there.pk).exists():
            held.series.add(there)
            people_changed(held, [there], joined=True)
        audit.append(TAGS[type(person)].changed, actor=actor, record_ids=[person.pk])
        audit.append(AuditTag.SERIES_PEOPLE, actor=actor, record_ids=[series.pk])


@under_lock
def detach(person: Victim | Offender, series: Series, *, actor: Actor) -> None:
    """Say that the person is not in the series after all.

    Raises:
        AccessError: The actor does not own the person.
        InputError: The person is not in it (``person.series``).
    """
    with database_errors_in_words(), transaction.atomic():
        held = _own(person, actor)
        found = [each for each in held.series.select_related("owner", "lead") if _leads_to(each, series)]
        if not found:
            raise InputError(Sentence("The person is not in this series."), code="person.series")
        held.series.remove(*found)
        people_changed(held, found, joined=False)
        audit.append(TAGS[type(person)].changed, actor=actor, record_ids=[person.pk])
        audit.append(AuditTag.SERIES_PEOPLE, actor=actor, record_ids=[each.pk for each in found])


@under_lock
def say_support(victim: Victim, support: Support, *, on: date | None = None, actor: Actor) -> None:
    """Say whether support was given to a victim, and since when.

    Raises:
        AccessError: The actor does not own the record.
        InputError: The day does not hold, or there is one although none was given (``status.day``,
            ``person.invalid``).
    """
    if on is not None:
        require_day(on, now=timezone.now())
        if support is not Support.GIVEN:
            raise InputError(Sentence("A day is said of support that was given."), code="person.invalid")
    with database_errors_in_words(), transaction.atomic():
        held = _own(victim, actor)
        held.support, held.support_on = support, on
        held.save(update_fields=["support", "support_on"])
        audit.append(AuditTag.VICTIM_CHANGED, actor=actor, record_ids=[victim.pk])


def _own(person: P, actor: Actor) -> P:
    held = locked(person)
    require(actor, Act.PERSON_CHANGE, held)
    require_standing(held)
    return held


def _leads_to(row: Series | None, series: Series) -> bool:
    while row is not None and row.pk != series.pk:
        row = row.merged_into
    return row is not None


def _say(person: Victim | Offender, facts: PersonFacts) -> None:
    if facts.country is not None:
        require_country(facts.country, code="person.invalid")
        person.country = facts.country
    person.sex = facts.sex or person.sex
    person.age_band = facts.age_band or person.age_band


def _require_reference(reference: str) -> None:
    """Make sure that a reference is a number of a register, and that no name fits into it."""
    has_digit = any(letter.isdigit() for letter in reference)
    if not (_REFERENCE.fullmatch(reference) and has_digit) or _WORD.search(reference):
        raise InputError(
            Sentence(
                "'%(reference)s' cannot be a national reference: it has 1 to 100 letters, digits and "
                "./_- with at least one digit, and no more than four letters in a row, so that no "
                "name stands in it.",
                reference=reference,
            ),
            code="person.reference",
        )
