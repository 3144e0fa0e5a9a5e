"""``/alerts``: what the authority is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Router
from pydantic import Field

from cairn.api.bearer import Bearer, Call, asked
from cairn.api.paging import Cursor, cursor_to, number_of
from cairn.api.refusals import REFUSALS
from cairn.api.shapes import Shape
from cairn.records.alerts import AlertKind
from cairn.records.keys import Scope
from cairn.services.alerting.reading import AlertRow, Choice, list_alerts

router = Router(tags=["alerts"])
Most = Annotated[int, Field(ge=1, le=500)]


class AlertOut(Shape):
    """One alert, as far as it may be known by now."""

    number: int
    kind: AlertKind
    at: datetime
    series: str | None
    about: str | None
    contact: str | None
    words: str
    read_at: datetime | None

    @classmethod
    def of(cls, row: AlertRow) -> AlertOut:
        """Answer an alert as it is written."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class AlertsOut(Shape):
    """A page of alerts; ``next`` leads to the page after, and is none on the last."""

    alerts: list[AlertOut]
    next: str | None


@router.get(
    "/alerts", auth=Bearer(Scope.ALERTS_READ), response={200: AlertsOut, **REFUSALS}, summary="Read alerts"
)
def alerts(
    request: Call,
    kind: AlertKind | None = None,
    with_read: bool = False,  # noqa: FBT002 - a question's own form
    most: Most = 100,
    cursor: Cursor = None,
) -> AlertsOut:
    """List the alerts to the authority, the newest first. Reading them here does not mark them as read."""
    actor = asked(request).actor
    before = number_of(cursor)
    found = list_alerts(Choice(kind, with_read, most + 1, before), actor=actor)
    rows = [AlertOut.of(row) for row in found[:most]]
    return AlertsOut(alerts=rows, next=cursor_to(rows[-1].number) if len(found) > most else None)
