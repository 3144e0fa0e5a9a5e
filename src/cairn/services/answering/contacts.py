"""Whom to ask about a series: its owner, its lead, and who works on it now."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.utils import timezone

from cairn.records.access import visible_series
from cairn.records.lock import under_lock
from cairn.records.series import Claim
from cairn.services.answering.facts import Contact, Worker
from cairn.services.series.family import families

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from cairn.records.authorities import Authority
    from cairn.records.users import Actor


def contact_of(authority: Authority) -> Contact:
    """Answer an authority as the directory tells of it."""
    return Contact(
        authority=authority.code,
        name=authority.name,
        country=authority.country,
        contact=authority.contact,
        hours=authority.contact_hours,
        channel=authority.contact_channel,
    )


@under_lock
def workers_on(series: Collection[int], *, actor: Actor) -> Mapping[int, tuple[Worker, ...]]:
    """Answer by series who works on it now, or on what was merged into it, longest first.

    Args:
        series: The ids of series that stand, and that the actor sees.
        actor: Who asks; a claim on a merged series that the actor does not see is left out.
    """
    went = families(series)
    seen = {
        *series,
        *visible_series(actor).filter(pk__in=went.keys() - set(series)).values_list("pk", flat=True),
    }
    rows = Claim.objects.filter(series__in=seen, ends_at__gt=timezone.now()).select_related("authority")
    found: defaultdict[int, dict[int, Worker]] = defaultdict(dict)
    for row in rows.order_by("since", "pk"):
        worker = Worker(contact_of(row.authority), row.since)
        found[went[row.series_id]].setdefault(row.authority_id, worker)
    return {number: tuple(workers.values()) for number, workers in found.items()}
