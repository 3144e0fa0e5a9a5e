"""Who works on it together? Joint investigations: the list, and the workspace of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.records.access import Act, missing
from cairn.services.directory.authorities import authorities
from cairn.services.joint.investigations import accept, close, invite, leave, open_investigation
from cairn.services.joint.membership import name_of_investigation
from cairn.services.joint.questions import NewQuestion
from cairn.services.joint.questions import ask as ask_member
from cairn.services.joint.reading import list_investigations, show_investigation
from cairn.services.joint.shared_series import add_series
from cairn.services.joint.workspace import add_task, finish_task
from cairn.services.joint.workspace import say as say_there
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.sure import Sure, ask, is_sure
from cairn.web.typed import day, is_ticked, number, text, words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse, QueryDict

    from cairn.records.users import Actor
    from cairn.services.joint.reading import Workspace


@page(Act.INVESTIGATION_READ, methods=("GET", "POST"))
def investigations(request: DeskRequest) -> HttpResponse:
    """List those that the authority is in or invited to; open one, or answer an invitation."""
    if request.method == "POST":
        say(request, _begin(request.POST, request.actor))
        return HttpResponseRedirect(reverse("investigations"))
    rows = list_investigations(actor=request.actor)
    return render(request, "joint/list.html", {"rows": rows})


@page(Act.INVESTIGATION_READ, methods=("GET", "POST"), weighty=is_sure)
def investigation(request: DeskRequest, number: int) -> HttpResponse:
    """Show the workspace, or do in it what was typed."""
    name = name_of_investigation(number, actor=request.actor)
    here = reverse("investigation", args=[number])
    if request.method == "POST":
        deed = _DEEDS.get(request.POST.get("do", ""))
        if deed is None:
            raise missing()
        done = deed(name, request.POST, request.actor)
        if isinstance(done, Sure):
            return ask(request, done, back=here)
        say(request, done)
        is_out = request.POST["do"] == "leave"
        return HttpResponseRedirect(reverse("investigations") if is_out else here)
    found = show_investigation(name, actor=request.actor)
    return render(request, "joint/investigation.html", _values(found, request.actor))


def _values(found: Workspace, actor: Actor) -> dict[str, Any]:
    inside = {row.code for row in found.members} | set(found.invited)
    return {
        "found": found,
        "own_code": actor.authority.code,
        "is_open": found.closed_at is None,
        "leads": found.lead == actor.authority.code,
        "tasks_open": [row for row in found.tasks if row.done_on is None],
        "decisions": [row for row in found.messages if row.is_decision],
        "others": [each for each in authorities() if each.is_police and each.code not in inside],
    }


def _begin(typed: QueryDict, actor: Actor) -> str:
    name = text(typed, "name")
    if is_ticked(typed, "accept"):
        accept(name, actor=actor)
        return _("Your authority is a member of %(name)s from now on.") % {"name": name}
    if is_ticked(typed, "decline"):
        leave(name, actor=actor)
        return _("Your authority does not join %(name)s.") % {"name": name}
    open_investigation(name, invited=words(typed, "invited"), actor=actor)
    return _("%(name)s is opened; those invited are told.") % {"name": name}


def _task(name: str, typed: QueryDict, actor: Actor) -> str:
    add_task(
        name, text(typed, "title"), to=text(typed, "to") or None, due_on=day(typed, "due_on"), actor=actor
    )
    return _("The task is there, and the others are told.")


def _done(name: str, typed: QueryDict, actor: Actor) -> str:
    task = finish_task(name, number(typed, "task"), actor=actor)
    return _("“%(task)s” is done.") % {"task": task.title}


def _say(name: str, typed: QueryDict, actor: Actor) -> str:
    is_decision = is_ticked(typed, "decision")
    say_there(name, text(typed, "text"), is_decision=is_decision, actor=actor)
    return _("The decision is kept, and the others are told.") if is_decision else _("It is said.")


def _ask(name: str, typed: QueryDict, actor: Actor) -> str:
    to = text(typed, "to")
    new = NewQuestion(
        to=to, text=text(typed, "text"), investigation=name, expected_on=day(typed, "expected_on")
    )
    asked = ask_member(new, actor=actor)
    return _("%(authority)s is asked: question %(number)s.") % {"authority": to, "number": asked.pk}


def _invite(name: str, typed: QueryDict, actor: Actor) -> str:
    code = text(typed, "code")
    invite(name, code, actor=actor)
    return _("%(authority)s is invited.") % {"authority": code}


def _series(name: str, typed: QueryDict, actor: Actor) -> str | Sure:
    wanted, shows = text(typed, "series"), is_ticked(typed, "show")
    if shows and not is_sure(typed):
        return Sure(
            _("Let all members see %(series)s?") % {"series": wanted},
            (_("They may see it from then on, also once they have left. It cannot be taken back."),),
            _("Yes, let them see it"),
        )
    made = add_series(name, wanted, show_to_members=shows, actor=actor)
    return _("%(series)s is in the investigation; members see it where they may see it at all.") % {
        "series": made.name
    }


def _close(name: str, typed: QueryDict, actor: Actor) -> str | Sure:
    if not is_sure(typed):
        return Sure(
            _("Close %(name)s?") % {"name": name},
            (_("It can be read from then on, and no longer worked in."),),
            _("Yes, close it"),
        )
    close(name, actor=actor)
    return _("The investigation is closed.")


def _leave(name: str, _typed: QueryDict, actor: Actor) -> str:
    leave(name, actor=actor)
    return _("Your authority has left %(name)s.") % {"name": name}


_DEEDS: Mapping[str, Callable[[str, QueryDict, Actor], str | Sure]] = {
    "ask": _ask,
    "close": _close,
    "done": _done,
    "invite": _invite,
    "leave": _leave,
    "say": _say,
    "series": _series,
    "task": _task,
}
