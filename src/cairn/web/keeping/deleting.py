"""Is it to go for good? What a deletion would take away, asked once more; a tombstone stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.records.access import Act, missing
from cairn.services.keeping.case_deletion import delete_case, preview_case_deletion
from cairn.services.keeping.series_deletion import (
    delete_series,
    exactly_own_series,
    preview_series_deletion,
)
from cairn.services.node.this_process import this_node
from cairn.web.not_there import not_there
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.sure import is_sure
from cairn.web.typed import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpResponse

    from cairn.records.users import Actor

KINDS = ("case", "series")


@page(Act.CASE_DELETE, methods=("POST",), weighty=is_sure)
def delete(request: DeskRequest) -> HttpResponse:
    """Show what would go; said yes to, delete it. Broken off, the same again goes on."""
    kind, name = text(request.POST, "kind"), text(request.POST, "name")
    if kind not in KINDS:
        raise missing()
    with not_there("case.missing", "series.missing"):
        if not is_sure(request.POST):
            values = {"kind": kind, "name": name, "counts": _effect(kind, name, request.actor)}
            return render(request, "keeping/delete.html", values)
        _delete(kind, name, text(request.POST, "reason"), request.actor)
    say(request, _("%(name)s is deleted. A tombstone says how much, by whom and why.") % {"name": name})
    return HttpResponseRedirect(reverse("keeping"))


def _effect(kind: str, name: str, actor: Actor) -> Mapping[str, int]:
    if kind == "case":
        return preview_case_deletion(name, actor=actor)
    return preview_series_deletion(exactly_own_series(name, actor=actor), actor=actor)


def _delete(kind: str, name: str, reason: str, actor: Actor) -> None:
    if kind == "case":
        delete_case(this_node(), name, reason=reason, actor=actor)
    else:
        delete_series(this_node(), exactly_own_series(name, actor=actor), reason=reason, actor=actor)
