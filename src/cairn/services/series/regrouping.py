"""Merges and splits of series: looked at beforehand, told afterwards, and never a way around another rule.

A merge moves the media of one series into another, and the first then leads to the second. Names, notes,
markers, claims and victims stay with the first and are found through it. Nothing is lost, so all of it can be
undone.

- Only owners regroup. Series of two owners are merged once both have said the same.
- Both series are settled, or both are not: a merge is no way to *identified* past the second person.
- Nobody sees more than before, unless the owner of what was hidden says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, missing, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.regrouping import REASON_LENGTH, Regrouping, RegroupingKind
from cairn.records.series import Series, SeriesMedia
from cairn.sentences import Sentence
from cairn.services.alerting import work_changed
from cairn.services.series.audience import audience_of
from cairn.services.series.choosing_media import Choice, chosen_media
from cairn.services.series.moving_media import move
from cairn.services.series.opening import opened
from cairn.services.status.changing import locked, pending_change, require_standing
from cairn.services.typed_text import require_text
from cairn.types import Handling, SeriesStatus

if TYPE_CHECKING:
    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class Effect:
    """What a merge or a split would do, counted before it is done.

    Attributes:
        moves: Media that would change the series.
        in_both: Those of them that lie in the other series already.
        stays: Media that would stay where they are.
        widens: More authorities would see what is moved; that takes the owner's explicit word.
        agreement: The code of the other owner, whose agreement it takes; ``None`` where one owner does it.
    """

    moves: int
    in_both: int
    stays: int
    widens: bool
    agreement: str | None


@under_lock
def merge_effect(source: Series, target: Series, *, actor: Actor) -> Effect:
    """Answer what it would do to merge the source into the target.

    Raises:
        AccessError: The actor may not.
        InputError: They cannot be merged (``series.merge``, ``status.waits``).
    """
    with database_errors_in_words(), transaction.atomic():
        _require_mergeable(source, target, actor)
        members = SeriesMedia.objects.filter(series=source)
        other = SeriesMedia.objects.filter(series=target)
        two_owners = source.owner_id != target.owner_id
        other_owner = target.owner if source.owner_id == actor.authority.pk else source.owner
        return Effect(
            moves=members.count(),
            in_both=members.filter(media__in=other.values("media")).count(),
            stays=0,
            widens=not audience_of(target).is_within(audience_of(source)),
            agreement=other_owner.code if two_owners else None,
        )


@under_lock
def merge(source: Series, target: Series, *, reason: str, widen: bool = False, actor: Actor) -> Regrouping:
    """Merge the source into the target; for two owners, offer it, or agree to what the other has offered.

    Args:
        source: The series that will lead to the other.
        target: The series that will hold the media of both.
        reason: Why; kept with the merge.
        widen: The word of the source's owner that more authorities may see what was in it.
        actor: A person or operator of an owner.

    Returns:
        What was done; ``done_at`` is ``None`` while it waits for the other owner.

    Raises:
        AccessError: The actor may not.
        InputError: They cannot be merged, or more would see it (``series.merge``, ``status.waits``,
            ``series.widens``).
    """
    require_text(reason, what="A reason", longest=REASON_LENGTH, code="series.reason")
    with database_errors_in_words(), transaction.atomic():
        source, target = _both_locked(source, target)
        _require_mergeable(source, target, actor)
        row = _offer(source, target, reason=reason, actor=actor)
        if actor.authority.pk == source.owner_id:
            row.widens = widen
            _require_narrow(row)
        if row.authority_id != actor.authority.pk or source.owner_id == target.owner_id:
            _require_narrow(row)
            row.agreed_by = actor.user
            return _merge_now(row, actor=actor)
        row.save()
        audit.append(audit.AuditTag.SERIES_MERGE_OFFERED, actor=actor, record_ids=[source.pk, target.pk])
        return row


@under_lock
def split_effect(source: Series, choice: Choice, *, actor: Actor) -> Effect:
    """Answer what it would do to split the chosen media off.

    Raises:
        AccessError: The actor may not.
        InputError: The choice does not hold (``series.choice``).
    """
    with database_errors_in_words(), transaction.atomic():
        _require_splittable(source, actor)
        chosen = chosen_media(source, choice, actor=actor)
        stays = SeriesMedia.objects.filter(series=source).count() - len(chosen)
        return Effect(len(chosen), in_both=0, stays=stays, widens=False, agreement=None)


@under_lock
def split(source: Series, name: str, choice: Choice, *, reason: str, actor: Actor) -> Regrouping:
    """Split the chosen media off into a new series of the same owner, handled as the first one is.

    The new series begins without an identification, whatever the first one is: it is another victim's until
    two people say that it is not.

    Raises:
        AccessError: The actor may not.
        InputError: The name or the choice does not hold (``series.invalid``, ``series.exists``,
            ``series.choice``).
    """
    require_text(reason, what="A reason", longest=REASON_LENGTH, code="series.reason")
    with database_errors_in_words(), transaction.atomic():
        source = locked(source)
        _require_splittable(source, actor)
        chosen = chosen_media(source, choice, actor=actor)
        target = _like(source, name, actor=actor)  # Audited below: nobody else can append until this ends.
        row = Regrouping.objects.create(
            kind=RegroupingKind.SPLIT,
            source=source,
            target=target,
            authority=actor.authority,
            user=actor.user,
            reason=reason,
            done_at=timezone.now(),
        )
        moved = move(row, SeriesMedia.objects.filter(series=source, media__in=chosen))
        work_changed([target.pk])
        audit.append(audit.AuditTag.SERIES_CREATED, actor=actor, record_ids=[target.pk])
        audit.append(
            audit.AuditTag.SERIES_SPLIT,
            actor=actor,
            record_ids=[source.pk, target.pk],
            counts={"media": moved},
        )
        return row


def require_same_ground(source: Series, target: Series) -> None:
    """Make sure that media can pass between two series without a status passing to them.

    Raises:
        InputError: One is settled and the other is not, or a proposal waits (``series.merge``,
            ``status.waits``).
    """
    if pending_change(source) is not None or pending_change(target) is not None:
        raise InputError(
            Sentence("A proposal waits for a second person. Confirm, refuse or take back that one first."),
            code="status.waits",
        )
    if SeriesStatus(source.status).is_settled != SeriesStatus(target.status).is_settled:
        raise InputError(
            Sentence(
                "One series is %(status)s and the other %(status_2)s: media would become identified, "
                "or cease to be, without a second person. Bring both to the same status first.",
                status=source.status,
                status_2=target.status,
            ),
            code="series.merge",
        )


def _require_mergeable(source: Series, target: Series, actor: Actor) -> None:
    if source.pk == target.pk:
        raise InputError(Sentence("A series cannot be merged into itself."), code="series.merge")
    require(actor, Act.SERIES_SHARE)
    for series in (source, target):
        require(actor, Act.SERIES_READ, series)
        require_standing(series)
    if actor.authority.pk not in {source.owner_id, target.owner_id}:
        raise missing()
    require_same_ground(source, target)


def _require_splittable(source: Series, actor: Actor) -> None:
    require(actor, Act.SERIES_SHARE, source)
    require_standing(source)
    if pending_change(source) is not None:
        raise InputError(
            Sentence("A proposal waits for a second person: decide that one first."), code="status.waits"
        )


def _require_narrow(row: Regrouping) -> None:
    if not row.widens and not audience_of(row.target).is_within(audience_of(row.source)):
        raise InputError(
            Sentence(
                "More authorities would see what is in the merged series, and that cannot be taken "
                "back. Its owner has to say so with --widen."
            ),
            code="series.widens",
        )


def _offer(source: Series, target: Series, *, reason: str, actor: Actor) -> Regrouping:
    """Answer the offer that stands between these two, or a new one that is not saved yet."""
    open_offers = Regrouping.objects.filter(
        kind=RegroupingKind.MERGE, source=source, target=target, done_at=None, undone_at=None
    )
    found = open_offers.first() or Regrouping(
        kind=RegroupingKind.MERGE, authority=actor.authority, user=actor.user, reason=reason
    )
    found.source, found.target = source, target
    return found


def _merge_now(row: Regrouping, *, actor: Actor) -> Regrouping:
    row.done_at = timezone.now()
    row.save()
    moved = move(row, SeriesMedia.objects.filter(series=row.source))
    row.source.merged_into = row.target
    row.source.save(update_fields=["merged_into"])
    work_changed([row.target.pk])
    audit.append(
        audit.AuditTag.SERIES_MERGED,
        actor=actor,
        record_ids=[row.source.pk, row.target.pk],
        counts={"media": moved},
    )
    return row


def _both_locked(source: Series, target: Series) -> tuple[Series, Series]:
    """Lock two series in the order of their ids, so that two who regroup never wait in a circle."""
    if source.pk < target.pk:
        first, second = locked(source), locked(target)
        return first, second
    second, first = locked(target), locked(source)
    return first, second


def _like(source: Series, name: str, *, actor: Actor) -> Series:
    """Open a series that is handled as the source is."""
    named = tuple(source.named.values_list("code", flat=True)) if source.handling == Handling.NAMED else ()
    made = opened(name, actor=actor, handling=Handling(source.handling), named=named)
    for field in ("lead_id", "priority", "handling_code", "handling_words", "tlp", "review_on"):
        setattr(made, field, getattr(source, field))
    if not SeriesStatus(source.status).is_settled:
        made.status, made.status_since = source.status, source.status_since
    made.save()
    return made
