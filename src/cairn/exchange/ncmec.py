"""Fetching from a hash sharing service in the style of NCMEC's version 2.

A window of time is fetched page by page. Entries come in no order of time, so the window counts only once
its last page is there; then the next one begins where it ended, an hour earlier, since clocks differ. A
page's address goes stale after some hours: then the window is begun again.
"""

from __future__ import annotations

import io
from base64 import b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit
from xml.sax.saxutils import escape, quoteattr

from cairn.errors import InputError, PeerError
from cairn.exchange.connection import StaleError
from cairn.exchange.kept import Word
from cairn.exchange.sharing import NAMESPACE, time_text
from cairn.intake.lists.shared_entries import OWN
from cairn.intake.xml_records import read_records

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cairn.exchange.connection import Service
    from cairn.exchange.kept import Kept
    from cairn.intake.xml_records import Element

OVERLAP_S: Final = 3600
STALE_AFTER_S: Final = 11 * 3600
"""Published clients say of NCMEC's that an address goes stale after about twelve hours."""
MOST_PAGES: Final = 1_000_000
_SHAPES: Final = {"image": "image", "video": "video", "deletedImage": "image", "deletedVideo": "video"}
_MARKS: Final = ("tlp", "handling_code", "handling_words")


def credentials(user: str, secret: str) -> dict[str, str]:
    """Answer the headers that say who asks."""
    return {"Authorization": f"Basic {b64encode(f'{user}:{secret}'.encode()).decode()}"}


def pull(
    service: Service, kept: Kept, *, now: datetime, watch: Callable[[int], object] = lambda _: None
) -> int:
    """Fetch what has changed since the last time, and answer how many pages that were.

    Killed at any point it goes on at the page after the last that was kept.

    Args:
        service: Whom to ask.
        kept: What was fetched so far.
        now: The time.
        watch: Is told how many entries and tombstones came so far.

    Raises:
        PeerError: The service does not answer as agreed; what came before is kept.
    """
    place = _begun(kept, now)
    came, may_begin_again = 0, "after" in place
    for page in range(1, MOST_PAGES):
        address = place["after"] if "after" in place else _first(place)
        try:
            words, following = read_page(service.get(address), int(now.timestamp()))
        except StaleError:
            if not may_begin_again:
                raise
            may_begin_again = False
            place = {name: value for name, value in place.items() if name != "after"}
            continue
        came += len(words)
        if following is None:
            kept.take(words, {"since": place["to"], "from": None, "to": None, "after": None, "at": None})
            watch(came)
            return page
        if following == place.get("after"):
            raise PeerError("The service leads from a page to itself.", code="peer.answer")
        place = {**place, "after": following}
        kept.take(words, {**place, "at": str(int(now.timestamp()))})
        watch(came)
    raise PeerError("The service has more pages than any list.", code="peer.answer")


def combined(kept: Kept) -> Iterator[str]:
    """Yield a document with everything that stands, as a service would answer it at once."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<queryResult xmlns="{NAMESPACE}">\n'
    for shape in sorted(set(_SHAPES.values())):
        yield f"<{shape}s>\n"
        for record in kept.records(f"{shape} "):
            yield f"{record}\n"
        yield f"</{shape}s>\n"
    yield "</queryResult>\n"


def read_page(raw: bytes, now_s: int) -> tuple[list[Word], str | None]:
    """Answer what a page says, and where the next one is, below the service's own address.

    Raises:
        PeerError: It is no page of entries, or leads elsewhere (``peer.answer``).
    """
    words: list[Word] = []
    try:
        for element in read_records(io.BytesIO(raw), lambda names: names[-1] in _SHAPES):
            if element.name in _SHAPES:
                words += _words(element, now_s)
                continue
            if element.name != "queryResult":
                break
            paging = element.find("paging")
            return words, _following(paging.said("next") if paging else None)
    except InputError as error:
        raise PeerError(
            f"The service's answer cannot be read. {error.sentence}", code="peer.answer"
        ) from None
    raise PeerError("The service's answer is no page of entries.", code="peer.answer")


def _begun(kept: Kept, now: datetime) -> dict[str, str]:
    """Answer the window that was begun, or a new one."""
    since, to, after, at = (kept.place(name) for name in ("since", "to", "after", "at"))
    from_ = kept.place("from")
    is_fresh = at is not None and int(now.timestamp()) - int(at) < STALE_AFTER_S
    if to is not None and after is not None and is_fresh:
        return {"to": to, "after": after, **({} if from_ is None else {"from": from_})}
    place = {"to": time_text(now)}
    if since is not None:
        begin = datetime.fromisoformat(since).timestamp() - OVERLAP_S
        place["from"] = time_text(datetime.fromtimestamp(begin, UTC))
    return place


def _first(place: dict[str, str]) -> str:
    window: dict[str, str] = {name: place[name] for name in ("from", "to") if name in place}
    return f"/v2/entries?{urlencode(window)}"


def _following(address: str | None) -> str | None:
    """Answer the path of the next page below the service's own address, whatever address is said."""
    if address is None:
        return None
    parts = urlsplit(address)
    _, there, query = address.partition("/v2/entries?")
    if not there or parts.fragment or not query.isascii() or not query.isprintable() or " " in query:
        raise PeerError("The service leads to a page that is none of its own.", code="peer.answer")
    return f"/v2/entries?{query}"


def _words(element: Element, now_s: int) -> Iterator[Word]:
    member, name = element.find("member"), element.said("id")
    if name is None or member is None:
        return
    is_gone = element.name.startswith("deleted")
    own = element.find(OWN)
    marks = {} if own is None else {key: own.attributes[key] for key in _MARKS if key in own.attributes}
    yield Word(
        name=f"{_SHAPES[element.name]} {member.attributes.get('id') or member.text} {name}",
        at=_seconds(element.said("timestamp"), now_s),
        record="" if is_gone else _written(element),
        marking="" if is_gone else "\n".join(marks.get(key, "") for key in _MARKS).rstrip("\n"),
    )


def _seconds(text: str | None, now_s: int) -> int:
    """Answer a time; one that cannot be read counts as now, and one that is still to come, too."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return now_s
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    return min(int(found.timestamp()), now_s)


def _written(element: Element) -> str:
    """Answer an element as text again, without prefixes and line ends between its parts."""
    attributes = "".join(f" {name}={quoteattr(value)}" for name, value in element.attributes.items())
    inside = escape(element.text) + "".join(map(_written, element.children))
    return f"<{element.name}{attributes}>{inside}</{element.name}>"
