"""A look that goes by another way, such as a link or a victim, is a look at the series that it shows too."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from cairn.records import audit
from cairn.records.access import visible_series
from cairn.records.lock import under_lock
from cairn.records.series import Series
from cairn.services.status.subjects import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.records.users import Actor
    from cairn.services.status.subjects import Subject


@under_lock
def series_shown_with(subjects: Iterable[Subject], *, actor: Actor) -> frozenset[int]:
    """Answer the ids of the series among these, and of those that the actor sees the people in."""
    found: set[int] = set()
    people: defaultdict[str, list[Subject]] = defaultdict(list)
    for subject in subjects:
        if isinstance(subject, Series):
            found.add(subject.pk)
        else:
            people[kind_of(subject).field].append(subject)
    for field, some in people.items():
        rows = visible_series(actor).filter(**{f"{field}__in": some})
        found.update(rows.values_list("pk", flat=True))
    return frozenset(found)


@under_lock
def audit_look(series: Iterable[int], *, actor: Actor, case: str = "") -> None:
    """Write down that these series were shown, so that their owners learn of it; nothing where none was."""
    numbers = frozenset(series)
    if numbers:
        audit.append(audit.AuditTag.SERIES_LOOKED, actor=actor, case_reference=case, record_ids=numbers)
