"""Recording a victim or an offender together with the series in which they were found, as one act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from cairn.records.access import visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.services.people.recording import attach, change_person, record_person

if TYPE_CHECKING:
    from cairn.records.people import Offender, Victim
    from cairn.records.series import Series
    from cairn.records.users import Actor
    from cairn.services.people.recording import PersonFacts


@under_lock
def record_in_series(
    kind: type[Victim | Offender], reference: str, facts: PersonFacts, *, series: Series, actor: Actor
) -> bool:
    """Say that a person of the actor's authority is in the series, and record them where they are new.

    Returns:
        Whether they are new.

    Raises:
        AccessError: The actor may not.
        InputError: As ``record_person`` and ``attach`` say.
    """
    with database_errors_in_words(), transaction.atomic():
        own = visible_to(actor, kind).filter(owner=actor.authority, national_reference=reference)
        known = own.first() if "\0" not in reference else None
        if known is None:
            person = record_person(kind, reference, facts, actor=actor)
        else:
            person = change_person(known, facts, actor=actor)
        attach(person, series, actor=actor)
    return known is None
