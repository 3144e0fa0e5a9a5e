"""Which stretches of a video or a sound are this series', as its owner or its lead says."""

from __future__ import annotations

from enum import StrEnum
from itertools import starmap
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cairn.errors import InputError
from cairn.frames import span_text
from cairn.services.series.names import full_name
from cairn.services.series.owning_spans import put_spans, put_whole, take_out_spans, take_whole_out
from cairn.services.series.spans import read_spans
from cairn.web.sure import Sure, is_sure
from cairn.web.typed import text

if TYPE_CHECKING:
    from django.http import QueryDict

    from cairn.records.series import Series
    from cairn.records.users import Actor


class What(StrEnum):
    """What is said of a stretch."""

    BESIDE = "beside"
    ALONE = "alone"
    WHOLE = "whole"
    OUT = "out"
    WHOLE_OUT = "whole-out"


def say_spans(series: Series, typed: QueryDict, actor: Actor) -> str | Sure:
    """Put a stretch of a media into the series, or all of the media, or take a stretch out."""
    name, case = text(typed, "media"), text(typed, "case")
    try:
        what = What(text(typed, "what"))
    except ValueError:
        raise InputError(_("Say whether the stretch comes in or goes out."), code="series.span") from None
    if what is What.WHOLE:
        share = put_whole(series, name, actor=actor, case=case)
    elif what is What.WHOLE_OUT:
        if not is_sure(typed):
            return Sure(
                _("Take all of the media out of %(series)s?") % {"series": full_name(series)},
                (_("Which of its stretches were in the series is not kept."),),
                _("Yes, take it out"),
            )
        share = take_whole_out(series, name, actor=actor, case=case)
    else:
        spans = read_spans([f"{text(typed, 'from')}-{text(typed, 'to')}"])
        if what is What.OUT:
            share = take_out_spans(series, name, spans, actor=actor, case=case)
        else:
            share = put_spans(series, name, spans, actor=actor, case=case, alone=what is What.ALONE)
    if share.spans is None:
        return _("All of the media is in the series.")
    if not share.spans:
        return _("The media is in the series no more.")
    return _("Of the media, %(spans)s is in the series.") % {
        "spans": ", ".join(starmap(span_text, share.spans))
    }
