"""Between granian and Django: requests come in on an event loop, and are worked on by threads.

There are few threads, and whoever sends a request byte by byte, over a bad line or on purpose, would take
one for as long as that lasts. So a thread is given to a request that is here: one that is still coming waits
in the event loop, which waits for a thousand as well as for one, and for none longer than ``PATIENCE_S``.

What is larger than ``AT_ONCE_BYTES`` does not fit into memory for everybody. It is handed on while it comes;
``gate`` refuses it unread where nobody has signed in. Of those who have, each piece has to come in time.
"""

from __future__ import annotations

import asyncio
import io
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from granian.rsgi import ProtocolClosed, ProtocolError  # type: ignore[attr-defined]  # granian's documented names

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from wsgiref.types import WSGIApplication

    from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]  # as above

PATIENCE_S = 20.0
"""How long a request may be on its way, a piece of a large one, and the taking of a piece of an answer.
Source: ModSecurity's and Apache's usual limit, mod_reqtimeout, body=20."""
AT_ONCE_BYTES = 128 * 1024
"""A look-up of 1,000 hashes; times a thousand connections it still fits into the memory of a small server."""
TIMED_OUT, REFUSED = 408, 400
_CLOSE = [("connection", "close")]

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Answered:
    """What the application has answered: all at once, or in pieces."""

    status: int
    headers: Headers
    content: bytes = b""
    pieces: Iterator[bytes] | None = None
    close: Callable[[], None] | None = None


class Receiver:
    """Receives requests as granian's RSGI protocol hands them out, and answers with a WSGI application."""

    def __init__(self, application: WSGIApplication, *, threads: int) -> None:
        """Work on so many requests at once."""
        self._application = application
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="cairn-desk")

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request."""
        loop = asyncio.get_running_loop()
        size = _size(scope)
        if scope.proto != "http" or size is None:
            protocol.response_empty(REFUSED, _CLOSE)
            return
        try:
            body = await self._body(protocol, size)
        except TimeoutError:
            protocol.response_empty(TIMED_OUT, _CLOSE)
            return
        except (ProtocolClosed, ProtocolError):  # Whoever asked has left.
            return
        answered = await loop.run_in_executor(self._pool, self._work, _environ(scope, size, body))
        if answered.pieces is None:
            protocol.response_bytes(answered.status, answered.headers, answered.content)
        else:
            await self._send(protocol, answered)

    async def _body(self, protocol: HTTPProtocol, size: int) -> io.BufferedIOBase | io.RawIOBase:
        if size > AT_ONCE_BYTES:
            return Arriving(protocol.__aiter__(), asyncio.get_running_loop(), size)
        content = await asyncio.wait_for(protocol(), PATIENCE_S) if size else b""
        return io.BytesIO(content)

    def _work(self, environ: dict[str, Any]) -> Answered:
        begun: list[tuple[int, Headers]] = []

        def start(status: str, headers: Headers, _: object = None) -> Callable[[bytes], object]:
            begun.append((int(status.split(" ", 1)[0]), headers))
            return bytes  # The old way to write, which Django does not use.

        found = self._application(environ, start)
        status, headers = begun[-1]
        close = getattr(found, "close", None)
        if getattr(found, "streaming", False):
            return Answered(status, headers, pieces=iter(found), close=close)
        content = b"".join(found)
        if close:
            close()
        return Answered(status, headers, content)

    async def _send(self, protocol: HTTPProtocol, answered: Answered) -> None:
        """Send an answer in pieces; whoever takes none in time is left."""
        loop, pieces = asyncio.get_running_loop(), answered.pieces or iter(())
        transport = protocol.response_stream(answered.status, answered.headers)
        try:
            while piece := await loop.run_in_executor(self._pool, lambda: next(pieces, b"")):
                await asyncio.wait_for(transport.send_bytes(piece), PATIENCE_S)
        except (TimeoutError, ProtocolClosed, ProtocolError):
            return
        finally:
            if answered.close:
                await loop.run_in_executor(self._pool, answered.close)


class Arriving(io.RawIOBase):
    """The body of a large request, read by a thread while it comes in on the event loop."""

    def __init__(self, pieces: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop, size: int) -> None:
        """Read ``size`` bytes at most."""
        self._pieces, self._loop, self._left = pieces, loop, size
        self._here = b""

    def readable(self) -> bool:
        """Answer yes."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """Answer the next bytes: as many as are asked for, fewer at the end alone.

        Raises:
            TimeoutError: The next piece did not come in time.
        """
        wanted = self._left if size < 0 else min(size, self._left)
        parts, number = [self._here], len(self._here)
        while number < wanted:
            piece = self._next()
            if not piece:
                wanted = self._left = number  # The other side has left.
            parts.append(piece)
            number += len(piece)
        everything = b"".join(parts)
        self._here, self._left = everything[wanted:], self._left - wanted
        return everything[:wanted]

    def _next(self) -> bytes:
        return asyncio.run_coroutine_threadsafe(self._piece(), self._loop).result()

    async def _piece(self) -> bytes:
        try:
            return bytes(await asyncio.wait_for(anext(self._pieces), PATIENCE_S))
        except (StopAsyncIteration, ProtocolClosed, ProtocolError):
            return b""


def _size(scope: Scope) -> int | None:
    """Answer how many bytes come with a request, or ``None`` where that is not said as a number."""
    typed = scope.headers.get("content-length") or "0"
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 16 else None  # noqa: PLR2004


def _environ(scope: Scope, size: int, body: io.BufferedIOBase | io.RawIOBase) -> dict[str, Any]:
    """Answer the request as WSGI describes it (PEP 3333)."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope.path).decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "CONTENT_LENGTH": str(size),
        "CONTENT_TYPE": scope.headers.get("content-type", ""),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        key = f"HTTP_{name.upper().replace('-', '_')}"
        if "_" in name or key in {"HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE"}:
            continue  # A name with "_" could be taken for another one with "-".
        between = "; " if name == "cookie" else ","
        environ[key] = f"{environ[key]}{between}{value}" if key in environ else value
    return environ
