"""Deleting a series: what was said of it goes with it; media stay where a sighting records them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from cairn.errors import InputError
from cairn.records.access import Act, visible_series
from cairn.records.alerts import Alert, AlertKind
from cairn.records.audit import AuditTag
from cairn.records.lock import node_work, under_lock
from cairn.records.regrouping import Regrouping
from cairn.records.series import Series, SeriesMedia
from cairn.sentences import Sentence
from cairn.services.alerting import withdrawn
from cairn.services.keeping.deletion import Deletion, delete, next_batch, preview
from cairn.services.keeping.forgetting import await_removal
from cairn.services.typed_text import is_recordable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cairn.records.retention import Tombstone
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

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
        raise InputError(
            Sentence("%(code)s owns no series '%(name)s'.", code=actor.authority.code, name=name),
            code="series.missing",
        )
    return found


@under_lock
def preview_series_deletion(series: Series, *, actor: Actor) -> Mapping[str, int]:
    """Answer how much a deletion of the series takes away; nothing is changed.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: Other series were merged into it (``series.merged``).
    """
    return preview(SERIES, series, actor=actor)


@under_lock
def delete_series(node: Node, series: Series, *, reason: str, actor: Actor) -> Tombstone:
    """Delete a series and all that was said of it; a tombstone stays, the audit log, and the people in it.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: Other series were merged into it, or there is no reason (``series.merged``,
            ``keeping.reason``).
    """
    return delete(node, SERIES, series, reason=reason, actor=actor)


@node_work("the owner deletes what others have said of it too")
def _effect(series: Series, _: Actor) -> dict[str, int]:
    _require_unmerged(series)
    return {
        "media": SeriesMedia.objects.filter(series=series).count(),
        "notes": series.notes.count(),
        "aliases": series.aliases.count(),
        "markers": series.markers.count(),
        "claims": series.claims.count(),
        "status_changes": series.status_changes.count(),
    }


def _require_unmerged(series: Series) -> None:
    if Series.objects.filter(merged_into=series).exists():
        raise InputError(
            Sentence("Other series were merged into it. Undo that, or delete those first."),
            code="series.merged",
        )


def _hide(series: Series, at: datetime) -> None:
    if series.withdrawn_at is None:
        withdrawn(series, at=at)
        series.withdrawn_at = at
        series.save(update_fields=["withdrawn_at"])


@node_work(WHY)
@transaction.atomic()
def _delete_memberships(series: Series) -> bool:
    """Delete one batch of memberships, and answer if there was one."""
    rows = next_batch(SeriesMedia.objects.filter(series=series), "pk", "media")
    SeriesMedia.objects.filter(pk__in=[number for number, _ in rows]).delete()
    await_removal(number for _, number in rows)
    return bool(rows)


def _take(series: Series) -> None:
    """Delete the series itself with what belongs to it; that it was withdrawn stays told."""
    _require_unmerged(series)  # Nothing was merged into it meanwhile.
    Alert.objects.filter(series=series, kind=AlertKind.WITHDRAWAL).update(series=None)
    Regrouping.objects.filter(Q(source=series) | Q(target=series)).delete()
    series.delete()


SERIES = Deletion(
    act=Act.SERIES_DELETE,
    shown=AuditTag.SERIES_SHOWN,
    deleted=AuditTag.SERIES_DELETED,
    owner=lambda series: series.owner,
    effect=_effect,
    hide=_hide,
    steps=(_delete_memberships,),
    take=_take,
)
