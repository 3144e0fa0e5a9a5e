"""What a browser is asked of passkeys: kept in the session until it is answered, once."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any

from cairn.services.factors.passkeys import Party, ask_for_passkey

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cairn.records.users import User
    from cairn.services.factors.passkeys import Question

WAITS_S = 300
"""How long the session of somebody who has not signed in waits for the answer."""


def party_of(request: HttpRequest) -> Party | None:
    """Answer the desk as the browser knows it, or ``None``: passkeys are of names, and it has a number."""
    host = request.get_host()
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return Party(name, f"{request.scheme}://{host}")
    return None


def keep(request: HttpRequest, question: Question, purpose: str) -> str:
    """Keep how the answer is checked, and answer what the browser is asked; the question before is void."""
    request.session[purpose] = question.state
    return question.options


def taken(request: HttpRequest, purpose: str) -> dict[str, Any]:
    """Answer how the answer is checked, and forget it; where nothing was asked, nothing fits."""
    return dict(request.session.pop(purpose, {}))


def asked(request: HttpRequest, purpose: str, user: User | None = None) -> str:
    """Answer what the browser is asked for a passkey; empty where the desk cannot have any."""
    party = party_of(request)
    return "" if party is None else keep(request, ask_for_passkey(party, user), purpose)
