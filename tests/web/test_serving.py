"""The desk as it is served: slow and large requests, and what is left where the server is killed."""

from __future__ import annotations

import re
import socket
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from click.testing import CliRunner

from cairn.cli import serve
from cairn.index import kernel_cache
from cairn.records.connection import disconnect
from served_desk import free_port, is_open, serving
from web.people import PASSWORD, fill

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from subprocess import Popen

    from cairn.services.node.opening import Node

SLOW = 60
"""More than the desk has threads."""
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def server(shared_sqlite_node: Node) -> Iterator[tuple[int, Popen[bytes]]]:
    fill(shared_sqlite_node)
    disconnect()
    with serving(shared_sqlite_node.config.folder) as found:
        yield found


@pytest.fixture
def browser(server: tuple[int, Popen[bytes]]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{server[0]}", timeout=20) as client:
        yield client


def test_the_address_is_told_when_the_desk_answers(
    server: tuple[int, Popen[bytes]], browser: httpx.Client
) -> None:
    port, process = server
    assert process.stdout is not None
    lines = [process.stdout.readline()]
    while lines[-1] and not lines[-1].startswith(b"The desk of"):
        lines.append(process.stdout.readline())
    assert lines[-2] == b"The desk starts ...\n"
    assert lines[-1].endswith(f": http://127.0.0.1:{port}\n".encode())
    assert browser.get("/sign-in/").status_code == 200


def head(browser: httpx.Client, method: str, place: str, size: int) -> bytes:
    """Answer the head of a form with a token that holds, and so many bytes to come."""
    lines = (
        f"{method} {place} HTTP/1.1",
        f"Host: 127.0.0.1:{browser.base_url.port}",
        f"Cookie: cairn-form={browser.cookies['cairn-form']}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {size}",
    )
    return "\r\n".join([*lines, "", ""]).encode()


def sent(port: int, content: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    connection.sendall(content)
    return connection


def test_whoever_sends_slowly_keeps_nobody_from_the_desk(
    server: tuple[int, Popen[bytes]], browser: httpx.Client
) -> None:
    browser.get("/sign-in/")
    whole = head(browser, "POST", "/sign-in/", 1000)
    slow = [sent(server[0], part) for part in (whole + b"login=x", whole[:-2]) for _ in range(SLOW)]
    time.sleep(0.5)
    began = time.monotonic()
    assert browser.get("/sign-in/").status_code == 200
    assert time.monotonic() - began < 5
    for connection in slow:
        connection.close()


@pytest.mark.parametrize(
    ("place", "status"),
    [("/sign-in/", 400), ("/sign-in/passkey/", 400), ("/series/", 302), ("/api/v1/sightings/file", 401)],
)
def test_a_large_request_of_somebody_who_has_not_signed_in_is_answered_unread(
    server: tuple[int, Popen[bytes]], browser: httpx.Client, place: str, status: int
) -> None:
    browser.get("/sign-in/")
    with sent(server[0], head(browser, "POST", place, 1 << 40) + b"login=x") as connection:
        assert int(connection.recv(12)[9:]) == status


def test_a_large_part_arrives_whole_while_it_is_read(browser: httpx.Client) -> None:
    browser.get("/sign-in/")
    token = {"csrfmiddlewaretoken": browser.cookies["cairn-form"]}
    browser.post("/sign-in/", data={"login": "investigator", "password": PASSWORD, **token})
    token = {"csrfmiddlewaretoken": browser.cookies["cairn-form"]}
    place = browser.post("/checks/new/", data={"label": "phone", "upload": "1", **token}).headers["Location"]
    content = bytes(range(256)) * (5 * MIB // 256)
    query = {"path": "large.bin", "size": str(len(content)), "offset": "0"}
    headers = {"X-CSRFToken": token["csrfmiddlewaretoken"]}
    answer = browser.put(f"{place}parts/", params=query, content=content, headers=headers)
    assert answer.json() == {"received": len(content)}
    assert re.search(r"5(\.0)?\s*MB", browser.get(place).text)


def test_a_server_that_is_killed_leaves_nobody_on_its_port(server: tuple[int, Popen[bytes]]) -> None:
    port, process = server
    process.kill()
    process.wait()
    until = time.monotonic() + 15
    while is_open(port) and time.monotonic() < until:
        time.sleep(0.1)
    assert not is_open(port)


def test_the_search_is_compiled_before_the_desk_opens_where_it_is_not_kept(
    shared_sqlite_node: Node, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    done: list[str] = []

    def compile_now() -> None:
        done.append("compiled")
        kernel_cache.note_complete()

    monkeypatch.setattr(serve, "compile_beside", compile_now)
    monkeypatch.setattr(serve, "serve", lambda *_, **__: done.append("served"))
    command = ["--node", str(shared_sqlite_node.config.folder), "--port", str(free_port())]
    first, second = (CliRunner().invoke(serve.serve_, command, catch_exceptions=False) for _ in range(2))
    assert done == ["compiled", "served", "served"]
    assert "Preparing the search" in first.output
    assert "Preparing the search" not in second.output
