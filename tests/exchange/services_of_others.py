"""Services of others, played on this machine by what is published of them; none of their own code runs."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass
class Answer:
    """What a service answers to one question."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One question that a service was asked."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@contextmanager
def played(answer: Callable[[Asked], Answer]) -> Iterator[str]:
    """Answer the address of a service that answers so."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            found = answer(Asked(parts.path, dict(parse_qsl(parts.query)), dict(self.headers.items())))
            if found.status == 0:
                self.close_connection = True
                return
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            if "Content-Length" not in found.headers:
                self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own word
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/base"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Sharing:
    """A hash sharing service: entries with their times, handed out in windows and pages, in no order of time.

    An address of a page holds until ``forget`` is called, as the real one's goes stale after hours.
    """

    entries: dict[str, tuple[str, str]] = field(default_factory=dict)
    page: int = 2
    asked: list[Asked] = field(default_factory=list)
    generation: int = 0

    def put(self, name: str, at: str, *, md5: str | None, shape: str = "image") -> None:
        """Put an entry there, or a tombstone where there is no MD5."""
        member = '<member id="42">Example Member</member>'
        stamp = f"<timestamp>{at}</timestamp><id>{name}</id>"
        if md5 is None:
            tag = f"deleted{shape.capitalize()}"
            self.entries[name] = at, f"<{tag}>{member}{stamp}</{tag}>"
        else:
            hashes = f"<fingerprints><md5>{md5}</md5><videntifier href='/x'/></fingerprints>"
            self.entries[name] = (
                at,
                f"<{shape}>{member}{stamp}<classification>A1</classification>{hashes}</{shape}>",
            )

    def forget(self) -> None:
        """Let all addresses of pages go stale."""
        self.generation += 1

    def __call__(self, asked: Asked) -> Answer:
        """Answer as the service does."""
        self.asked.append(asked)
        if asked.path != "/base/v2/entries" or asked.headers.get("Authorization") != "Basic dXNlcjpzZWNyZXQ=":
            return Answer(status=403)
        start = int(asked.query.get("start", 0))
        if start and int(asked.query.get("generation", 0)) != self.generation:
            return Answer(b"stale", status=400)
        first, last = asked.query.get("from", ""), asked.query["to"]
        found = [xml for at, xml in reversed(self.entries.values()) if first <= at <= last]
        page = found[start : start + self.page]
        images = "".join(each for each in page if "mage>" in each)
        videos = "".join(each for each in page if "ideo>" in each)
        following = ""
        if start + self.page < len(found):
            window = "".join(f"{key}={asked.query[key]}&amp;" for key in ("from", "to") if key in asked.query)
            where = f"start={start + self.page}&amp;size={self.page}&amp;max={len(found)}"
            next_ = f"/v2/entries?{window}{where}&amp;generation={self.generation}"
            following = f"<paging><next>{next_}</next></paging>"
        body = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            '<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">'
            f"<images>{images}</images><videos>{videos}</videos>{following}</queryResult>"
        )
        return Answer(body.encode())
