"""Who is in a series: victims and offenders, by their national reference and never by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cairn.records.people import AgeBand, Sex
from cairn.services.people.in_series import record_in_series
from cairn.services.people.recording import PersonFacts, detach, find_person
from cairn.web.casework.people import kind_called
from cairn.web.typed import choice, is_ticked, text

if TYPE_CHECKING:
    from django.http import QueryDict

    from cairn.records.series import Series
    from cairn.records.users import Actor


def say_who(series: Series, typed: QueryDict, actor: Actor) -> str:
    """Say that a person is in the series, and record them where they are new; or that they are not in it."""
    kind, reference = kind_called(typed.get("kind", "")), text(typed, "reference")
    names = {"reference": reference}
    if is_ticked(typed, "detach"):
        detach(find_person(kind, reference, actor=actor), series, actor=actor)
        return _("%(reference)s is no longer said to be in this series.") % names
    facts = PersonFacts(sex=choice(typed, "sex", Sex), age_band=choice(typed, "age", AgeBand))
    is_new = record_in_series(kind, reference, facts, series=series, actor=actor)
    if is_new:
        return _("%(reference)s is recorded, unidentified, in this series.") % names
    return _("%(reference)s is in this series from now on.") % names
