"""Calls to the API within this process, as a program with a key makes them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import override_settings

from cairn.records.lock import NOBODY, _looking
from cairn.records.users import Role
from cairn.services.keys.keeping import create_key
from cairn.services.keys.terms import SCOPES_OF, Terms
from cairn.services.node.this_process import answer_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cairn.records.keys import Scope
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

URLS = {
    "ROOT_URLCONF": "api.urls_for_tests",
    "MIDDLEWARE": [],
    "ALLOWED_HOSTS": ["testserver"],
    "APPEND_SLASH": False,
}


def key(actor: Actor, role: Role = Role.INVESTIGATOR, *scopes: Scope, **limits: int) -> str:
    """Make a key of the actor's authority, with all scopes of its role unless some are named."""
    terms = Terms.usual(role, frozenset(scopes) or SCOPES_OF[role], life=timedelta(days=1), **limits)
    return str(create_key("a test's", role=role, terms=terms, actor=actor))


@dataclass(frozen=True)
class Answered:
    """What a call was answered."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def code(self) -> str:
        assert self.headers["Content-Type"] == "application/problem+json"
        assert self.body["status"] == self.status
        return str(self.body["code"])


@dataclass(frozen=True)
class Caller:
    """A program that calls with a key; nobody looks but who the API says."""

    key: str | None

    def get(self, path: str, *, headers: str = "", **query: object) -> Answered:
        more = {"HTTP_AUTHORIZATION": headers} if headers else {}
        return self._call("GET", path, b"", QUERY_STRING=urlencode(query), **more)

    def post(self, path: str, body: object = None, **headers: str) -> Answered:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._call("POST", path, raw, **headers)

    def put(self, path: str, body: bytes) -> Answered:
        place, _, query = path.partition("?")
        return self._call("PUT", place, body, QUERY_STRING=query, content_type="application/octet-stream")

    def delete(self, path: str) -> Answered:
        return self._call("DELETE", path)

    def upload(self, path: str, file: Path, *, field: str = "file") -> Answered:
        data = {field: SimpleUploadedFile(file.name, file.read_bytes())}
        raw = encode_multipart(BOUNDARY, data)
        return self._call("POST", path, raw, content_type=MULTIPART_CONTENT)

    def _call(self, method: str, path: str, body: bytes = b"", **more: str) -> Answered:
        if self.key is not None:
            more["HTTP_AUTHORIZATION"] = f"Bearer {self.key}"
        with _looking(NOBODY):
            found = Client(raise_request_exception=False).generic(
                method,
                f"/api/{path}",
                body,
                content_type=more.pop("content_type", "application/json"),
                **more,  # type: ignore[arg-type]  # WSGI's own names
            )
        is_json = found.headers.get("Content-Type", "").partition(";")[0].endswith("json")
        return Answered(
            found.status_code,
            dict(found.headers),
            json.loads(found.content) if is_json else found.content.decode(),
        )


@contextmanager
def api_of(node: Node) -> Iterator[None]:
    """Let this process answer for the node."""
    answer_for(node)
    with override_settings(**URLS):
        yield
