"""What somebody says of a series: notes, own names, markers, urgency, and that they work on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cairn.records.series import Marker, Priority
from cairn.services.series.claims import STANDARD_DAYS, claim, release
from cairn.services.series.words import (
    add_alias,
    add_note,
    clear_marker,
    drop_alias,
    set_marker,
    set_priority,
)
from cairn.web.typed import choice, is_ticked, number, text
from cairn.web.words import word

if TYPE_CHECKING:
    from django.http import QueryDict

    from cairn.records.series import Series
    from cairn.records.users import Actor


def note(series: Series, typed: QueryDict, actor: Actor) -> str:
    """Add a note."""
    add_note(series, typed.get("text", ""), actor=actor)
    return _("Your note is added; everybody who sees the series reads it.")


def alias(series: Series, typed: QueryDict, actor: Actor) -> str:
    """Call the series by a name of one's own, or no longer."""
    name = text(typed, "name")
    if is_ticked(typed, "drop"):
        drop_alias(series, name, actor=actor)
        return _("Your authority no longer calls it “%(name)s”.") % {"name": name}
    add_alias(series, name, actor=actor)
    return _("Your authority calls it “%(name)s” too, and finds it so.") % {"name": name}


def mark(series: Series, typed: QueryDict, actor: Actor) -> str:
    """Set a marker, or take back one's own."""
    marker = choice(typed, "marker", Marker)
    if is_ticked(typed, "clear"):
        clear_marker(series, marker, actor=actor)
        return _("Your marker “%(marker)s” is taken back.") % {"marker": word(marker)}
    set_marker(series, marker, actor=actor)
    return _("The series is marked “%(marker)s”.") % {"marker": word(marker)}


def prioritise(series: Series, typed: QueryDict, actor: Actor) -> str:
    """Say how urgent it is."""
    priority = choice(typed, "priority", Priority)
    set_priority(series, priority, actor=actor)
    return _("The priority is “%(priority)s” now.") % {"priority": word(priority)}


def work_on(series: Series, typed: QueryDict, actor: Actor) -> str:
    """Say that one works on it now, for so many days; again, it renews the claim."""
    days = number(typed, "days") if text(typed, "days") else STANDARD_DAYS
    row = claim(series, days=days, case=text(typed, "case") or None, actor=actor)
    return _("Your authority works on it, until %(day)s unless you say so again.") % {
        "day": row.ends_at.date().isoformat()
    }


def stop_work(series: Series, _typed: QueryDict, actor: Actor) -> str:
    """End one's claim now."""
    release(series, actor=actor)
    return _("Your authority no longer works on it.")
