"""The statistics as asked for: counted anew where that is quick, through the door, and audited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import as_the_node, node_work, under_lock
from cairn.records.looking import look
from cairn.records.sightings import Sighting
from cairn.statistics import Scope, is_fresh, latest, of_the_day, overview
from cairn.statistics import refresh as count_anew

if TYPE_CHECKING:
    from cairn.records.summaries import Summary
    from cairn.records.users import Actor
    from cairn.statistics import Overview

QUICK_SIGHTINGS = 10_000
"""Up to as many sightings are counted anew whenever the statistics are asked for; a page waits for it."""

SECONDS_A_LOOK = 5.0
"""How long a person takes for one file where nobody says: an assumption, printed beside every figure."""


WHY = "statistics count everything, and withhold what is too small to be told"
"""Why they are counted as the node, on the database with a second lock."""


@under_lock
def statistics(actor: Actor, *, scope: Scope, seconds_a_look: float = SECONDS_A_LOOK) -> Overview:
    """Answer all figures, of the actor's authority or of the alliance; the look is audited.

    Raises:
        AccessError: The actor may not.
    """
    require(actor, Act.STATISTICS_READ)
    with database_errors_in_words():
        _count_where_quick()
    with database_errors_in_words(), look():
        found = _counted(
            _summary(scope),
            scope=scope,
            authority=actor.authority,
            today=timezone.now().date(),
            seconds_a_look=seconds_a_look,
            is_exact=actor.sees_material,
            is_kept=scope is Scope.ALLIANCE and not are_few(),
        )
        audit.append(audit.AuditTag.STATISTICS_READ, actor=actor, counts={scope: 1})
    return found


@under_lock
def refresh(actor: Actor) -> Summary:
    """Count everything anew, which is a task of those who look after the node.

    Raises:
        AccessError: The actor may not.
    """
    require(actor, Act.STATISTICS_REFRESH)
    with database_errors_in_words(), as_the_node(WHY):
        return count_anew(with_all=not are_few())


_counted = node_work(WHY)(overview)


@node_work(WHY)
def _count_where_quick() -> None:
    """Count anew where something has changed and counting is quick, or where nothing was counted yet."""
    summary = latest()
    if summary is None or (are_few() and not is_fresh(summary)):
        count_anew(with_all=not are_few())


def are_few() -> bool:
    """Answer whether sightings are counted quickly.

    It is asked before whether a summary is fresh: among millions, that alone takes a second.
    """
    return not Sighting.objects.all()[QUICK_SIGHTINGS:].exists()


@node_work(WHY)
def _summary(scope: Scope) -> Summary:
    """Answer the newest summary for one's own records, the day's for all."""
    summary = latest()
    if summary is None:
        raise RuntimeError("Nothing was counted, though it was asked for.")
    return summary if scope is Scope.OWN else of_the_day() or summary
