"""Somebody else's victim or offender was put into a series, or taken out: its owner and its lead are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from cairn.records.alerts import AlertKind
from cairn.records.lock import node_work
from cairn.services.alerting.raising import News, raise_alerts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cairn.records.people import Offender, Victim
    from cairn.records.series import Series


@node_work("others are told what they may know")
def people_changed(person: Victim | Offender, series: Iterable[Series], *, joined: bool) -> None:
    """Tell those who own or lead these series that the person's owner has changed who is in them.

    Told each time: call it only where something has changed, in the transaction of the act.

    Raises:
        IntegrityError: No transaction is open (``alert.unbound``).
    """
    kind, now = type(person).__name__.lower(), timezone.now()
    raise_alerts(
        News(
            kind=AlertKind.PERSON,
            to=holder,
            once=f"person:{each.pk}:{kind}:{person.pk}:{now:%Y%m%dT%H%M%S.%f}",
            series=each,
            about=person.owner,
            facts={"what": kind, "joined": joined},
        )
        for each in series
        for holder in sorted({each.owner, each.lead}, key=lambda one: one.pk)
    )
