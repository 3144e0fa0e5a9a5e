"""A look that goes by another way, such as a link or a victim, is a look at the series that it shows too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.records import audit
from cairn.records.lock import under_lock

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.records.users import Actor


@under_lock
def audit_look(series: Iterable[int], *, actor: Actor, case: str = "") -> None:
    """Write down that these series were shown, so that their owners learn of it; nothing where none was."""
    numbers = frozenset(series)
    if numbers:
        audit.append(audit.AuditTag.SERIES_LOOKED, actor=actor, case_reference=case, record_ids=numbers)
