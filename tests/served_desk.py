"""A desk served by the command that a person types, and commands typed beside it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from cairn.cli.main import cli

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CAIRN = (sys.executable, "-m", "cairn.cli.main")
PATIENCE_S = 180
"""The first desk after a change of the search compiles it."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the desk of the node in ``folder`` within the block, and answer where."""
    with serving(folder) as (port, _):
        yield f"http://localhost:{port}"


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Do the same, and answer the port and the process."""
    port = free_port()
    command = [*CAIRN, "serve", "--port", str(port), "--node", str(folder)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        wait_for(port, server)
        yield port, server
    finally:
        server.terminate()
        server.communicate(timeout=PATIENCE_S)


def type_command(*words: str, folder: Path, password: str) -> None:
    """Do what ``cairn`` does with the words on the node in ``folder``; it must end well."""
    typed = [*words, "--node", str(folder)]
    CliRunner().invoke(cli, typed, env={"CAIRN_NEW_PASSWORD": password}, catch_exceptions=False)


def free_port() -> int:
    """Answer a port on which nobody listens."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens on the port; fail where the server has ended before."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and server.poll() is None:
        if is_open(port):
            return
        time.sleep(0.1)
    pytest.fail("the desk did not start")


def is_open(port: int) -> bool:
    """Answer whether somebody listens on the port."""
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
