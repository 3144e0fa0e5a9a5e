"""What the figures of the statistics and their cells are called on a page; here, so that it is translated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from cairn.records.people import Support
from cairn.records.series import Marker
from cairn.statistics import Unit
from cairn.types import SeriesStatus
from cairn.web.words import word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

TITLES: Mapping[str, _StrPromise] = {
    "victims-total": _("Victims identified, in all"),
    "victims-a-day": _("Victims identified a day, over the last 365 days"),
    "victims-by-country": _("Victims identified, by the victim's country"),
    "victims-supported": _("Identified victims, by whether support was given"),
    "victims-identified": _("Victims identified, by year"),
    "victims-safeguarded": _("Victims safeguarded, by year"),
    "offenders-identified": _("Offenders identified, by year"),
    "offenders-arrested": _("Offenders arrested, by year"),
    "series-by-status": _("Series, by status"),
    "oldest-unidentified": _("Age of the oldest unidentified series, in days"),
    "unidentified-by-age": _("Unidentified series, by the days since they were opened"),
    "markers": _("Series, by the year they were opened and what marks them"),
    "media-by-year": _("Media met for the first time, by year"),
    "growth": _("Growth of recorded media, by year"),
    "sightings-by-source": _("Sightings, by year and by who met them"),
    "recirculation": _("Media, by in how many exhibits they were met"),
    "countries-a-media": _("Media, by in how many countries they were met"),
    "days-to-identification": _("Days from the first sighting to the identification"),
    "files-checked": _("Files checked, by year"),
    "known-share": _("Share of checked files that were recorded already"),
    "looks-avoided": _("Looks avoided, by year"),
    "hours-avoided": _("Hours avoided, by year"),
    "countries": _("Countries of the alliance"),
    "units": _("Dedicated units"),
}

NOTES: Mapping[str, _StrPromise] = {
    "days-to-identification": _("The median, by the year of the identification."),
    "known-share": _("As far as those who checked were told."),
    "hours-avoided": _("If one look takes five seconds. That is an assumption."),
    "recirculation": _("Copies within one exhibit count once."),
    "growth": _("The target of the alliance is 10 per cent a year."),
}

UNITS: Mapping[Unit, _StrPromise] = {
    Unit.COUNTRIES: pgettext_lazy("counted", "countries"),
    Unit.DAYS: pgettext_lazy("counted", "days"),
    Unit.HOURS: pgettext_lazy("counted", "hours"),
    Unit.LOOKS: pgettext_lazy("counted", "files"),
    Unit.MEDIA: pgettext_lazy("counted", "media"),
    Unit.OFFENDERS: pgettext_lazy("counted", "offenders"),
    Unit.PER_CENT: pgettext_lazy("counted", "per cent"),
    Unit.PER_DAY: pgettext_lazy("counted", "a day"),
    Unit.SERIES: pgettext_lazy("counted", "series"),
    Unit.SIGHTINGS: pgettext_lazy("counted", "sightings"),
    Unit.UNITS: pgettext_lazy("counted", "units"),
    Unit.VICTIMS: pgettext_lazy("counted", "victims"),
}

_KEYS: Mapping[str, _StrPromise] = {
    "police": pgettext_lazy("source", "police"),
    "hotlines": pgettext_lazy("source", "hotlines"),
    "companies": pgettext_lazy("source", "companies"),
    "members": _("members"),
    "with a dedicated unit": _("with a dedicated unit"),
    "members without a unit": _("members without a unit"),
    "connected": _("connected"),
    "recorded": _("recorded"),
    str(Support.UNKNOWN.label): pgettext_lazy("support", "not known"),
    str(Support.GIVEN.label): pgettext_lazy("support", "given"),
    str(Support.NOT_GIVEN.label): pgettext_lazy("support", "not given"),
}
_MARKERS = {str(marker.label): marker for marker in Marker}
_STEP = re.compile(r"(\d+) (?:to (\d+)|or more)")


def key_word(key: str) -> str:
    """Answer what a cell of a figure is counted over, in words; a country's code stands for itself."""
    if key in _KEYS:
        return str(_KEYS[key])
    if key in _MARKERS:
        return word(_MARKERS[key])
    if key in set(SeriesStatus):
        return word(SeriesStatus(key))
    step = _STEP.fullmatch(key)
    if step is None:
        return key
    low, high = step.groups()
    if high is None:
        return gettext("%(low)s or more") % {"low": low}
    return gettext("%(low)s to %(high)s") % {"low": low, "high": high}
