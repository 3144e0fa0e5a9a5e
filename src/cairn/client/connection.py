"""One connection to a node, kept open from call to call, and opened anew where it was closed meanwhile."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from cairn.errors import PeerError

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT_S = 60.0
MOST_ANSWER_BYTES = 256 * 1024 * 1024
"""An answer above is not read: no call of the API answers so much."""
TRIES = 3
LONGEST_WAIT_S = 120
"""A limit that is further away than this is told, not waited for."""
_LIMIT, _NOT_NOW = 429, 503
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class ApiError(PeerError):
    """The node has refused a call, or did not answer as agreed.

    Attributes:
        status: Of the answer; 0 where there was none.
        wait_s: After how many seconds it may be asked again, where the node says so.
    """

    def __init__(self, sentence: str, *, code: str, status: int = 0, wait_s: int | None = None) -> None:
        """Keep what the node has said."""
        super().__init__(sentence, code=code, status=status)
        self.status = status
        self.wait_s = wait_s


class Connection:
    """Sends calls with a key, and answers what comes back as JSON values."""

    def __init__(self, address: str, *, key: str, tls: ssl.SSLContext | None, timeout_s: float) -> None:
        """Take where the node is.

        Raises:
            ValueError: The address is none, or is plain HTTP to another machine, which would show the key.
        """
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.username:
            raise ValueError("The address of a node is such as https://node.example")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("Plain HTTP would show the key to others on the network; use https.")
        self._path = parts.path.rstrip("/")
        self._key = key
        self._timeout_s = timeout_s
        self._open: http.client.HTTPConnection
        if parts.scheme == "https":
            context = tls or ssl.create_default_context()
            self._open = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=timeout_s, context=context
            )
        else:
            self._open = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout_s)

    def close(self) -> None:
        """Close it."""
        self._open.close()

    def get(self, path: str, query: Mapping[str, object]) -> Any:
        """Answer a question; it is asked again where the connection was lost, or a limit is near its end."""
        asked = {name: _text(value) for name, value in query.items() if value is not None}
        return self._tried("GET", f"{path}?{urlencode(asked)}" if asked else path, None, {})

    def post(
        self,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        again: bool,
        patience_s: float | None = None,
    ) -> Any:
        """Send a call; ``again`` where it may be sent twice without being done twice.

        ``patience_s`` says how long to wait for an answer that takes longer than most.
        """
        self._wait(self._timeout_s if patience_s is None else patience_s)
        try:
            return self._tried("POST", path, body, headers, tries=TRIES if again else 1)
        finally:
            self._wait(self._timeout_s)

    def put(self, path: str, query: Mapping[str, object], body: bytes) -> Any:
        """Send bytes to their place; sent twice, they are there once."""
        headers = {"Content-Type": "application/octet-stream"}
        return self._tried("PUT", f"{path}?{urlencode(query)}", body, headers)

    def _wait(self, timeout_s: float) -> None:
        self._open.timeout = timeout_s
        if self._open.sock is not None:
            self._open.sock.settimeout(timeout_s)

    def _tried(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str], *, tries: int = TRIES
    ) -> Any:
        for left in reversed(range(tries)):
            try:
                return self._once(method, path, body, headers)
            except ApiError as error:
                is_passing = error.status in {0, _LIMIT, _NOT_NOW}
                wait_s = error.wait_s if error.wait_s is not None else 1
                if not is_passing or not left or wait_s > LONGEST_WAIT_S:
                    raise
                time.sleep(wait_s)
        raise AssertionError("A call is tried once at least.")

    def _once(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Any:
        sent = {"Authorization": f"Bearer {self._key}", "Accept": "application/json", **headers}
        try:
            self._open.request(method, f"{self._path}/api/v1/{path}", body, sent)
            with self._open.getresponse() as answer:
                raw = answer.read(MOST_ANSWER_BYTES + 1)
        except (OSError, http.client.HTTPException) as error:
            self._open.close()
            raise ApiError(f"The node does not answer: {type(error).__name__}.", code="peer.lost") from error
        if len(raw) > MOST_ANSWER_BYTES:
            self._open.close()
            raise ApiError("The answer is longer than any of the API's.", code="peer.answer")
        return _read(answer, raw)


def _read(answer: http.client.HTTPResponse, raw: bytes) -> Any:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if 200 <= answer.status < 300 and found is not None:  # noqa: PLR2004 - HTTP's own numbers
        return found
    told = found if isinstance(found, dict) else {}
    wait = answer.headers.get("Retry-After", "")
    raise ApiError(
        str(told.get("title", "The node did not answer as agreed.")),
        code=str(told.get("code", "peer.answer")),
        status=answer.status,
        wait_s=int(wait) if wait.isdecimal() else None,
    )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
