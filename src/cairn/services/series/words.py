"""What authorities say of a series: their own names for it, markers, notes; and how urgent it is.

Whoever sees a series may say something of it, and takes back only what is their own. A note is added, never
changed. How urgent the work is, its owner or its lead says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.series import (
    NAME_LENGTH,
    NOTE_LENGTH,
    Marker,
    Priority,
    Series,
    SeriesAlias,
    SeriesMarker,
    SeriesNote,
)
from cairn.sentences import Sentence
from cairn.services.series.family import family
from cairn.services.status.changing import locked, require_hands, require_standing
from cairn.services.status.subjects import proposers
from cairn.services.typed_text import require_text

if TYPE_CHECKING:
    from cairn.records.users import Actor


@under_lock
def add_alias(series: Series, name: str, *, actor: Actor) -> None:
    """Let the actor's authority call the series so too.

    Raises:
        AccessError: The actor may not.
        InputError: The name cannot be recorded, or the authority calls a series so already
            (``series.invalid``, ``series.exists``).
    """
    require_text(name, what="The name of a series", longest=NAME_LENGTH, code="series.invalid")
    with database_errors_in_words(), transaction.atomic():
        held = locked(series)
        require(actor, Act.SERIES_NOTE, held)
        require_standing(held)
        own = Series.objects.filter(owner=actor.authority, name=name)
        if own.exists() or SeriesAlias.objects.filter(authority=actor.authority, name=name).exists():
            raise InputError(
                Sentence("%(code)s calls a series '%(name)s' already.", code=actor.authority.code, name=name),
                code="series.exists",
            )
        SeriesAlias.objects.create(series=series, authority=actor.authority, name=name)
        audit.append(audit.AuditTag.SERIES_ALIASED, actor=actor, record_ids=[series.pk])


@under_lock
def drop_alias(series: Series, name: str, *, actor: Actor) -> None:
    """Let the actor's authority call the series no longer so.

    Raises:
        AccessError: The actor may not.
        InputError: It does not call it so (``series.alias``).
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.SERIES_NOTE, series)
        rows = SeriesAlias.objects.filter(series__in=family(series), authority=actor.authority, name=name)
        if not rows.delete()[0]:
            raise InputError(
                Sentence(
                    "'%(name)s' is no name that %(code)s gave to this series.",
                    name=name,
                    code=actor.authority.code,
                ),
                code="series.alias",
            )
        audit.append(audit.AuditTag.SERIES_ALIASED, actor=actor, record_ids=[series.pk])


@under_lock
def set_marker(series: Series, marker: Marker, *, actor: Actor) -> None:
    """Mark the series in the name of the actor's authority; a second time changes nothing.

    Raises:
        AccessError: The actor may not.
    """
    with database_errors_in_words(), transaction.atomic():
        held = locked(series)
        require(actor, Act.SERIES_NOTE, held)
        require_standing(held)
        SeriesMarker.objects.get_or_create(series=series, marker=marker, authority=actor.authority)
        audit.append(audit.AuditTag.SERIES_MARKED, actor=actor, record_ids=[series.pk])


@under_lock
def clear_marker(series: Series, marker: Marker, *, actor: Actor) -> None:
    """Take the marker back that the actor's authority has set; those of others stay.

    Raises:
        AccessError: The actor may not.
        InputError: The authority has not set it (``series.marker``).
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.SERIES_NOTE, series)
        rows = SeriesMarker.objects.filter(
            series__in=family(series), marker=marker, authority=actor.authority
        )
        if not rows.delete()[0]:
            raise InputError(
                Sentence(
                    "%(code)s has not marked this series '%(label)s'.",
                    code=actor.authority.code,
                    label=marker.label,
                ),
                code="series.marker",
            )
        audit.append(audit.AuditTag.SERIES_MARKED, actor=actor, record_ids=[series.pk])


@under_lock
def add_note(series: Series, text: str, *, actor: Actor) -> SeriesNote:
    """Add a note in the name of the actor's authority; everybody who sees the series reads it.

    Raises:
        AccessError: The actor may not.
        InputError: The text cannot be recorded (``series.note``).
    """
    lines = text.replace("\r\n", "\n")
    words = lines.translate({ord("\n"): " ", ord("\t"): " "})
    require_text(words, what="A note", longest=NOTE_LENGTH, code="series.note")
    with database_errors_in_words(), transaction.atomic():
        held = locked(series)
        require(actor, Act.SERIES_NOTE, held)
        require_standing(held)
        note = SeriesNote.objects.create(
            series=series, authority=actor.authority, user=actor.user, text=lines.strip()
        )
        audit.append(audit.AuditTag.SERIES_NOTED, actor=actor, record_ids=[series.pk])
    return note


@under_lock
def set_priority(series: Series, priority: Priority, *, actor: Actor) -> None:
    """Say how urgent the work on the series is; its owner or its lead does.

    Raises:
        AccessError: The actor may not.
    """
    with database_errors_in_words(), transaction.atomic():
        held = locked(series)
        require_hands(actor, Act.SERIES_CHANGE, held, proposers(held))
        require_standing(held)
        held.priority = priority
        held.save(update_fields=["priority"])
        audit.append(audit.AuditTag.SERIES_PRIORITY, actor=actor, record_ids=[series.pk])
