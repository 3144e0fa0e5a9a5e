"""The word of one's own authority on a pair, and taking it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.linking.judgement import Outcome
from cairn.records.access import Act
from cairn.services.judgements.judge import judge as judge_pair
from cairn.services.judgements.judge import withdraw
from cairn.web.compare.pair import address_of, named_by
from cairn.web.compare.queue import after
from cairn.web.not_there import not_there
from cairn.web.occasion import occasion_of
from cairn.web.pages import DeskRequest, page
from cairn.web.said import say
from cairn.web.typed import choice, text
from cairn.web.words import word

if TYPE_CHECKING:
    from django.http import HttpResponse

    from cairn.records.series import Series

_REASON = "reason"
_NOT_SEEN = ("media.missing", "media.invalid", "media.ambiguous")


@page(Act.JUDGEMENT_MAKE, methods=("POST",))
def judge(request: DeskRequest, kind: str, first: str, second: str) -> HttpResponse:
    """Say what the two are, and go on to the next; the reason is offered again there."""
    outcome = choice(request.POST, "outcome", Outcome)
    reason, case = text(request.POST, _REASON), occasion_of(request).case or None
    named = named_by(kind, first, second)
    with not_there(*_NOT_SEEN):
        grown = judge_pair(named, outcome, reason=reason, actor=request.actor, case=case)
    request.session[_REASON] = reason
    place = after(request, kind, first, second)
    say(request, _told(outcome, grown))
    return HttpResponseRedirect(place)


@page(Act.JUDGEMENT_MAKE, methods=("POST",))
def take_back(request: DeskRequest, kind: str, first: str, second: str) -> HttpResponse:
    """Take one's own words on the two back."""
    named = named_by(kind, first, second)
    with not_there(*_NOT_SEEN):
        number = withdraw(named, actor=request.actor)
    told = ngettext("Your word is taken back.", "Your %(number)s words are taken back.", number)
    say(request, told % {"number": number})
    return HttpResponseRedirect(address_of(named))


def _told(outcome: Outcome, grown: tuple[Series, ...]) -> str:
    said = _("Your authority has said: %(outcome)s.") % {"outcome": word(outcome)}
    if grown:
        names = ", ".join(series.name for series in grown)
        return f"{said} " + _("These series of yours could grow: %(names)s.") % {"names": names}
    return said
