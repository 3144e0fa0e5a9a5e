"""Are these two the same? What is known of both, side by side, and the word of one's own authority."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.frames import clock
from cairn.linking.judgement import LinkKind
from cairn.records.access import Act, missing
from cairn.services.judgements.comparing import compare
from cairn.services.judgements.judge import Named
from cairn.web.compare.drawing import drawn_in_own_words
from cairn.web.not_there import not_there
from cairn.web.occasion import occasion_of
from cairn.web.pages import DeskRequest, page
from cairn.web.review.pairs import two_pictures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpResponse

    from cairn.services.judgements.comparing import Comparison, MediaFacts

NO_PAIR = ("media.missing", "media.invalid", "media.ambiguous", "judgement.invalid")


@dataclass(frozen=True, slots=True)
class Row:
    """One fact of both; ``differs`` where they are not the same in it."""

    title: str
    first: object
    second: object
    differs: bool


@page(Act.LINK_READ)
def pair(request: DeskRequest, kind: str, first: str, second: str) -> HttpResponse:
    """Show both side by side, with what methods and people say of them."""
    with not_there(*NO_PAIR):
        found = compare(named_by(kind, first, second), actor=request.actor)
    here = occasion_of(request)
    values = {
        "two": two_pictures(
            request,
            found.first.name,
            found.second.name,
            turned=found.turned,
            case=here.case,
            moments_s=(found.first.at_s, found.second.at_s),
        ),
        "link": found.link,
        "rows": tuple(_rows(found)),
        "drawings": [drawn for each in found.link.suggestions if (drawn := drawn_in_own_words(each.points))],
        "reason": request.session.get("reason", ""),
        "occasion": here,
        "first": first,
        "second": second,
    }
    return render(request, "compare/pair.html", values)


def named_by(kind: str, first: str, second: str) -> Named:
    """Answer the pair that an address names.

    Raises:
        AccessError: There is no such kind.
    """
    try:
        return Named(first, second, LinkKind(kind))
    except ValueError:
        raise missing() from None


def address_of(named: Named) -> str:
    """Answer the address of a pair's page."""
    return reverse("compare", args=[named.kind.value, named.one, named.other])


def _rows(found: Comparison) -> Iterator[Row]:
    for title, one, other in _facts(found.first, found.second):
        yield Row(title, one, other, one != other)


def _facts(one: MediaFacts, other: MediaFacts) -> Iterator[tuple[str, object, object]]:
    yield _("Kind"), one.media_type or "–", other.media_type or "–"
    yield _("Bytes"), _known(one.size_bytes), _known(other.size_bytes)
    yield _("Width in pixels"), one.width or "–", other.width or "–"
    yield _("Height in pixels"), one.height or "–", other.height or "–"
    yield _("Quality of the PDQ hash, 0 to 100"), _known(one.quality), _known(other.quality)
    if one.at_s is not None or other.at_s is not None:
        yield _("The frame that is shown"), _moment(one.at_s), _moment(other.at_s)
    if one.not_comparable or other.not_comparable:
        yield _("Why it cannot be compared"), one.not_comparable or "–", other.not_comparable or "–"
    yield _("Series"), ", ".join(one.series) or "–", ", ".join(other.series) or "–"
    yield _("Times seen"), one.seen.sightings, other.seen.sightings
    yield _("First seen"), one.seen.first or "–", other.seen.first or "–"
    yield _("Last seen"), one.seen.last or "–", other.seen.last or "–"
    yield _("Countries"), ", ".join(one.seen.by_country) or "–", ", ".join(other.seen.by_country) or "–"


def _moment(at_s: float | None) -> str:
    return "–" if at_s is None else clock(at_s)


def _known(number: int | None) -> object:
    return "–" if number is None else number
