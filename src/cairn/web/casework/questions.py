"""What did we ask, and what are we asked? Questions between authorities, those without an answer first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.records.access import Act
from cairn.services.directory.authorities import authorities
from cairn.services.joint.questions import NewQuestion, answer, ask, list_questions
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.typed import day, text

if TYPE_CHECKING:
    from django.http import HttpResponse


@page(Act.QUESTION_ASK, methods=("GET", "POST"))
def questions(request: DeskRequest) -> HttpResponse:
    """List the questions, or ask one."""
    if request.method == "POST":
        new = NewQuestion(
            to=text(request.POST, "to"),
            text=text(request.POST, "text"),
            series=text(request.POST, "series") or None,
            expected_on=day(request.POST, "expected_on"),
        )
        asked = ask(new, actor=request.actor)
        say(
            request,
            _("%(authority)s is asked: question %(number)s.") % {"authority": new.to, "number": asked.pk},
        )
        return HttpResponseRedirect(reverse("questions"))
    mine, with_answered = request.actor.authority.code, request.GET.get("answered") == "yes"
    values = {
        "rows": list_questions(waiting_only=not with_answered, actor=request.actor),
        "with_answered": with_answered,
        "own_code": mine,
        "others": [each for each in authorities() if each.code != mine],
    }
    return render(request, "joint/questions.html", values)


@page(Act.QUESTION_ANSWER, methods=("POST",))
def answer_one(request: DeskRequest, number: int) -> HttpResponse:
    """Answer a question that one's authority was asked."""
    answer(number, text(request.POST, "answer"), actor=request.actor)
    say(request, _("Question %(number)s is answered.") % {"number": number})
    return HttpResponseRedirect(reverse("questions"))
