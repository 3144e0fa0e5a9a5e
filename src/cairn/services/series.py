"""Series: opened, listed and moved on by people of the authority that owns them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import visible_series
from cairn.records.connection import database_errors_in_words
from cairn.records.series import Series
from cairn.services.directory import find_authority
from cairn.services.typed_text import is_recordable, require_text
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cairn.records.users import Actor

NAME_LENGTH = 200


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """One series as listed: its values, and how many media are in it."""

    name: str
    owner: str
    country: str
    status: SeriesStatus
    status_since: date
    handling: Handling
    media: int


def create_series(
    name: str,
    *,
    actor: Actor,
    status: SeriesStatus = SeriesStatus.UNIDENTIFIED,
    handling: Handling = Handling.ALLIANCE,
    named: Sequence[str] = (),
) -> Series:
    """Open a series.

    Raises:
        InputError: The name cannot be recorded or is taken, an authority is unknown, or authorities are named
            although the handling is not *named* (``series.invalid``, ``series.exists``,
            ``authority.missing``).
    """
    if not name.strip():
        raise InputError("A series needs a name.", code="series.invalid")
    require_text(name, what="The name of a series", longest=NAME_LENGTH, code="series.invalid")
    if bool(named) != (handling is Handling.NAMED):
        raise InputError(
            "Authorities are named for a series of handling 'named', and only there.", code="series.invalid"
        )
    with database_errors_in_words(), transaction.atomic():
        if Series.objects.filter(owner=actor.authority, name=name).exists():
            raise InputError(f"{actor.authority.code} has a series '{name}' already.", code="series.exists")
        series = Series.objects.create(
            owner=actor.authority,
            lead=actor.authority,
            name=name,
            status=status,
            handling=handling,
            status_since=timezone.now().date(),
        )
        series.named.set([find_authority(code) for code in named])
        audit.append(audit.AuditTag.SERIES_CREATED, actor=actor, record_ids=[series.pk])
    return series


def own_series(name: str, *, actor: Actor) -> Series:
    """Answer the series of that name which this authority owns.

    Raises:
        InputError: There is none (``series.missing``); a series of others is not told apart from none.
    """
    rows = Series.objects.filter(owner=actor.authority, name=name)
    found = rows.first() if is_recordable(name) else None
    if found is None:
        raise InputError(
            f"{actor.authority.code} has no series '{name}'. Open one with: cairn series create",
            code="series.missing",
        )
    return found


def set_status(name: str, status: SeriesStatus, *, actor: Actor) -> None:
    """Move a series to another status; a person of its owner says so.

    Raises:
        InputError: There is no such series (``series.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        series = own_series(name, actor=actor)
        series.status, series.status_since = status, timezone.now().date()
        series.save(update_fields=["status", "status_since"])
        audit.append(audit.AuditTag.SERIES_STATUS_CHANGED, actor=actor, record_ids=[series.pk])


def list_series(actor: Actor) -> tuple[SeriesRow, ...]:
    """Answer every series that the actor may learn of; the look is audited."""
    with database_errors_in_words(), transaction.atomic():
        found = visible_series(actor).select_related("owner").annotate(members=Count("seriesmedia"))
        series = list(found.order_by("owner__code", "name"))
        audit.append(audit.AuditTag.SERIES_LISTED, actor=actor, record_ids=[row.pk for row in series])
    return tuple(
        SeriesRow(
            name=row.name,
            owner=row.owner.code,
            country=row.owner.country,
            status=SeriesStatus(row.status),
            status_since=row.status_since,
            handling=Handling(row.handling),
            media=row.members,
        )
        for row in series
    )
