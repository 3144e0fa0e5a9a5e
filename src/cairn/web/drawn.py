"""The smallest pieces of pages, drawn once and kept: days, moments and badges, of which a page has hundreds.

Put together by a template each time, they took longer than all the rest of a list.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.template.defaultfilters import date as written
from django.utils.html import format_html

from cairn.types import SeriesStatus
from cairn.web.words import word

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from django.utils.safestring import SafeString

KEPT = 4_096
"""Of each kind: the lists of a busy hour, in a few megabytes."""
_STATUSES: Mapping[SeriesStatus, tuple[str, str]] = {
    SeriesStatus.UNIDENTIFIED: ("plain", "○"),
    SeriesStatus.IN_PROGRESS: ("warn", "◐"),
    SeriesStatus.IDENTIFIED: ("good", "●"),
    SeriesStatus.SAFEGUARDED: ("good", "✓"),
}
"""The kind and the sign of each; the sign fills up as the work goes on."""


@lru_cache(KEPT)
def day(on: date | None, language: str | None) -> SafeString:  # noqa: ARG001 - it is kept for each language
    """Answer a day as the language writes it."""
    return format_html('<time datetime="{}">{}</time>', written(on, "Y-m-d"), written(on, "DATE_FORMAT"))


@lru_cache(KEPT)
def moment(at: datetime | None, language: str | None) -> SafeString:  # noqa: ARG001 - as above
    """Answer a moment as the language writes it, in UTC, which is the same for everybody."""
    said = (written(at, form) for form in ("c", "DATE_FORMAT", "H:i"))
    return format_html('<time datetime="{}">{}, {} UTC</time>', *said)


@lru_cache(KEPT, typed=True)  # Typed, because a text that is safe is equal to one that is not.
def badge(kind: str, sign: str, text: str) -> SafeString:
    """Answer a badge: good, warn, bad or plain; its sign is a letter that says the same without colour."""
    return format_html(
        '<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>', kind, sign, text
    )


def status(value: SeriesStatus) -> SafeString:
    """Answer the badge of the status of a series."""
    found = SeriesStatus(value)
    return badge(*_STATUSES[found], word(found))
