"""Which hash lists do checks meet? All that one may know of, and one with its versions and its withdrawal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.records.access import ROLES, Act, missing
from cairn.records.lists import Audience, ListKind
from cairn.services.hash_lists.reading import find_list, list_lists, show_list
from cairn.services.hash_lists.withdrawing import withdraw_version
from cairn.services.keeping import withdrawing
from cairn.web.lists.sharing import share
from cairn.web.not_there import not_there
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.sure import Sure, ask, is_sure
from cairn.web.typed import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse

    from cairn.records.lists import HashList
    from cairn.records.users import Actor
    from cairn.services.hash_lists.reading import ListPage, ListRow


@page(Act.LIST_READ)
def lists(request: DeskRequest) -> HttpResponse:
    """List them by owner and name."""
    rows = [_row(row) for row in list_lists(actor=request.actor)]
    can_import = bool(request.actor.roles & ROLES[Act.LIST_IMPORT])
    return render(request, "lists/lists.html", {"rows": rows, "can_import": can_import})


@page(Act.LIST_READ, methods=("GET", "POST"), weighty=is_sure)
def one_list(request: DeskRequest, owner: str, name: str) -> HttpResponse:
    """Show one, or let its owner say who meets it, withdraw it or its version, or take that back."""
    here = reverse("list", args=[owner, name])
    with not_there("list.missing"):
        if request.method == "POST":
            return _done(request, find_list(name, owner=owner, actor=request.actor), here)
        found = show_list(name, owner=owner, actor=request.actor)
    return render(request, "lists/list.html", _values(found, request.actor))


def _values(found: ListPage, actor: Actor) -> dict[str, object]:
    is_own = found.row.owner == actor.authority.code
    stands = next((each for each in found.versions if each.state == "stands"), None)
    return {
        "list": _row(found.row),
        "versions": found.versions,
        "stands": stands,
        "rejected": found.rejected,
        "is_own": is_own and bool(actor.roles & ROLES[Act.RECORD_WITHDRAW]),
        "audiences": tuple(Audience),
    }


def _row(row: ListRow) -> dict[str, object]:
    return {"row": row, "kind": ListKind(row.kind), "audience": Audience(row.audience)}


def _done(request: DeskRequest, held: HashList, here: str) -> HttpResponse:
    if request.POST.get("do") == "share":
        done = share(held, request.POST, request.actor)
        if isinstance(done, Sure):
            return ask(request, done, back=here)
        say(request, done)
        return HttpResponseRedirect(here)
    deed = _DEEDS.get(request.POST.get("do", ""))
    if deed is None:
        raise missing()
    reason = text(request.POST, "reason")
    if deed is not _take_back and not is_sure(request.POST):
        asked = Sure(
            _("Withdraw %(name)s?") % {"name": held.name},
            (
                _("From then on no check of anybody meets it, and whoever was told of it is told that."),
                _("Answers that were given stay as they are."),
            ),
            _("Yes, withdraw it"),
        )
        return ask(request, asked, back=here)
    say(request, deed(held, reason, request.actor))
    return HttpResponseRedirect(here)


def _withdraw(held: HashList, reason: str, actor: Actor) -> str:
    withdrawing.withdraw(held, reason=reason, actor=actor)
    return _("The list is met by nobody from now on.")


def _withdraw_version(held: HashList, reason: str, actor: Actor) -> str:
    withdraw_version(held, reason=reason, actor=actor)
    return _("The version that stood is withdrawn. Import another one.")


def _take_back(held: HashList, reason: str, actor: Actor) -> str:
    withdrawing.take_back(held, reason=reason, actor=actor)
    return _("The list is met again.")


_DEEDS: Mapping[str, Callable[[HashList, str, Actor], str]] = {
    "withdraw": _withdraw,
    "withdraw-version": _withdraw_version,
    "take-back": _take_back,
}
