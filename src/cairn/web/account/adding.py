"""Adding a factor: the same two forms at the first sign-in and on one's own account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from cairn.errors import InputError
from cairn.services.factors.apps import add_app, new_app, new_app_again
from cairn.services.factors.passkeys import add_passkey, ask_for_new_passkey
from cairn.services.node.this_process import this_node
from cairn.web.account.passkey_questions import keep, party_of, taken
from cairn.web.account.qr import drawn

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cairn.records.users import Actor

NEW = "question-new"


def offer(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Answer what the two forms show: the key of a new app, and what the browser is asked."""
    config, party = this_node().config, party_of(request)
    again = new_app_again(config, request.POST.get("sealed", ""), actor=actor)
    app = again or new_app(config, actor=actor)
    question = None if party is None else ask_for_new_passkey(this_node(), party, actor=actor)
    return {
        "app": app,
        "code": drawn(app.address),
        "options": "" if question is None else keep(request, question, NEW),
    }


def add(request: HttpRequest, actor: Actor) -> None:
    """Add what the form brings: the app whose code was typed, or the passkey that the browser made.

    Raises:
        InputError: It does not hold.
    """
    answer, party = request.POST.get("answer", ""), party_of(request)
    if not answer:
        add_app(this_node().config, request.POST.get("sealed", ""), request.POST.get("code", ""), actor=actor)
        return
    if party is None:
        raise InputError(_("A passkey needs a name in the address."), code="factor.passkey")
    name = request.POST.get("name", "").strip() or _("Passkey")
    add_passkey(party, taken(request, NEW), answer, name, actor=actor)
