"""Who sees a series, who leads it, who is asked about it, who is told of it; and hiding it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cairn.errors import InputError
from cairn.records.exports import HandlingCode, Tlp
from cairn.services.alerting.subscribing import Wanted, subscribe, unsubscribe
from cairn.services.joint.hand_over import accept_lead, offer_lead, refuse_lead
from cairn.services.joint.questions import NewQuestion, ask
from cairn.services.keeping.withdrawing import take_back, withdraw
from cairn.services.series.handling import NewHandling, change_handling
from cairn.services.series.names import name_for
from cairn.types import Handling
from cairn.web.sure import Sure, is_sure
from cairn.web.typed import choice, day, is_ticked, number, text, words

if TYPE_CHECKING:
    from django.http import QueryDict

    from cairn.records.series import Series
    from cairn.records.users import Actor

WIDENS = "series.widens"


def handle(series: Series, typed: QueryDict, actor: Actor) -> str | Sure:
    """Say who may learn of it, and what they may do with it; a wider audience is asked once more."""
    handling = choice(typed, "handling", Handling)
    code = choice(typed, "code", HandlingCode)
    new = NewHandling(
        handling=handling,
        named=words(typed, "named") if handling is Handling.NAMED else None,
        code=code,
        words=text(typed, "words") if code is HandlingCode.H3 else "",
        tlp=choice(typed, "tlp", Tlp),
        widen=is_ticked(typed, "widen"),
    )
    try:
        change_handling(series, new, actor=actor)
    except InputError as error:
        return wider(error)
    return _("The handling is changed.")


def wider(error: InputError) -> Sure:
    """Answer the question that a wider audience asks.

    Raises:
        InputError: It was refused for another reason.
    """
    if error.code != WIDENS:
        raise error
    return Sure(
        _("Let more authorities see it?"),
        (_("More authorities than before would learn of it. What they have seen cannot be taken back."),),
        _("Yes, let them see it"),
        {"widen": "yes"},
    )


def offer(series: Series, typed: QueryDict, actor: Actor) -> str:
    """Offer the lead to another."""
    to = text(typed, "to")
    offer_lead(name_for(series, actor=actor), to=to, reason=text(typed, "reason"), actor=actor)
    return _("The lead is offered to %(authority)s; nothing moves until they accept.") % {"authority": to}


def decide_offer(series: Series, typed: QueryDict, actor: Actor) -> str:
    """Take the lead that was offered, or not."""
    name = name_for(series, actor=actor)
    if is_ticked(typed, "accept"):
        accept_lead(name, actor=actor)
        return _("Your authority leads the series from now on.")
    refuse_lead(name, actor=actor)
    return _("Your authority does not take the lead; who offered it is told.")


def ask_about(series: Series, typed: QueryDict, actor: Actor) -> str:
    """Ask an authority about it."""
    to = text(typed, "to")
    new = NewQuestion(
        to=to,
        text=text(typed, "text"),
        series=name_for(series, actor=actor),
        expected_on=day(typed, "expected_on"),
    )
    asked = ask(new, actor=actor)
    return _("%(authority)s is asked: question %(number)s.") % {"authority": to, "number": asked.pk}


def follow(series: Series, typed: QueryDict, actor: Actor) -> str:
    """Be told of what happens in it, or no longer."""
    if text(typed, "end"):
        unsubscribe(number(typed, "end"), actor=actor)
        return _("Your authority no longer follows the series.")
    subscribe(Wanted(series=name_for(series, actor=actor)), actor=actor)
    return _("Your authority follows the series: what happens in it comes to your alerts.")


def hide(series: Series, typed: QueryDict, actor: Actor) -> str | Sure:
    """Withdraw it; asked once more."""
    if not is_sure(typed):
        return Sure(
            _("Withdraw %(series)s?") % {"series": series.name},
            (
                _("It is hidden from everybody but your authority, at once."),
                _("Those who received it are told that it was withdrawn. You can take that back later."),
            ),
            _("Yes, withdraw it"),
        )
    withdraw(series, reason=text(typed, "reason"), actor=actor)
    return _("The series is withdrawn: your authority alone sees it.")


def restore(series: Series, typed: QueryDict, actor: Actor) -> str:
    """Let those see it again who may."""
    take_back(series, reason=text(typed, "reason"), actor=actor)
    return _("The series is seen again by those who may.")
