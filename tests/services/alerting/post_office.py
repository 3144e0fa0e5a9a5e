"""A mail server on loopback for tests: it keeps what it is given, and refuses what it is told to."""

from __future__ import annotations

import socketserver
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage


@dataclass
class PostOffice:
    """What has come in, and how recipients are answered: with a code, 250 where none is named.

    Attributes:
        port: Where it listens on 127.0.0.1.
        answers: The code for each recipient's address.
        received: The messages, in order.
        connections: How many connections were opened.
    """

    port: int = 0
    answers: dict[str, int] = field(default_factory=dict)
    received: list[EmailMessage] = field(default_factory=list)
    connections: int = 0


@contextmanager
def open_post_office() -> Iterator[PostOffice]:
    office = PostOffice()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            office.connections += 1
            self._say(220)
            while line := self.rfile.readline():
                word = line.split()[0].upper() if line.split() else b""
                if word == b"QUIT":
                    self._say(221)
                    return
                if word == b"RCPT":
                    address = line.decode().partition("<")[2].partition(">")[0]
                    self._say(office.answers.get(address, 250))
                elif word == b"DATA":
                    self._say(354)
                    office.received.append(self._message())
                    self._say(250)
                else:
                    self._say(250)

        def _say(self, code: int) -> None:
            self.wfile.write(f"{code} words\r\n".encode())

        def _message(self) -> EmailMessage:
            lines = []
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line)
            return message_from_bytes(b"".join(lines), policy=default)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Session) as server:
        office.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield office
        finally:
            server.shutdown()
            thread.join()
