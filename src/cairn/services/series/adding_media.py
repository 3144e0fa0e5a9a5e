"""Puts media into a series: under the series' lock, into the one that stands, as an audited act.

Hours can pass between the word of a person and the act. By then the series may have been merged into another,
was withdrawn, or is led by somebody else, so everything is asked again when the media are put in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from cairn.records import audit
from cairn.records.access import Act
from cairn.records.lock import under_lock
from cairn.records.series import Series, SeriesMedia
from cairn.services.series.family import standing
from cairn.services.status.changing import locked, require_hands, require_standing
from cairn.services.status.subjects import proposers

if TYPE_CHECKING:
    from collections.abc import Collection

    from cairn.records.cases import Case
    from cairn.records.users import Actor


@under_lock
def standing_locked(series: Series, *, actor: Actor) -> Series:
    """Answer the series that this one leads to by merges, else itself, locked and the actor's to change.

    Raises:
        AccessError: The actor's authority neither owns nor leads the one that stands.
        InputError: It was withdrawn (``record.withdrawn``).
    """
    while True:
        point = transaction.savepoint()
        held = locked(standing(series))
        if held.merged_into_id is None:
            break
        # Merged in this moment. What is locked is let go: two are locked in one order, or wait in a circle.
        transaction.savepoint_rollback(point)
    transaction.savepoint_commit(point)
    require_hands(actor, Act.SERIES_CHANGE, held, proposers(held))
    require_standing(held)
    return held


@under_lock
def put_in(series: Series, media: Collection[int], *, actor: Actor, place: Case | None) -> int:
    """Put media into a series that is locked, and answer how many were not in it before.

    Args:
        series: As ``standing_locked`` answers it.
        media: The numbers of media.
        actor: Who says so.
        place: The case in which it is said.
    """
    before = SeriesMedia.objects.filter(series=series).count()
    SeriesMedia.objects.bulk_create(
        [
            SeriesMedia(series=series, media_id=number, added_by=actor.authority, added_in=place)
            for number in sorted(media)
        ],
        ignore_conflicts=True,
    )
    return SeriesMedia.objects.filter(series=series).count() - before


@under_lock
def append_added(series: Series, added: int, *, actor: Actor, place: Case) -> None:
    """Write down that media were put in; call it last in the transaction."""
    audit.append(
        audit.AuditTag.SERIES_ADDED_TO,
        actor=actor,
        case_reference=place.reference,
        record_ids=[series.pk],
        counts={"media": added},
    )
