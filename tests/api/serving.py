"""The API of a node behind a real socket of this machine, for programs that speak HTTP."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from api.calls import api_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cairn.services.node.opening import Node


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own word
        pass


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = False
    block_on_close = True

    def process_request_thread(self, request: object, client_address: object) -> None:
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]  # passed on
        finally:
            connections.close_all()


@contextmanager
def served(node: Node) -> Iterator[str]:
    """Serve the API of the node, and answer its address."""
    with api_of(node):
        yield from _served(WSGIHandler())


@contextmanager
def served_by(application: Callable[..., object]) -> Iterator[str]:
    """Serve any WSGI application, such as what stands in for somebody else's server."""
    yield from _served(application)


def _served(application: Callable[..., object]) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, application, server_class=_Threads, handler_class=_Quiet)  # type: ignore[arg-type]  # any application
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
