"""Is it to go for good? One person proposes it, and another, a supervisor, confirms; a tombstone stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.records.access import Act, missing
from cairn.services.keeping.proposing import (
    KINDS,
    confirm_deletion,
    propose_deletion,
    refuse_deletion,
    show_proposed,
    subject_called,
)
from cairn.services.node.this_process import this_node
from cairn.web.not_there import not_there
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.sure import is_sure
from cairn.web.typed import text

if TYPE_CHECKING:
    from django.http import HttpResponse, QueryDict


@page(Act.DELETION_PROPOSE, methods=("POST",), weighty=is_sure)
def delete(request: DeskRequest) -> HttpResponse:
    """Ask why it is to be deleted; once that is said, propose it."""
    kind, name = text(request.POST, "kind"), text(request.POST, "name")
    with not_there("case.missing", "series.missing", "person.missing"):
        if not is_sure(request.POST):
            subject_called(kind, name, actor=request.actor)
            return render(request, "keeping/propose.html", {"kind": kind, "name": name})
        row = propose_deletion(kind, name, reason=text(request.POST, "reason"), actor=request.actor)
    say(request, _("Proposed. A second person, a supervisor, has to confirm it; nothing is deleted yet."))
    return HttpResponseRedirect(reverse("deletion", args=[row.pk]))


def _is_weighty(typed: QueryDict) -> bool:
    return typed.get("do") == "confirm"


@page(Act.DELETION_PROPOSE, methods=("GET", "POST"), weighty=_is_weighty)
def deletion(request: DeskRequest, number: int) -> HttpResponse:
    """Show a deletion that waits and what would go; confirm it, refuse it, or take it back."""
    if request.method == "POST":
        say(request, _done(request, number))
        return HttpResponseRedirect(reverse("keeping"))
    row, counts = show_proposed(number, actor=request.actor)
    return render(request, "keeping/deletion.html", {"row": row, "kind": KINDS[row.kind], "counts": counts})


def _done(request: DeskRequest, number: int) -> str:
    match request.POST.get("do"):
        case "confirm":
            confirm_deletion(this_node(), number, actor=request.actor)
            return _("It is deleted. A tombstone says how much, by whom and why.")
        case "refuse":
            refuse_deletion(number, reason=text(request.POST, "reason"), actor=request.actor)
            return _("It is not deleted; the audit log says who proposed it, and why not.")
        case _:
            raise missing()
