"""Fetching from StopNCII, version 1: records with a type, a hash, a state, cases and feedback.

A record is the newest word on its hash and replaces what was said before. ``Withdrawn`` and ``Deleted`` are
tombstones. Source: the published client of ThreatExchange, exchanges/clients/stopncii.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from cairn.errors import PeerError
from cairn.exchange.connection import StaleError
from cairn.exchange.kept import Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from cairn.exchange.connection import Service
    from cairn.exchange.kept import Kept

PAGE_RECORDS: Final = 800
"""As the published client asks."""
FIRST_S: Final = 10
"""The same, for the first time: the service takes no zero."""
STALE_AFTER_S: Final = 3600
"""The token of a page does not hold for long."""
MOST_PAGES: Final = 1_000_000
MAX_RECORD_CHARS: Final = 1024 * 1024
_GONE: Final = {"Withdrawn", "Deleted"}


def credentials(secret: str, subscription: str) -> dict[str, str]:
    """Answer the headers that say who asks."""
    return {"x-functions-key": secret, "Ocp-Apim-Subscription-Key": subscription}


def pull(
    service: Service, kept: Kept, *, now: datetime, watch: Callable[[int], object] = lambda _: None
) -> int:
    """Fetch what has changed since the last time, and answer how many pages that were.

    Args:
        service: Whom to ask.
        kept: What was fetched so far.
        now: The time.
        watch: Is told how many records came so far.

    Raises:
        PeerError: The service does not answer as agreed; what came before is kept.
    """
    now_s = int(now.timestamp())
    since, token = kept.place("since") or str(FIRST_S), _token(kept, now_s)
    came, may_begin_again = 0, token is not None
    for page in range(1, MOST_PAGES):
        asked = {"startTimestamp": since, "pageSize": PAGE_RECORDS}
        asked |= {} if token is None else {"nextPageToken": token}
        try:
            answer, words = read_page(service.get(f"/FetchHashes?{urlencode(asked)}"))
        except StaleError:
            if not may_begin_again:
                raise
            token, may_begin_again = None, False
            continue
        came += len(words)
        if not answer["hasMoreRecords"]:
            kept.take(words, {"since": _later(since, answer), "token": None, "at": None})
            watch(came)
            return page
        following = answer.get("nextPageToken")
        if not isinstance(following, str) or not following or following == token:
            raise PeerError("The service leads from a page to no other one.", code="peer.answer")
        token = following
        kept.take(words, {"token": token, "at": str(now_s)})
        watch(came)
    raise PeerError("The service has more pages than any list.", code="peer.answer")


def combined(kept: Kept) -> Iterator[str]:
    """Yield a document with everything that stands, as the service would answer it at once."""
    yield '{"hashRecords": ['
    separator = "\n"
    for record in kept.records():
        yield f"{separator}{record}"
        separator = ",\n"
    yield "\n]}\n"


def read_page(raw: bytes) -> tuple[dict[str, Any], list[Word]]:
    """Answer what a page says of itself, and its words.

    Raises:
        PeerError: It is no page of records (``peer.answer``).
    """
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    is_page = isinstance(found, dict) and isinstance(found.get("hashRecords"), list)
    if not is_page or type(found.get("hasMoreRecords")) is not bool:
        raise PeerError("The service's answer is no page of records.", code="peer.answer")
    return dict(found), [word for record in found["hashRecords"] for word in _words(record)]


def _token(kept: Kept, now_s: int) -> str | None:
    at = kept.place("at")
    return kept.place("token") if at is not None and now_s - int(at) < STALE_AFTER_S else None


def _later(since: str, answer: dict[str, Any]) -> str:
    """Answer from when on to ask the next time; a service that says nothing is asked as before."""
    said = answer.get("nextSetTimestamp")
    return str(max(said, int(since))) if type(said) is int else since


def _words(record: object) -> Iterator[Word]:
    """Yield the word of a record; what has no type and hash is none, and is passed over."""
    if not isinstance(record, dict):
        return
    kind, value, at = (record.get(name) for name in ("signalType", "hashValue", "lastModtimestamp"))
    if not isinstance(kind, str) or not isinstance(value, str):
        return
    text = json.dumps(record)
    if len(text) > MAX_RECORD_CHARS:
        return
    status = record.get("hashStatus")
    is_gone = isinstance(status, str) and status in _GONE
    yield Word(f"{kind} {value}", at if type(at) is int else 0, "" if is_gone else text)
