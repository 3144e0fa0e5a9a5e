"""Withdrawing a series, a person, a category or a hash list: hidden at once, until it is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, find, require
from cairn.records.categories import Categorisation
from cairn.records.connection import database_errors_in_words
from cairn.records.lists import HashList
from cairn.records.lock import under_lock
from cairn.records.people import Offender, Victim
from cairn.records.series import Series
from cairn.sentences import Sentence
from cairn.services.alerting import handling_changed, withdrawn
from cairn.services.keeping.reasons import require_reason
from cairn.services.keeping.telling import tell_of_list, tell_of_person, tell_of_words, withdrawal_key
from cairn.services.keeping.tombstones import require_not_deleting

if TYPE_CHECKING:
    from datetime import datetime

    from cairn.records.users import Actor

Withdrawable = Series | Victim | Offender | Categorisation | HashList
W = TypeVar("W", Series, Victim, Offender, Categorisation, HashList)


@dataclass(frozen=True, slots=True)
class Tags:
    """How the two acts are named in the log."""

    withdrawn: audit.AuditTag
    restored: audit.AuditTag


_TAGS: dict[type[Withdrawable], Tags] = {
    Series: Tags(audit.AuditTag.SERIES_WITHDRAWN, audit.AuditTag.SERIES_RESTORED),
    Victim: Tags(audit.AuditTag.VICTIM_WITHDRAWN, audit.AuditTag.VICTIM_RESTORED),
    Offender: Tags(audit.AuditTag.OFFENDER_WITHDRAWN, audit.AuditTag.OFFENDER_RESTORED),
    HashList: Tags(audit.AuditTag.LIST_WITHDRAWN, audit.AuditTag.LIST_RESTORED),
    Categorisation: Tags(audit.AuditTag.CATEGORY_WITHDRAWN, audit.AuditTag.CATEGORY_RESTORED),
}


@under_lock
def withdraw(record: W, *, reason: str, actor: Actor) -> W:
    """Hide a record from everybody but its owner, and tell those who had received it.

    Raises:
        AccessError: The actor is not of the owner (``access.missing``).
        InputError: It is withdrawn already, or there is no reason (``record.withdrawn``, ``keeping.reason``).
    """
    require_reason(reason)
    with database_errors_in_words(), transaction.atomic():
        held = _locked(record, actor)
        if held.withdrawn_at is not None:
            raise InputError(Sentence("It is withdrawn already."), code="record.withdrawn")
        now = timezone.now()
        _tell(held, now)
        held.withdrawn_at = now
        held.save(update_fields=["withdrawn_at"])
        audit.append(_TAGS[type(held)].withdrawn, actor=actor, purpose=reason, record_ids=[held.pk])
    return held


@under_lock
def take_back(record: W, *, reason: str, actor: Actor) -> W:
    """Let a withdrawn record be seen again by those who may.

    Raises:
        AccessError: The actor is not of the owner (``access.missing``).
        InputError: It is not withdrawn or is being deleted, or there is no reason (``record.stands``,
            ``record.deleting``, ``keeping.reason``).
    """
    require_reason(reason)
    with database_errors_in_words(), transaction.atomic():
        held = _locked(record, actor)
        if held.withdrawn_at is None:
            raise InputError(Sentence("It is not withdrawn."), code="record.stands")
        require_not_deleting(held)
        held.withdrawn_at = None
        held.save(update_fields=["withdrawn_at"])
        if isinstance(held, Series):
            handling_changed(held)
        audit.append(_TAGS[type(held)].restored, actor=actor, purpose=reason, record_ids=[held.pk])
    return held


def _locked(record: W, actor: Actor) -> W:
    """Answer the record as it is now, held until the transaction ends, where the actor may withdraw it."""
    found = find(actor, type(record), pk=record.pk)
    require(actor, Act.RECORD_WITHDRAW, found)
    rows = type(record)._default_manager.select_for_update()  # noqa: SLF001 - Django's own name for it
    return rows.get(pk=record.pk)


def _tell(held: Withdrawable, at: datetime) -> None:
    match held:
        case Series():
            withdrawn(held, at=at)
        case Categorisation():
            rows = Categorisation.objects.filter(pk=held.pk)
            key = withdrawal_key("categorisation", held.pk, at)
            tell_of_words(rows, owner=held.authority, once=key)
        case HashList():
            tell_of_list(held, once=withdrawal_key("hashlist", held.pk, at))
        case _:
            tell_of_person(held, once=withdrawal_key(type(held).__name__.lower(), held.pk, at))
