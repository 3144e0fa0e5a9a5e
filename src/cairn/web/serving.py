"""Serving the desk: granian's workers, each with threads; on this machine alone unless a proxy adds TLS."""

from __future__ import annotations

import os
import socket
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from cairn.errors import ConfigurationError
from cairn.records.connection import disconnect
from cairn.records.desk_secret import desk_secret
from cairn.web.application import ADDRESS_VARIABLE
from cairn.web.settings import Address
from cairn.web.worker import worker_beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cairn.services.node.opening import Node

HEADERS_MS = 20_000
"""How long the head of a request may be on its way. Source: mod_reqtimeout, header=20."""
LAST_ANSWERS_S = 20
"""How long answers that are under way may take, once the desk is stopped."""
_ASKED_EVERY_S = 0.1
_ASKED_FOR_S = 5.0
_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where to ask, not where to listen
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where the desk listens, and how browsers reach it.

    Attributes:
        host: The address of this machine on which it listens.
        port: The port.
        address: Where browsers reach it through a TLS proxy, such as ``https://desk.unit.example``; empty
            for this machine alone.
        workers: Processes.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    address: str = ""
    workers: int = 1


def serve(node: Node, place: Place, *, answers: Callable[[], object] | None = None) -> None:
    """Serve the desk of the node until somebody stops it.

    Args:
        node: The open node.
        place: Where.
        answers: Is told once, when the desk answers.

    Raises:
        ConfigurationError: The address is none (``desk.address``), it would be served to others without TLS
            (``desk.plain``), the port is taken or not for this user (``desk.port``), or the node's secret is
            damaged (``node.secret``).
    """
    require_place(place)
    desk_secret(node.config)  # Made, or refused in words, before any worker needs it.
    disconnect()
    os.environ["CAIRN_NODE"] = str(node.config.folder)
    os.environ[ADDRESS_VARIABLE] = place.address
    with worker_beside(node), _telling(place, answers):
        _serve(place)


@contextmanager
def _telling(place: Place, answers: Callable[[], object] | None) -> Iterator[None]:
    """Tell once, within the block, that the desk answers; not where nobody waits for that."""
    ends = threading.Event()
    if answers is not None:
        asking = threading.Thread(
            target=_tell, args=(place, answers, ends), name="cairn-answers", daemon=True
        )
        asking.start()
    try:
        yield
    finally:
        ends.set()


def _tell(place: Place, answers: Callable[[], object], ends: threading.Event) -> None:
    """Ask until the desk answers, whatever it is, and tell that."""
    name = urlsplit(place.address).netloc
    headers = {"Host": name} if name else {}
    while not ends.wait(_ASKED_EVERY_S):
        connection = HTTPConnection(_EVERYWHERE.get(place.host, place.host), place.port, timeout=_ASKED_FOR_S)
        try:
            connection.request("HEAD", "/", headers=headers)
            connection.getresponse()
        except (OSError, HTTPException):
            continue
        finally:
            connection.close()
        answers()
        return


def _serve(place: Place) -> None:
    Granian(
        "cairn.web.application:application",
        factory=True,
        address=place.host,
        port=place.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=place.workers,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_MS),
        workers_kill_timeout=LAST_ANSWERS_S,
        log_access=False,
        respawn_failed_workers=True,
        log_level=LogLevels.error,
    ).serve()


def require_place(place: Place) -> None:
    """Make sure that the desk can be served there.

    Raises:
        ConfigurationError: As ``serve`` says.
    """
    Address.parse(place.address)
    if place.host not in _LOOPBACK and not place.address:
        raise ConfigurationError(
            "The desk speaks plain HTTP, which others on the network could read. Let a proxy add TLS, and "
            "say where browsers reach it: --address https://desk.unit.example",
            code="desk.plain",
        )
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((place.host, place.port))
        except OSError as error:
            raise ConfigurationError(
                f"The desk cannot listen on {place.host}, port {place.port}: {error.strerror}. "
                "Choose another one with --port.",
                code="desk.port",
            ) from error
