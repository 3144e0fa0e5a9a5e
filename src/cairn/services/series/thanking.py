"""Whether those who may not see a series are thanked all the same: its owner alone says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.services.alerting import thanks_allowed
from cairn.services.status.changing import locked, require_standing

if TYPE_CHECKING:
    from cairn.records.series import Series
    from cairn.records.users import Actor


@under_lock
def thank_unseen(series: Series, *, thanked: bool, actor: Actor) -> Series:
    """Let contributors who may not see the series learn that they helped, and the day; or no longer.

    Where its victim is identified already, they are told now. What somebody was told they keep.

    Raises:
        AccessError: The actor may not: the owner alone can.
        InputError: It was withdrawn or merged (``record.withdrawn``, ``series.merged``).
    """
    with database_errors_in_words(), transaction.atomic():
        held = locked(series)
        require(actor, Act.SERIES_SHARE, held)
        require_standing(held)
        held.thanks_unseen = thanked
        held.save(update_fields=["thanks_unseen"])
        if thanked:
            thanks_allowed(held)
        audit.append(
            audit.AuditTag.SERIES_THANKS, actor=actor, record_ids=[held.pk], counts={"thanked": int(thanked)}
        )
    return held
