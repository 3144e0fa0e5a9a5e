"""Weighty acts ask again who the person is, where the last proof is some minutes old.

The page that asks holds the act's own form, hidden: with the proof it is sent to where it was going. So
nothing is kept of it meanwhile, and it works without scripts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _

from cairn.errors import InputError
from cairn.services.factors.attempts import prove_by_password
from cairn.services.factors.codes import prove_by_code
from cairn.services.factors.owned import own_factors
from cairn.services.factors.passkeys import prove_by_passkey
from cairn.services.node.this_process import this_node
from cairn.web.account.passkey_questions import asked, party_of, taken
from cairn.web.account.signed_in import has_proved, proved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from cairn.records.users import Actor, User

PROOFS = ("code", "answer", "password")
QUESTION = "question"
AGAIN = "proof-"
"""Begins the names of the fields that hold the proof, beside those of the act."""


def asked_again(request: HttpRequest, actor: Actor) -> HttpResponse | None:
    """Answer the page that asks for a proof, or ``None`` where there is one; one may come with the form."""
    if actor.user is None or has_proved(request):
        return None
    given = {name: request.POST.get(AGAIN + name, "") for name in PROOFS}
    refused = ""
    if any(given.values()):
        try:
            prove(request, actor.user, given, passwords=not own_factors(actor=actor).has_any)
        except InputError:
            refused = refused_words()
        else:
            proved(request)
            return None
    return _page(request, actor, refused)


def prove(request: HttpRequest, user: User, given: Mapping[str, str], *, passwords: bool = False) -> None:
    """Make sure that what was given proves the person.

    Args:
        request: It holds what the browser was asked.
        user: Whose proof it has to be.
        given: A code, the answer of a passkey, or a password, by these names.
        passwords: A password is enough, because the person has nothing else.

    Raises:
        InputError: It does not (``factor.refused``).
    """
    party = party_of(request)
    if given.get("answer") and party is not None:
        prove_by_passkey(this_node(), party, taken(request, QUESTION), given["answer"], user=user)
    elif passwords:
        prove_by_password(user, given.get("password", ""))
    else:
        prove_by_code(this_node().config, user, given.get("code", ""))


def refused_words() -> str:
    """Answer the one sentence for every proof that does not hold."""
    return _(
        "That does not prove who you are, or there were too many attempts. After five wrong ones a login "
        "waits, each time longer, an hour at the most."
    )


def _page(request: HttpRequest, actor: Actor, refused: str) -> HttpResponse:
    factors = own_factors(actor=actor)
    own = [
        (name, value)
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken" and not name.startswith(AGAIN)
        for value in values
    ]
    shown = {
        "refused": refused,
        "factors": factors,
        "fields": own,
        "again": AGAIN,
        "place": request.get_full_path(),
        "options": asked(request, QUESTION, actor.user) if factors.passkeys else "",
    }
    return render(request, "account/prove.html", shown, status=401 if refused else 200)
