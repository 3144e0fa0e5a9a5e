"""Series in a joint investigation: who may bring one in, and who sees it there.

A member sees a series in the workspace only where it may see it at all. Series of handling *alliance* are
brought in by any member; *named* and *blind* ones by their owner alone, and they stay unseen by those who may
not see them until the owner says otherwise, in so many words: then the members are named, and a blind series
becomes one of handling *named*.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.sentences import Sentence
from cairn.services.alerting import handling_changed
from cairn.services.joint.membership import find_investigation, members, require_open, tell_members
from cairn.services.series.names import find_series
from cairn.types import Handling

if TYPE_CHECKING:
    from cairn.records.joint import JointInvestigation
    from cairn.records.series import Series
    from cairn.records.users import Actor


@under_lock
def add_series(name: str, series_name: str, *, show_to_members: bool = False, actor: Actor) -> Series:
    """Bring a series into an investigation.

    Args:
        name: The investigation's.
        series_name: Any series that the actor sees.
        show_to_members: The owner's word that all present members may see a *named* or *blind* series from
            now on. Who joins later is not among them, and who leaves stays named, until the owner says so.
        actor: Who brings it.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such investigation or series, or it is not the actor's to bring
            (``joint.not-owner``).
    """
    with database_errors_in_words(), transaction.atomic():
        found = find_investigation(name, actor=actor)
        require(actor, Act.INVESTIGATION_WORK, found)
        require_open(found)
        series = find_series(series_name, actor=actor)
        is_owner = series.owner_id == actor.authority.pk
        if not is_owner and (show_to_members or series.handling != Handling.ALLIANCE):
            raise InputError(
                Sentence(
                    "%(code)s owns this series, and alone can bring it in or show it to others.",
                    code=series.owner.code,
                ),
                code="joint.not-owner",
            )
        found.series.add(series)
        is_opened = show_to_members and series.handling != Handling.ALLIANCE
        if is_opened:
            _show(series, found, actor)
        tell_members(found, by=actor.authority, what="series", number=series.pk, series=series)
        audit.append(audit.AuditTag.JOINT_SERIES_ADDED, actor=actor, record_ids=[series.pk])
        if is_opened:
            audit.append(audit.AuditTag.JOINT_SERIES_SHARED, actor=actor, record_ids=[series.pk])
    return series


def _show(series: Series, found: JointInvestigation, actor: Actor) -> None:
    require(actor, Act.SERIES_CHANGE, series)
    if series.handling == Handling.BLIND:
        series.named.clear()
        series.handling = Handling.NAMED
        series.save(update_fields=["handling"])
    series.named.add(*[member for member in members(found) if member.pk != series.owner_id])
    handling_changed(series)
