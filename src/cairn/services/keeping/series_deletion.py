"""Deleting a series: hidden at once, then taken away in batches; media stay where a sighting records them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require, visible_series
from cairn.records.alerts import Alert, AlertKind
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import node_work, under_lock
from cairn.records.regrouping import Regrouping
from cairn.records.series import Series, SeriesMedia
from cairn.services.alerting import withdrawn
from cairn.services.keeping.forgetting import await_removal, forget
from cairn.services.keeping.reasons import require_reason
from cairn.services.keeping.tombstones import begin, begun, finish
from cairn.services.typed_text import is_recordable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.records.retention import Tombstone
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

BATCH_ROWS = 400
"""Rows a transaction: below the number of values that SQLite takes at once."""

WHY = "what others have said of a deleted series goes with it"


@under_lock
def exactly_own_series(name: str, *, actor: Actor) -> Series:
    """Answer the series that the actor's authority owns under this very name.

    Neither another name nor a merge leads here from one series to another: what is withdrawn or deleted is
    what was named.

    Raises:
        InputError: There is none (``series.missing``).
    """
    rows = visible_series(actor).filter(owner=actor.authority, name=name).select_related("owner")
    found = rows.first() if is_recordable(name) else None
    if found is None:
        raise InputError(f"{actor.authority.code} owns no series '{name}'.", code="series.missing")
    return found


@under_lock
def preview_series_deletion(series: Series, *, actor: Actor) -> Mapping[str, int]:
    """Answer how much a deletion of the series takes away; nothing is changed.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: Other series were merged into it (``series.merged``).
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.SERIES_DELETE, series)
        counts = _effect(series)
        audit.append(audit.AuditTag.SERIES_SHOWN, actor=actor, record_ids=[series.pk])
    return counts


@under_lock
def delete_series(node: Node, series: Series, *, reason: str, actor: Actor) -> Tombstone:
    """Delete a series and all that was said of it; a tombstone stays, the audit log, and the people in it.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: Other series were merged into it, or there is no reason (``series.merged``,
            ``keeping.reason``).
    """
    require_reason(reason)
    with database_errors_in_words():
        stone = _begin(series, reason=reason, actor=actor)
        while _delete_memberships(series):
            pass
        forget(node)
        _end(series, stone, actor=actor)
    return stone


@node_work("the owner deletes what others have said of it too")
def _effect(series: Series) -> dict[str, int]:
    if Series.objects.filter(merged_into=series).exists():
        raise InputError(
            "Other series were merged into it. Undo that, or delete those first.", code="series.merged"
        )
    return {
        "media": SeriesMedia.objects.filter(series=series).count(),
        "notes": series.notes.count(),
        "aliases": series.aliases.count(),
        "markers": series.markers.count(),
        "claims": series.claims.count(),
        "status_changes": series.status_changes.count(),
    }


@transaction.atomic()
def _begin(series: Series, *, reason: str, actor: Actor) -> Tombstone:
    """Hide the series and write its tombstone; a deletion that was begun goes on."""
    require(actor, Act.SERIES_DELETE, series)
    stone = begun(series)
    if stone is not None:
        return stone
    held, counts = Series.objects.select_for_update().get(pk=series.pk), _effect(series)
    if held.withdrawn_at is None:
        now = timezone.now()
        withdrawn(held, at=now)
        held.withdrawn_at = now
        held.save(update_fields=["withdrawn_at"])
    stone = begin(held, owner=held.owner, reason=reason, counts=counts, by=actor.user)
    _note(held, counts, reason=reason, actor=actor)
    return stone


@node_work(WHY)
@transaction.atomic()
def _delete_memberships(series: Series) -> bool:
    """Delete one batch of memberships, and answer if there was one."""
    found = SeriesMedia.objects.filter(series=series).order_by("pk")
    rows = list(found.values_list("pk", "media")[:BATCH_ROWS])
    SeriesMedia.objects.filter(pk__in=[number for number, _ in rows]).delete()
    await_removal(number for _, number in rows)
    return bool(rows)


@node_work(WHY)
@transaction.atomic()
def _end(series: Series, stone: Tombstone, *, actor: Actor) -> None:
    """Delete the series itself with what belongs to it; that it was withdrawn stays told."""
    held = Series.objects.select_for_update().get(pk=series.pk)
    _effect(held)  # Nothing was merged into it meanwhile.
    Alert.objects.filter(series=held, kind=AlertKind.WITHDRAWAL).update(series=None)
    Regrouping.objects.filter(Q(source=held) | Q(target=held)).delete()
    number = held.pk
    held.delete()
    finish(stone)
    _note(Series(pk=number), {"finished": 1}, reason=stone.reason, actor=actor)


def _note(series: Series, counts: Mapping[str, int], *, reason: str, actor: Actor) -> None:
    audit.append(
        audit.AuditTag.SERIES_DELETED,
        actor=actor,
        purpose=reason,
        record_ids=[series.pk],
        counts=dict(counts),
    )
