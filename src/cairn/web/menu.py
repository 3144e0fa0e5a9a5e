"""The menu: the rooms of the desk, each shown to those whose role has a use for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cairn.records.access import ROLES, Act
from cairn.web.addresses import address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.utils.functional import _StrPromise

    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class Room:
    """One entry of the menu.

    Attributes:
        route: The name of its page in the routes.
        title: What it is called.
        key: The keys that lead there, by their position on the keyboard.
        act: It is for those whose role may do this.
        unless: It is not for those whose role may do this, because they reach it from elsewhere.
    """

    route: str
    title: _StrPromise
    key: str
    act: Act
    unless: Act | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is shown to somebody on a page."""

    address: str
    title: _StrPromise
    key: str
    is_here: bool


ROOMS = (
    Room("check-list", _("Check"), "KeyG KeyC", Act.CASE_READ),
    Room("series-list", _("Series"), "KeyG KeyS", Act.SERIES_READ),
    Room("review", _("Review"), "KeyG KeyR", Act.MEDIA_REVEAL),
    Room("links", _("Links"), "KeyG KeyL", Act.LINK_READ),
    Room("alerts", _("Alerts"), "KeyG KeyN", Act.ALERT_READ),
    Room("investigations", _("Together"), "KeyG KeyI", Act.INVESTIGATION_READ),
    Room("reports", _("Reports"), "KeyG KeyE", Act.REPORT_READ),
    Room("report-take", _("Hand a report in"), "KeyG KeyE", Act.REPORT_TAKE, unless=Act.REPORT_READ),
    Room("people-list", _("People"), "KeyG KeyP", Act.PERSON_READ),
    Room("directory", _("Directory"), "KeyG KeyD", Act.DIRECTORY_READ),
    Room("statistics", _("Statistics"), "KeyG KeyT", Act.STATISTICS_READ),
    Room("keys", _("API keys"), "KeyG KeyK", Act.KEY_MANAGE),
    Room("audit", _("Audit log"), "KeyG KeyO", Act.AUDIT_READ),
)
"""In the order of the menu; the first that somebody may see is their start."""


NEWS = (
    Room("alerts", _("Alerts"), "KeyA", Act.ALERT_READ),
    Room("waiting", _("To confirm"), "KeyC", Act.STATUS_PROPOSE),
    Room("questions", _("Questions"), "KeyQ", Act.QUESTION_ASK),
    Room("conflicts", _("Worked on twice"), "KeyB", Act.SERIES_READ),
    Room("following", _("What we are told of"), "KeyF", Act.SUBSCRIPTION_MANAGE),
)
"""Where an authority is told something: one entry of the menu leads to the first, and each to the others."""


STOCK = (
    Room("reports", _("Reports"), "KeyE", Act.REPORT_READ),
    Room("lists", _("Hash lists"), "KeyL", Act.LIST_READ),
    Room("exports", _("Exports"), "KeyX", Act.CASE_EXPORT),
    Room("keeping", _("Kept and deleted"), "KeyK", Act.CASE_READ),
)
"""What comes in and goes out: one entry of the menu leads to the first, and each to the others."""


BEHIND = {NEWS[0].route: NEWS, STOCK[0].route: STOCK}
"""What one entry of the menu leads to beside its own page."""


def menu_for(actor: Actor, path: str, rooms: Iterable[Room] = ROOMS) -> Iterator[Entry]:
    """Yield the entries for this person, where they are on this path."""
    for room in rooms:
        is_elsewhere = room.unless is not None and actor.roles & ROLES[room.unless]
        if actor.roles & ROLES[room.act] and not is_elsewhere:
            behind = BEHIND.get(room.route, ()) if rooms is ROOMS else ()
            is_here = any(path.startswith(address(each.route)) for each in (room, *behind))
            yield Entry(address(room.route), room.title, room.key, is_here)
