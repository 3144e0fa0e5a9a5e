"""Asking the other sign-in service: plain requests, bounded, that follow no redirect."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from cairn.errors import PeerError
from cairn.records.sign_in_rules import is_private

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE_S = 10
"""Somebody waits before a page."""
MOST_BYTES = 1024 * 1024
"""Of an answer: key sets of large providers have some 20 kB."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing: an answer from elsewhere is no answer."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Answer that there is nothing to follow."""
        return


def fetch(
    address: str, *, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Answer the JSON object at an address; with a form it is posted there.

    Raises:
        PeerError: Nothing answers, or no JSON object, or the address is not protected
            (``outside.unreachable``).
    """
    if not is_private(urlsplit(address)):
        raise _unreachable()
    body = None if form is None else urlencode(form).encode("ascii")
    asked = urllib.request.Request(  # noqa: S310 - looked at above
        address, data=body, headers={"Accept": "application/json", **(headers or {})}
    )
    try:
        with urllib.request.build_opener(_NoRedirect).open(asked, timeout=PATIENCE_S) as answer:
            content = answer.read(MOST_BYTES + 1)
        parsed = json.loads(content) if len(content) <= MOST_BYTES else None
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise _unreachable() from error
    if not isinstance(parsed, dict):
        raise _unreachable()
    return parsed


def _unreachable() -> PeerError:
    return PeerError(
        "The other sign-in service gave no answer that can be used. Sign in with your password, or later.",
        code="outside.unreachable",
    )
