"""Which series are there? The list, narrowed down by links, and a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _

from cairn.errors import InputError
from cairn.records.access import Act
from cairn.records.series import Marker
from cairn.services.series.finding import find_series_page
from cairn.services.series.opening import SeriesFilter
from cairn.services.typed_text import is_recordable, require_country
from cairn.types import SeriesStatus
from cairn.web.facets import chosen, chosen_number, facet, text_facet
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from django.http import HttpResponse

    from cairn.services.series.finding import SeriesListing
    from cairn.web.facets import Facet


@page(Act.SERIES_READ)
def series_list(request: DeskRequest) -> HttpResponse:
    """List the series that the person may learn of, most urgent first."""
    wanted = _wanted(request)
    listing = find_series_page(request.actor, wanted, after=chosen_number(request, "after"))
    values = {
        "listing": listing,
        "facets": _facets(listing, wanted),
        "words": wanted.words or "",
        "is_all": wanted == SeriesFilter(),
    }
    return render(request, "casework/series_list.html", values)


def _wanted(request: DeskRequest) -> SeriesFilter:
    words, country = request.GET.get("words", "").strip(), request.GET.get("country", "")
    if words and not is_recordable(words):
        raise InputError(_("No series is called so: the text holds control characters."), code="series.words")
    if country:
        require_country(country, code="series.country")
    return SeriesFilter(
        status=chosen(request, "status", SeriesStatus),
        country=country or None,
        marker=chosen(request, "marker", Marker),
        words=words or None,
    )


def _facets(listing: SeriesListing, wanted: SeriesFilter) -> tuple[Facet, ...]:
    counts = listing.facets
    return (
        facet("status", _("Status"), counts.statuses, wanted.status),
        text_facet("country", _("Country of the owner"), counts.countries, wanted.country),
        facet("marker", _("Marker"), counts.markers, wanted.marker),
    )
