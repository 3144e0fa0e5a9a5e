"""Requests are received on an event loop, and worked on by threads once they are here."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from cairn.web import receiving
from cairn.web.receiving import AT_ONCE_BYTES, Receiver

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable


class Scope:
    """A request's head, as granian tells it."""

    proto, method, http_version, scheme, authority = "http", "POST", "1.1", "http", None
    server, client, query_string = "127.0.0.1:8000", "127.0.0.1:40000", "a=%20b"

    def __init__(self, path: str, **headers: str) -> None:
        self.path = path
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Protocol:
    """A connection: what comes in, how long each piece takes, and what is answered."""

    def __init__(self, *pieces: bytes, each_s: float = 0) -> None:
        self.pieces, self.each_s = pieces, each_s
        self.answered: list[Any] = []

    async def __call__(self) -> bytes:
        return b"".join([piece async for piece in self])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            await asyncio.sleep(self.each_s)
            yield piece

    def response_empty(self, status: int, _: object) -> None:
        self.answered = [status]

    def response_bytes(self, status: int, _: object, content: bytes) -> None:
        self.answered = [status, content]

    def response_stream(self, status: int, _: object) -> Protocol:
        self.answered = [status]
        return self

    async def send_bytes(self, piece: bytes) -> None:
        self.answered.append(piece)


def echo(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
    """Answer the path, the header ``X-A``, and what came."""
    content: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start("200 OK", [])
    return [
        environ["PATH_INFO"].encode("latin-1"),
        b"|",
        environ.get("HTTP_X_A", "-").encode(),
        b"|",
        content,
    ]


def ask(scope: Scope, protocol: Protocol, application: Any = echo) -> list[Any]:
    asyncio.run(Receiver(application, threads=2).__rsgi__(scope, protocol))  # type: ignore[arg-type]  # as granian's
    return protocol.answered


def test_a_small_request_is_handed_on_once_it_is_here() -> None:
    scope = Scope("/caf%C3%A9", content_length="4", x_a="1")
    assert ask(scope, Protocol(b"ab", b"cd")) == [200, "/café|1|abcd".encode()]


def test_a_header_with_a_line_below_cannot_pass_for_another_one() -> None:
    scope = Scope("/", content_length="0")
    scope.headers["x_a"] = "forged"
    assert ask(scope, Protocol()) == [200, b"/|-|"]


def test_a_large_request_is_read_while_it_comes_and_ends_where_the_other_side_leaves() -> None:
    size, piece = AT_ONCE_BYTES + 10, b"x" * 60_000
    assert ask(Scope("/", content_length=str(size)), Protocol(piece, piece, piece)) == [
        200,
        b"/|-|" + b"x" * size,
    ]
    assert ask(Scope("/", content_length=str(size)), Protocol(piece)) == [200, b"/|-|" + piece]


def test_what_does_not_come_in_time_takes_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "PATIENCE_S", 0.01)
    worked: list[object] = []
    assert ask(Scope("/", content_length="4"), Protocol(b"ab", each_s=5), worked.append) == [408]
    assert worked == []


def test_a_piece_that_does_not_come_in_time_is_an_error_for_whoever_reads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(receiving, "PATIENCE_S", 0.01)
    with pytest.raises(TimeoutError):
        ask(Scope("/", content_length=str(AT_ONCE_BYTES + 1)), Protocol(b"ab", each_s=5))


@pytest.mark.parametrize("typed", ["-1", "x", "1e3", "9" * 20])
def test_a_size_that_is_none_is_refused(typed: str) -> None:
    assert ask(Scope("/", content_length=typed), Protocol()) == [400]


def test_an_answer_in_pieces_is_sent_in_pieces_and_closed() -> None:
    class Pieces(list[bytes]):
        streaming, is_closed = True, False

        def close(self) -> None:
            self.is_closed = True

    pieces = Pieces([b"one", b"two"])

    def application(_: object, start: Callable[..., object]) -> Pieces:
        start("206 Partial Content", [])
        return pieces

    assert ask(Scope("/"), Protocol(), application) == [206, b"one", b"two"]
    assert pieces.is_closed
