"""Undoes a merge or a split, and takes an offer back; the last regrouping is undone first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, missing, require, visible_series
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.regrouping import Regrouping, RegroupingKind
from cairn.records.series import Series, SeriesMedia
from cairn.sentences import Sentence
from cairn.services.alerting import work_changed
from cairn.services.series.audience import audience_of
from cairn.services.series.moving_media import move_back
from cairn.services.series.regrouping import require_same_ground
from cairn.services.status.changing import locked

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class RegroupingRow:
    """One merge or split as listed.

    Attributes:
        number: By which it is undone.
        kind: Merge or split.
        source: The full name of the series whose media were moved.
        target: The full name of the series that holds them since.
        authority: Who did it, or offered it.
        reason: Why.
        offered_at: When it was first said.
        done_at: ``None`` while it waits for the other owner.
        undone_at: ``None`` while it holds.
    """

    number: int
    kind: str
    source: str
    target: str
    authority: str
    reason: str
    offered_at: datetime
    done_at: datetime | None
    undone_at: datetime | None


@under_lock
def undo(number: int, *, widen: bool = False, actor: Actor) -> Regrouping:
    """Undo a merge or a split, or take back an offer; an owner of one of the two series can.

    What was added to a series since stays where it was added.

    Args:
        number: As ``cairn series show`` lists it.
        widen: The owner's word that more authorities may see the media where they go back to.
        actor: A person or operator of an owner.

    Raises:
        AccessError: There is none of that number that the actor may undo (``access.missing``).
        InputError: It was undone already, or something later stands in the way (``series.undone``,
            ``series.later``, ``series.merge``, ``series.widens``, ``status.waits``).
    """
    with database_errors_in_words(), transaction.atomic():
        row = _own_row(number, actor)
        if row.undone_at is not None:
            raise InputError(Sentence("It was undone already."), code="series.undone")
        if row.done_at is not None:
            _put_back(row, widen=widen)
        row.undone_at, row.undone_by = timezone.now(), actor.user
        row.save(update_fields=["undone_at", "undone_by"])
        work_changed([row.source_id, row.target_id])
        audit.append(
            audit.AuditTag.SERIES_REGROUPING_UNDONE, actor=actor, record_ids=[row.source_id, row.target_id]
        )
    return row


@under_lock
def regroupings_of(series: Collection[int], *, actor: Actor) -> tuple[RegroupingRow, ...]:
    """Answer the merges and splits of these series, oldest first, where the actor may see both sides."""
    rows = Regrouping.objects.filter(Q(source__in=series) | Q(target__in=series)).order_by("offered_at", "pk")
    found = list(rows.select_related("source__owner", "target__owner", "authority").only(*_TOLD))
    sides = {side for row in found for side in (row.source_id, row.target_id)}
    seen = set(visible_series(actor).filter(pk__in=sides).values_list("pk", flat=True)) if found else set()
    return tuple(
        RegroupingRow(
            number=row.pk,
            kind=row.kind,
            source=f"{row.source.owner.code}/{row.source.name}",
            target=f"{row.target.owner.code}/{row.target.name}",
            authority=row.authority.code,
            reason=row.reason,
            offered_at=row.offered_at,
            done_at=row.done_at,
            undone_at=row.undone_at,
        )
        for row in found
        if {row.source_id, row.target_id} <= seen
    )


_TOLD = (
    *("kind", "reason", "offered_at", "done_at", "undone_at", "authority__code"),
    *("source__name", "source__owner__code", "target__name", "target__owner__code"),
)


def _own_row(number: int, actor: Actor) -> Regrouping:
    """Answer the regrouping of that number as it is now, with both series locked, and then itself.

    In this order, and the series by their ids, as whoever merges them does: nobody waits in a circle.
    """
    require(actor, Act.SERIES_SHARE)
    owned = Q(source__owner=actor.authority) | Q(target__owner=actor.authority)
    found = Regrouping.objects.filter(owned, pk=number).select_related("source", "target").first()
    if found is None:
        raise missing()
    for side in sorted((found.source, found.target), key=lambda each: each.pk):
        locked(side)
    return (
        Regrouping.objects.select_for_update(of=("self",)).select_related("source", "target").get(pk=number)
    )


def _put_back(row: Regrouping, *, widen: bool) -> None:
    _require_last(row)
    require_same_ground(row.source, row.target)
    if not widen and not audience_of(row.source).is_within(audience_of(row.target)):
        raise InputError(
            Sentence(
                "More authorities would see the media where they go back to, and that cannot be taken"
                " back. Say so with --widen."
            ),
            code="series.widens",
        )
    if row.kind == RegroupingKind.MERGE:
        move_back(row)
        row.source.merged_into = None
        row.source.save(update_fields=["merged_into"])
        return
    _require_nothing_added(row)
    move_back(row)
    row.target.merged_into = row.source
    row.target.save(update_fields=["merged_into"])


def _require_last(row: Regrouping) -> None:
    """Make sure that nothing was regrouped after this, and that both series are still in use."""
    sides = [row.source_id, row.target_id]
    later = Regrouping.objects.filter(Q(source__in=sides) | Q(target__in=sides), undone_at=None)
    last = later.filter(done_at__gt=row.done_at).order_by("-done_at").first()
    if last is not None:
        raise InputError(
            Sentence("The series were regrouped again since. Undo number %(last)s first.", last=str(last.pk)),
            code="series.later",
        )
    standing = row.target if row.kind == RegroupingKind.MERGE else row.source
    if any(each.withdrawn_at is not None for each in (row.source, row.target)) or _is_merged(standing):
        raise InputError(
            Sentence("One of the series was withdrawn, or merged into another, since."), code="series.later"
        )


def _is_merged(series: Series) -> bool:
    return series.merged_into_id is not None


def _require_nothing_added(row: Regrouping) -> None:
    """Make sure that the series that was split off holds nothing that would be left behind in it."""
    added = SeriesMedia.objects.filter(series=row.target).exclude(media__in=row.moved.values("media")).count()
    if added:
        raise InputError(
            Sentence(
                "%(added)s media were added to the new series since. Merge it into the first one instead.",
                added=added,
            ),
            code="series.later",
        )
