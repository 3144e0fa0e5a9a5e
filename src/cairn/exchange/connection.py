"""Asking a service within bounds: one address and no way elsewhere, so many bytes, so much time."""

from __future__ import annotations

import http.client
import ssl
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from cairn.errors import ConfigurationError, PeerError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cairn.exchange.source import Source

TIMEOUT_S: Final = 60.0
"""Without a byte."""
LONGEST_ANSWER_S: Final = 600.0
"""A thousand entries take seconds; an answer that drips for ten minutes is none."""
MOST_ANSWER_BYTES: Final = 64 * 1024 * 1024
"""A page of a thousand entries with PhotoDNA values and feedback has some megabytes."""
TRIES: Final = 4
LONGEST_WAIT_S: Final = 120
_PIECE_BYTES: Final = 256 * 1024
_PASSING: Final = {429, 500, 502, 503, 504}
_REFUSED: Final = {401, 403}


class StaleError(PeerError):
    """The service no longer knows the place that it was asked to go on from."""

    default_code = "peer.stale"


class Service:
    """A service of others; every question is one below its own address.

    Args:
        source: Where it is.
        headers: What goes with every question, such as who asks.
        wait: Waits so many seconds.
    """

    def __init__(
        self, source: Source, *, headers: Mapping[str, str], wait: Callable[[float], object] = time.sleep
    ) -> None:
        """Connect to nothing yet.

        Raises:
            ConfigurationError: The certificates cannot be read (``source.certificates``).
        """
        parts = urlsplit(source.address)
        self._base = parts.path
        self._headers = {"Accept-Encoding": "identity", **headers}
        self._wait = wait
        self._open: http.client.HTTPConnection
        host = parts.hostname or ""
        if parts.scheme == "https":
            self._open = http.client.HTTPSConnection(
                host, parts.port, timeout=TIMEOUT_S, context=_context(source)
            )
        else:
            self._open = http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT_S)

    def close(self) -> None:
        """Close the connection."""
        self._open.close()

    def get(self, path: str) -> bytes:
        """Answer what lies at a path below the address.

        Raises:
            PeerError: It refuses (``peer.refused``), does not answer (``peer.lost``), or answers what is
                none (``peer.answer``).
            StaleError: It does not know the place.
        """
        return self._tried("GET", path, None, {})

    def put(self, path: str, body: bytes, *, media_type: str) -> bytes:
        """Put something at a path below the address; put there twice, it is there once.

        Raises:
            PeerError: As ``get``.
            StaleError: As ``get``.
        """
        return self._tried("PUT", path, body, {"Content-Type": media_type})

    def _tried(self, method: str, path: str, body: bytes | None, more: Mapping[str, str]) -> bytes:
        for left in reversed(range(TRIES)):
            status, wait_s, raw = self._once(method, path, body, more)
            if 200 <= status < 300:  # noqa: PLR2004 - HTTP's own numbers
                return raw
            if status not in {0, *_PASSING} or not left or wait_s > LONGEST_WAIT_S:
                raise _refusal(status)
            self._wait(max(wait_s, 2 ** (TRIES - left - 1)))
        raise AssertionError("A service is asked once at least.")

    def _once(
        self, method: str, path: str, body: bytes | None, more: Mapping[str, str]
    ) -> tuple[int, int, bytes]:
        """Answer the status, for how many seconds to wait, and the body; status 0 where none came."""
        try:
            self._open.request(method, self._base + path, body, {**self._headers, **more})
            with self._open.getresponse() as answer:
                wait = answer.headers.get("Retry-After", "")
                raw = _body(answer)
                return answer.status, int(wait) if wait.isdecimal() else 0, raw
        except ssl.SSLCertVerificationError as error:
            self._open.close()
            raise PeerError("The service's certificate is not believed.", code="peer.refused") from error
        except (OSError, http.client.HTTPException):
            self._open.close()
            return 0, 0, b""
        except PeerError:
            self._open.close()
            raise


def _body(answer: http.client.HTTPResponse) -> bytes:
    ends = time.monotonic() + LONGEST_ANSWER_S
    pieces, size = [], 0
    while piece := answer.read1(_PIECE_BYTES):
        size += len(piece)
        if size > MOST_ANSWER_BYTES or time.monotonic() > ends:
            raise PeerError("The service's answer is longer than any page.", code="peer.answer")
        pieces.append(piece)
    return b"".join(pieces)


def _refusal(status: int) -> PeerError:
    if status in _REFUSED:
        return PeerError("The service refuses these credentials.", code="peer.refused", status=status)
    if status == 0:
        return PeerError("The service does not answer.", code="peer.lost")
    if 400 <= status < 500:  # noqa: PLR2004 - HTTP's own numbers
        return StaleError("The service does not know what it is asked for.", status=status)
    return PeerError("The service did not answer as agreed.", code="peer.answer", status=status)


def _context(source: Source) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=source.ca_file)
    except (OSError, ssl.SSLError):
        raise ConfigurationError(
            f"The certificates in {source.ca_file} cannot be read.", code="source.certificates"
        ) from None
