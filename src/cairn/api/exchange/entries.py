"""``/v2/entries``, ``/v2/members``, ``/v2/status``: what is given, whose it is, and who asks."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router

from cairn.api.bearer import Call, asked
from cairn.errors import InputError
from cairn.exchange.sharing import members_xml, result_xml, status_xml, time_text
from cairn.services.exchange.giving import PAGE_ENTRIES, Place, Window, give_page, members

router = Router()
_PLACE = re.compile(r"(-1|\d{1,12})\.([0-9a-f]{16})\.(\d{1,9})\.(\d{1,9})")


@router.get("/status")
def status(request: Call) -> HttpResponse:
    """Answer who asks."""
    caller = asked(request)
    me, _ = members(actor=caller.actor)
    user = "" if caller.actor.user is None else caller.actor.user.login
    return as_xml(status_xml(me, user=user, address=request.META.get("REMOTE_ADDR", "")))


@router.get("/members")
def all_members(request: Call) -> HttpResponse:
    """Answer the authorities whose lists are given to the key's, and its own."""
    return as_xml(members_xml(members(actor=asked(request).actor)[1]))


@router.get("/entries")
def entries(
    request: Call,
    from_: str = Query("", alias="from"),  # type: ignore[type-arg]  # ninja's own way
    to: str = "",
    after: str = "",
) -> HttpResponse:
    """Answer what has changed between two times, a page at a time, and where the next page is."""
    place = _place(after)
    now = timezone.now().replace(microsecond=0)
    until = min(_time(to) or now, now)
    window = Window(_time(from_), until)
    caller = asked(request, PAGE_ENTRIES)
    page = give_page(window, place, actor=caller.actor, now=now)
    return as_xml(result_xml(page.found, None if page.next is None else _address(window, page.next)))


def as_xml(text: str) -> HttpResponse:
    """Answer a document."""
    return HttpResponse(text.encode(), content_type="application/xml; charset=utf-8")


def _address(window: Window, place: Place) -> str:
    """Answer where the next page is, from the service's own address on."""
    asked_for = {} if window.since is None else {"from": time_text(window.since)}
    after = f"{place.removed}.{place.tag}.{place.stretch}.{place.row}"
    return f"/v2/entries?{urlencode({**asked_for, 'to': time_text(window.until), 'after': after})}"


def _place(after: str) -> Place:
    if not after:
        return Place()
    found = _PLACE.fullmatch(after)
    if found is None:
        raise InputError("Send the address of the next page as the page before gave it.", code="call.cursor")
    return Place(int(found[1]), found[2], int(found[3]), int(found[4]))


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError("Times are such as 2026-11-27T00:00:00Z.", code="call.time") from None
