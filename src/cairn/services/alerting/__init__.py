"""Alerts: everything raises them here, and they are read, delivered and printed here."""

from cairn.services.alerting.attached import people_changed
from cairn.services.alerting.events import (
    confirmation_asked,
    deletion_asked,
    handling_changed,
    review_due,
    status_changed,
    thanks_allowed,
    withdrawn,
)
from cairn.services.alerting.raising import Fact, News, raise_alert, raise_alerts, recipient
from cairn.services.alerting.same_work import work_changed

__all__ = [
    "Fact",
    "News",
    "confirmation_asked",
    "deletion_asked",
    "handling_changed",
    "people_changed",
    "raise_alert",
    "raise_alerts",
    "recipient",
    "review_due",
    "status_changed",
    "thanks_allowed",
    "withdrawn",
    "work_changed",
]
