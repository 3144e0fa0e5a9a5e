"""Deleting a case: hidden at once, then taken away in batches; stopped anywhere, the same command goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.alerts import Alert, AlertKind
from cairn.records.cases import Case, Exhibit
from cairn.records.categories import Categorisation
from cairn.records.connection import database_errors_in_words
from cairn.records.jobs import Check, CheckItem
from cairn.records.links import Judgement
from cairn.records.lock import node_work, under_lock
from cairn.records.regrouping import RegroupedMedia
from cairn.records.series import Claim, SeriesMedia
from cairn.records.sightings import Sighting
from cairn.services.cases import own_case
from cairn.services.keeping.forgetting import await_removal, forget
from cairn.services.keeping.reasons import require_reason
from cairn.services.keeping.telling import tell_of_words, withdrawal_key
from cairn.services.keeping.tombstones import begin, begun, finish
from cairn.services.keeping.words_of_case import take_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.records.retention import Tombstone
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

BATCH_ROWS = 400
"""Rows a transaction: below the number of values that SQLite takes at once."""

WHY = "a deletion leaves what others have said, and has to see it for that"


@under_lock
def preview_case_deletion(reference: str, *, actor: Actor) -> Mapping[str, int]:
    """Answer how much of the authority's own a deletion of its case takes away; nothing is changed.

    How many media nobody else records is not told: it would tell how many somebody does.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: There is no such case (``case.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        case = _own(reference, actor)
        counts = _effect(case)
        audit.append(audit.AuditTag.CASE_SHOWN, actor=actor, case_reference=reference, record_ids=[case.pk])
    return counts


@under_lock
def delete_case(node: Node, reference: str, *, reason: str, actor: Actor) -> Tombstone:
    """Delete a case and what was found in it; a tombstone stays, and the audit log.

    Raises:
        AccessError: The actor may not (``access.missing``).
        InputError: There is no such case, it is being checked or registered now, or there is no reason
            (``case.missing``, ``case.busy``, ``keeping.reason``).
    """
    require_reason(reason)
    with database_errors_in_words():
        case, stone = _begin(reference, reason=reason, actor=actor)
        while _delete_sightings(case):
            pass
        while _delete_check_items(case):
            pass
        forget(node)
        _end(case, stone, actor=actor)
    return stone


def _own(reference: str, actor: Actor) -> Case:
    case = own_case(reference, actor=actor)
    require(actor, Act.CASE_DELETE, case)
    return case


def _effect(case: Case) -> dict[str, int]:
    found = Sighting.objects.filter(exhibit__case=case)
    return {
        "exhibits": Exhibit.objects.filter(case=case).count(),
        "sightings": found.count(),
        "media": found.values("media").distinct().count(),
        "checks": Check.objects.filter(case=case).count(),
        "files_checked": CheckItem.objects.filter(check_run__case=case).count(),
    }


@transaction.atomic()
def _begin(reference: str, *, reason: str, actor: Actor) -> tuple[Case, Tombstone]:
    """Hide what was found in the case, and write its tombstone; a deletion that was begun goes on."""
    case = _own(reference, actor)
    stone = begun(case)
    if stone is not None:
        return case, stone
    if CheckItem.objects.filter(
        check_run__case=case, lease_ends_at__gt=timezone.now(), is_done=False
    ).exists():
        raise InputError("The case is being checked now. Delete it when that has ended.", code="case.busy")
    now, counts = timezone.now(), _effect(case)
    rows = Sighting.objects.filter(exhibit__case=case, withdrawn_at=None)
    tell_of_words(rows, owner=case.authority, once=withdrawal_key("case", case.pk, now))
    rows.update(withdrawn_at=now)
    stone = begin(case, owner=case.authority, reason=reason, counts=counts, by=actor.user)
    _note(case, counts, reason=reason, actor=actor)
    return case, stone


@node_work(WHY)
@transaction.atomic()
def _delete_sightings(case: Case) -> bool:
    """Delete one batch of sightings, and what was said in this case of their media; answer if any."""
    found = Sighting.objects.filter(exhibit__case=case).order_by("pk")
    rows = list(found.values_list("pk", "media")[:BATCH_ROWS])
    media = {number for _, number in rows}
    take_words(case, media)
    Sighting.objects.filter(pk__in=[number for number, _ in rows]).delete()
    await_removal(media)
    return bool(rows)


@node_work(WHY)
@transaction.atomic()
def _delete_check_items(case: Case) -> bool:
    """Delete one batch of the files that were checked in this case, and answer if there was one."""
    found = CheckItem.objects.filter(check_run__case=case).order_by("pk")
    rows = list(found.values_list("pk", "media")[:BATCH_ROWS])
    CheckItem.objects.filter(pk__in=[number for number, _ in rows]).delete()
    await_removal(number for _, number in rows)
    return bool(rows)


@node_work(WHY)
@transaction.atomic()
def _end(case: Case, stone: Tombstone, *, actor: Actor) -> None:
    """Delete the case itself; what stays of what was said in it no longer names it."""
    held = Case.objects.select_for_update().get(pk=case.pk)
    for model, field in (
        (SeriesMedia, "added_in"),
        (RegroupedMedia, "added_in"),
        (Categorisation, "made_in"),
        (Judgement, "case"),
        (Claim, "case"),
    ):
        model._default_manager.filter(**{field: held}).update(**{field: None})  # noqa: SLF001 - Django's own name for it
    Alert.objects.filter(kind=AlertKind.REVIEW, once_key__startswith=f"review:case:{held.pk}:").delete()
    try:
        Exhibit.objects.filter(case=held).delete()
        Check.objects.filter(case=held).delete()
        held.delete()
    except ProtectedError:
        raise InputError(
            "Something was recorded in the case meanwhile. Give the same command again.", code="case.busy"
        ) from None
    finish(stone)
    _note(case, {"finished": 1}, reason=stone.reason, actor=actor)


def _note(case: Case, counts: Mapping[str, int], *, reason: str, actor: Actor) -> None:
    audit.append(
        audit.AuditTag.CASE_DELETED,
        actor=actor,
        case_reference=case.reference,
        purpose=reason,
        record_ids=[case.pk],
        counts=dict(counts),
    )
