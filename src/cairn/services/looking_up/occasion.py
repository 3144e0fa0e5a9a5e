"""Writing a look-up down, and telling those who hold what it met, as after a check."""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING

from django.utils import timezone

from cairn.records import audit
from cairn.records.jobs import Check
from cairn.records.lock import node_work, under_lock
from cairn.services.alerting.meeting import tell_holders
from cairn.services.hash_lists.meeting import remember_meetings

if TYPE_CHECKING:
    from cairn.records.cases import Case
    from cairn.records.users import Actor
    from cairn.services.alerting.meeting import Met

STEP_S = 0.2
"""Several times what a look-up takes, also where it has met blind series, as in the last step of a check."""
STEP_HASHES = 2_000
"""So many hashes are looked up in one such step."""


def step_s(hashes: int) -> float:
    """Answer the even time of a look-up of so many hashes, in seconds; see ``even_time``.

    >>> [step_s(number) for number in (1, 2_000, 10_000)]
    [0.2, 0.2, 1.0]
    """
    return STEP_S * math.ceil(hashes / STEP_HASHES)


@under_lock
def write_down(met: Met, *, counts: dict[str, int], actor: Actor, case: Case | None) -> None:
    """Audit a look-up and tell the holders, in the transaction that answers it; call it in an even time.

    Holders are told once a day of what an account looks up, or once of each of its cases.
    """
    if met.seen or met.unseen:
        tell_holders(_run(actor, case), met, asker=actor, registered=False)
    reference, purpose = ("", "") if case is None else (case.reference, case.purpose)
    tags = {audit.AuditTag.SERIES_MET: met.seen, audit.AuditTag.SERIES_MET_UNSEEN: met.unseen}
    audit.append(
        audit.AuditTag.HASHES_ANSWERED,
        actor=actor,
        case_reference=reference,
        purpose=purpose,
        counts=counts,
    )
    if met.lists:
        remember_meetings(met.lists, of=actor.authority)
        audit.append(
            audit.AuditTag.LIST_MET,
            actor=actor,
            case_reference=reference,
            purpose=purpose,
            record_ids=sorted(met.lists),
        )
    for tag, series in tags.items():  # Also where none was met: a gap between positions would tell it.
        audit.append(tag, actor=actor, case_reference=reference, purpose=purpose, record_ids=series)


@node_work("the look-ups of a day are told as one")
def _run(actor: Actor, case: Case | None) -> Check:
    """Answer the check that stands for what this account looks up today, or in this case."""
    day = timezone.now().date().isoformat()
    who = None if actor.user is None else actor.user.pk
    words = f"look-up {actor.authority.pk} {who} {day if case is None else case.pk}"
    digest = hashlib.sha256(words.encode()).digest()
    found = Check.objects.filter(request_digest=digest).order_by("pk").first()
    return found or Check.objects.create(
        authority=actor.authority, case=case, request_digest=digest, finished_at=timezone.now()
    )
