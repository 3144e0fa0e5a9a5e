"""Deleting a case: exhibits, sightings and checks go, and what was said in it of what nobody holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from cairn.errors import InputError
from cairn.records.access import Act
from cairn.records.alerts import Alert, AlertKind
from cairn.records.audit import AuditTag
from cairn.records.cases import Case, Exhibit
from cairn.records.categories import Categorisation
from cairn.records.check_orders import AnsweredFile
from cairn.records.jobs import Check, CheckItem
from cairn.records.links import Judgement
from cairn.records.lock import node_work, under_lock
from cairn.records.regrouping import RegroupedMedia
from cairn.records.series import Claim, SeriesMedia
from cairn.records.sightings import Sighting
from cairn.sentences import Sentence
from cairn.services.cases import own_case
from cairn.services.keeping.deletion import Deletion, delete, next_batch, preview
from cairn.services.keeping.forgetting import await_removal
from cairn.services.keeping.reasons import require_reason
from cairn.services.keeping.telling import tell_of_words, withdrawal_key
from cairn.services.keeping.words_of_case import take_words
from cairn.services.vault.shredding import shred_unheld

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cairn.records.retention import Tombstone
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

WHY = "a deletion leaves what others have said, and has to see it for that"


@under_lock
def preview_case_deletion(reference: str, *, actor: Actor) -> Mapping[str, int]:
    """Answer how much of the authority's own a deletion of its case takes away; nothing is changed.

    How many media nobody else records is not told: it would tell how many somebody does.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: There is no such case, or it is being checked now (``case.missing``, ``case.busy``).
    """
    return preview(CASE, own_case(reference, actor=actor), actor=actor)


@under_lock
def delete_case(node: Node, reference: str, *, reason: str, actor: Actor) -> Tombstone:
    """Delete a case and what was found in it; a tombstone stays, and the audit log.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: There is no such case, it is being checked or registered now, or there is no reason
            (``case.missing``, ``case.busy``, ``keeping.reason``).
    """
    require_reason(reason)
    return delete(node, CASE, own_case(reference, actor=actor), reason=reason, actor=actor)


def _effect(case: Case, _: Actor) -> dict[str, int]:
    in_work = CheckItem.objects.filter(check_run__case=case, is_done=False)
    if in_work.filter(lease_ends_at__gt=timezone.now()).exists():
        raise InputError(
            Sentence("The case is being checked now. Delete it when that has ended."), code="case.busy"
        )
    found = Sighting.objects.filter(exhibit__case=case)
    return {
        "exhibits": Exhibit.objects.filter(case=case).count(),
        "sightings": found.count(),
        "media": found.values("media").distinct().count(),
        "checks": Check.objects.filter(case=case).count(),
        "files_checked": CheckItem.objects.filter(check_run__case=case).count(),
    }


def _hide(case: Case, at: datetime) -> None:
    rows = Sighting.objects.filter(exhibit__case=case, withdrawn_at=None)
    tell_of_words(rows, owner=case.authority, once=withdrawal_key("case", case.pk, at))
    media = set(rows.values_list("media", flat=True).distinct())
    rows.update(withdrawn_at=at)
    shred_unheld(media)


@node_work(WHY)
@transaction.atomic()
def _delete_sightings(case: Case) -> bool:
    """Delete one batch of sightings, and what was said in this case of their media; answer if any."""
    rows = next_batch(Sighting.objects.filter(exhibit__case=case), "pk", "media")
    media = {number for _, number in rows}
    take_words(case, media)
    Sighting.objects.filter(pk__in=[number for number, _ in rows]).delete()
    await_removal(media)
    return bool(rows)


@node_work(WHY)
@transaction.atomic()
def _delete_check_items(case: Case) -> bool:
    """Delete one batch of the files that were checked in this case, and answer if there was one."""
    rows = next_batch(CheckItem.objects.filter(check_run__case=case), "pk", "media")
    CheckItem.objects.filter(pk__in=[number for number, _ in rows]).delete()
    await_removal(number for _, number in rows)
    return bool(rows)


@node_work(WHY)
@transaction.atomic()
def _delete_answered_files(case: Case) -> bool:
    """Delete one batch of the answers that the desk keeps of this case, and answer if there was one."""
    rows = next_batch(AnsweredFile.objects.filter(order__case=case), "pk")
    AnsweredFile.objects.filter(pk__in=[number for (number,) in rows]).delete()
    return bool(rows)


def _take(case: Case) -> None:
    """Delete the case itself; what stays of what was said in it no longer names it."""
    for model, field in (
        (SeriesMedia, "added_in"),
        (RegroupedMedia, "added_in"),
        (Categorisation, "made_in"),
        (Judgement, "case"),
        (Claim, "case"),
    ):
        model._default_manager.filter(**{field: case}).update(**{field: None})  # noqa: SLF001 - Django's own name for it
    Alert.objects.filter(kind=AlertKind.REVIEW, once_key__startswith=f"review:case:{case.pk}:").delete()
    try:
        Exhibit.objects.filter(case=case).delete()
        Check.objects.filter(case=case).delete()
        case.delete()
    except ProtectedError:
        raise InputError(
            Sentence("Something was recorded in the case meanwhile. Give the same command again."),
            code="case.busy",
        ) from None


CASE = Deletion(
    act=Act.CASE_DELETE,
    shown=AuditTag.CASE_SHOWN,
    deleted=AuditTag.CASE_DELETED,
    owner=lambda case: case.authority,
    effect=_effect,
    hide=_hide,
    steps=(_delete_sightings, _delete_check_items, _delete_answered_files),
    take=_take,
    case=lambda case: case.reference,
)
