"""Victims and offenders: the lists, one person, and their status, which two people stand behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.records.access import Act, missing
from cairn.records.people import Offender, Support, Victim
from cairn.services.people.pages import find_people_page, show_person
from cairn.services.people.recording import find_person, say_support
from cairn.services.status.changing import Wish, change_status
from cairn.types import OffenderStatus, VictimStatus
from cairn.web import second_person
from cairn.web.casework.said_by import is_own_word
from cairn.web.not_there import not_there
from cairn.web.occasion import occasion_of
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.sure import Sure, ask, is_sure
from cairn.web.typed import choice, day, text
from cairn.web.words import word

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpResponse, QueryDict

    from cairn.records.users import Actor

Person = Victim | Offender
KINDS: Mapping[str, type[Person]] = {"victims": Victim, "offenders": Offender}
_STATUSES: Mapping[type[Person], type[VictimStatus | OffenderStatus]] = {
    Victim: VictimStatus,
    Offender: OffenderStatus,
}


def kind_called(name: str) -> type[Person]:
    """Answer which of the two is meant by a part of an address.

    Raises:
        AccessError: Neither.
    """
    if name not in KINDS:
        raise missing()
    return KINDS[name]


@page(Act.PERSON_READ)
def people(request: DeskRequest, kind: str) -> HttpResponse:
    """List the victims, or the offenders, that the person may see, a page at a time."""
    after = request.GET.get("after", "")
    listing = find_people_page(kind_called(kind), actor=request.actor, after=after)
    return render(request, "people/list.html", {"kind": kind, "noun": kind[:-1], "listing": listing})


def _is_weighty(typed: QueryDict) -> bool:
    return is_sure(typed) or typed.get("do") == "take-back"


@page(Act.PERSON_READ, methods=("GET", "POST"), weighty=_is_weighty)
def person(request: DeskRequest, kind: str, owner: str, reference: str) -> HttpResponse:
    """Show one person, or do what was typed of them."""
    wanted = kind_called(kind)
    with not_there("person.missing"):
        found = find_person(wanted, f"{owner}/{reference}", actor=request.actor)
    here = reverse("person", args=[kind, owner, reference])
    if request.method == "POST":
        deed = _DEEDS.get(request.POST.get("do", ""))
        if deed is None:
            raise missing()
        done = deed(found, request.POST, request.actor)
        if isinstance(done, Sure):
            return ask(request, done, back=here)
        say(request, done)
        return HttpResponseRedirect(here)
    shown = show_person(found, actor=request.actor, case=occasion_of(request).case)
    proposal = next((each for each in shown.history if each.state == "proposed"), None)
    values = {
        "kind": kind,
        "noun": kind[:-1],
        "row": shown.person,
        "history": shown.history,
        "proposal": proposal,
        "is_mine": proposal is not None and is_own_word(proposal, request.actor),
        "statuses": tuple(_STATUSES[wanted]),
        "supports": tuple(Support),
        "is_own": shown.person.owner == request.actor.authority.code,
        "occasion": occasion_of(request),
    }
    return render(request, "people/person.html", values)


def _change(found: Person, typed: QueryDict, actor: Actor) -> str | Sure:
    status = choice(typed, "status", _STATUSES[type(found)])
    if status.value != "unidentified" and not is_sure(typed):
        return Sure(
            _("Say that %(reference)s is %(status)s?")
            % {"reference": found.national_reference, "status": word(status)},
            (_("Where the person was not identified before, a second person has to confirm it first."),),
            _("Yes, say so"),
        )
    wish = Wish(status, on=day(typed, "on"), reason=text(typed, "reason"))
    if change_status(found, wish, actor=actor).is_pending:
        return _("“%(status)s” is proposed. A second person has to confirm it.") % {"status": word(status)}
    return _("The status is “%(status)s” now.") % {"status": word(status)}


def _confirm(found: Person, typed: QueryDict, actor: Actor) -> str | Sure:
    asked = _("Confirm what was proposed of %(reference)s?") % {"reference": found.national_reference}
    return second_person.confirm(found, typed, actor, asked=asked)


def _support(found: Person, typed: QueryDict, actor: Actor) -> str:
    if not isinstance(found, Victim):
        raise missing()
    say_support(found, choice(typed, "support", Support), on=day(typed, "on"), actor=actor)
    return _("The support is recorded.")


_DEEDS: Mapping[str, Callable[[Person, QueryDict, Actor], str | Sure]] = {
    "change": _change,
    "confirm": _confirm,
    "refuse": second_person.refuse,
    "support": _support,
    "take-back": second_person.take_back,
}
