"""What are we told of? Series, countries and saved searches that the authority follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.records.access import Act
from cairn.records.series import Marker
from cairn.services.alerting.searches import Search
from cairn.services.alerting.subscribing import Wanted, list_subscriptions, subscribe, unsubscribe
from cairn.services.typed_text import require_country
from cairn.types import Handling, SeriesStatus
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.typed import choice, is_ticked, number, text
from cairn.web.words import word

if TYPE_CHECKING:
    from enum import Enum
    from typing import TypeVar

    from django.http import HttpResponse, QueryDict

    E = TypeVar("E", bound=Enum)


@page(Act.SUBSCRIPTION_MANAGE, methods=("GET", "POST"))
def following(request: DeskRequest) -> HttpResponse:
    """List what is followed; follow something more, or end it."""
    if request.method == "POST":
        say(request, _follow(request))
        return HttpResponseRedirect(reverse("following"))
    rows = [
        (row, None if row.search is None else _in_words(Search.from_record(row.search)))
        for row in list_subscriptions(actor=request.actor)
    ]
    values = {
        "rows": rows,
        "statuses": tuple(SeriesStatus),
        "markers": tuple(Marker),
        "handlings": tuple(Handling),
        "typed": request.GET,
        "has_address": bool(request.actor.user and request.actor.user.email),
    }
    return render(request, "alerts/following.html", values)


def _follow(request: DeskRequest) -> str:
    typed, actor = request.POST, request.actor
    if text(typed, "end"):
        unsubscribe(number(typed, "end"), actor=actor)
        return _("Your authority is no longer told of that.")
    by_email = is_ticked(typed, "email")
    if text(typed, "what") == "country":
        wanted = Wanted(country=text(typed, "country"), by_email=by_email)
    elif text(typed, "what") == "all":
        wanted = Wanted(by_email=True)
    else:
        wanted = Wanted(search=_search(typed), by_email=by_email)
    subscribe(wanted, actor=actor)
    return _("Saved. What happens there comes to your alerts.")


def _search(typed: QueryDict) -> Search:
    country = text(typed, "country")
    if country:
        require_country(country, code="series.country")
    return Search(
        status=_one_of(typed, "status", SeriesStatus),
        marker=_one_of(typed, "marker", Marker),
        country=country,
        owner=text(typed, "owner"),
        handling=_one_of(typed, "handling", Handling),
        min_new=max(1, number(typed, "least")) if text(typed, "least") else 1,
    )


def _one_of(typed: QueryDict, name: str, kind: type[E]) -> tuple[E, ...]:
    return (choice(typed, name, kind),) if text(typed, name) else ()


def _in_words(search: Search) -> str:
    parts = [word(each) for each in (*search.status, *search.marker, *search.handling)]
    parts += [each for each in (search.country, search.owner) if each]
    if search.min_new > 1:
        parts.append(_("at least %(number)s media at once") % {"number": search.min_new})
    return ", ".join(parts) or _("every series")
