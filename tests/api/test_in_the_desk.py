"""The API where `cairn serve` has it: beside the desk, without its sessions and forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.test import Client

from api.calls import key
from cairn.web.application import desk_of

if TYPE_CHECKING:
    from cairn.services.node.opening import Node


def test_the_desk_serves_the_api_with_its_own_headers_and_without_cookies(sqlite_node: Node) -> None:
    desk_of(sqlite_node)
    client = Client(enforce_csrf_checks=True, headers={"Host": "127.0.0.1"})
    body = {"sha256": ["0" * 64]}
    words = {"HTTP_AUTHORIZATION": f"Bearer {key(sqlite_node.operator)}", "content_type": "application/json"}
    found = client.post("/api/v1/lookup", body, **words)  # type: ignore[arg-type]  # WSGI's own names
    assert (found.status_code, found.json()["counts"]["new"]) == (200, 1)
    assert found.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    assert not client.cookies
    for path in ("/api/v1/nothing", "/api/"):
        found = client.post(path, body, content_type="application/json")
        assert (found.status_code, found.headers["Content-Type"]) == (404, "application/problem+json")
