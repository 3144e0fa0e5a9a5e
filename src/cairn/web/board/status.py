"""The status of a series: said by one person, and for *identified* confirmed by a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cairn.services.status.changing import Wish, change_status
from cairn.services.status.rules import SERIES
from cairn.types import SeriesStatus
from cairn.web import second_person
from cairn.web.sure import Sure, is_sure
from cairn.web.typed import choice, day, text
from cairn.web.words import word

if TYPE_CHECKING:
    from django.http import QueryDict

    from cairn.records.series import Series
    from cairn.records.users import Actor


def change(series: Series, typed: QueryDict, actor: Actor) -> str | Sure:
    """Say the status, or propose it; that victims are identified is asked once more."""
    status = choice(typed, "status", SeriesStatus)
    names = {"status": word(status), "series": series.name}
    if SERIES.is_settled(status) and not is_sure(typed):
        return Sure(
            _("Say that %(series)s is %(status)s?") % names,
            (
                _("From then on nobody looks at its media again to find the victim."),
                _("Where it was not identified before, a second person has to confirm it first."),
            ),
            _("Yes, it is %(status)s") % names,
        )
    made = change_status(series, Wish(status, on=day(typed, "on"), reason=text(typed, "reason")), actor=actor)
    if made.is_pending:
        return _("“%(status)s” is proposed. A second person has to confirm it.") % names
    return _("The status is “%(status)s” now.") % names


def confirm(series: Series, typed: QueryDict, actor: Actor) -> str | Sure:
    """Be the second person; asked once more."""
    return second_person.confirm(
        series,
        typed,
        actor,
        asked=_("Confirm what was proposed of %(series)s?") % {"series": series.name},
        follows=(_("Every authority that met its media is told that they are settled."),),
    )
