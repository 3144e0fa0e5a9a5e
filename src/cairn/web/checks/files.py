"""Which files? The files of an answer, narrowed down by links; and one of them with its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _

from cairn.errors import InputError, Reason
from cairn.records.access import Act, missing
from cairn.services.check_orders.files import Wanted, show_files
from cairn.services.check_orders.keeping import UNREADABLE
from cairn.services.check_orders.reading import show_file
from cairn.services.judgements.links_of_media import links_of_media
from cairn.services.typed_text import is_recordable
from cairn.types import Verdict
from cairn.web.checks.frames import frames_of
from cairn.web.checks.shown import file_of, handling_of, series_of
from cairn.web.checks.time_line import time_line
from cairn.web.checks.wording import MEANINGS, reason_word
from cairn.web.compare.drawing import drawn_in_own_words
from cairn.web.compare.pair import NO_PAIR
from cairn.web.facets import Choice, Facet, chosen, chosen_number, facet, text_facet
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse

    from cairn.services.check_orders.files import FilesPage
    from cairn.services.judgements.link_facts import LinkRow

MOST_PAIRS = 10
"""Links of one content that its page lists: more are in the queue of links."""
_ONCE, _FIRST = "once", "first"


@page(Act.CASE_READ)
def files(request: DeskRequest, number: int) -> HttpResponse:
    """List the files of an answer."""
    wanted = _wanted(request)
    found = show_files(number, wanted, actor=request.actor, after=chosen_number(request, "after"))
    values = {
        "order": found.order,
        "head": found.head,
        "handling": handling_of(found.head),
        "rows": [file_of(row, found.head, folder=found.head["folder"]) for row in found.rows],
        "after": found.after,
        "total": found.total,
        "first": wanted.first,
        "facets": _facets(found, wanted),
    }
    return render(request, "checks/files.html", values)


@page(Act.CASE_READ)
def one_file(request: DeskRequest, number: int, position: int) -> HttpResponse:
    """Show one file with everything that led to its verdict."""
    order, row, series = show_file(number, position, actor=request.actor)
    file = file_of(row, order.head or {})
    line = time_line(file)
    pairs, drawings = _pairs(file["sha256"], request) if file["matches"] else (None, ())
    values = {
        "pairs": pairs,
        "drawings": drawings,
        "order": order,
        "file": file,
        "handling": handling_of(order.head or {}),
        "meaning": MEANINGS[file["verdict"]],
        "line": line,
        "frames": frames_of(request, file, line),
        "series": [series_of(each) for each in series.values()],
    }
    return render(request, "checks/file.html", values)


def _pairs(sha256: str | None, request: DeskRequest) -> tuple[Sequence[LinkRow] | None, Sequence[str]]:
    """Answer the links of a content with what is recorded, and what agrees in the strongest, drawn.

    Both are of now, where the answer is of when it was compared; ``None`` where the content is not recorded.
    """
    if not sha256:
        return None, ()
    try:
        rows, agreeing = links_of_media(sha256, actor=request.actor, most=MOST_PAIRS)
    except InputError as error:
        if error.code in NO_PAIR:
            return None, ()
        raise
    drawn = map(drawn_in_own_words, agreeing)
    return rows, [each for each in drawn if each]


def _wanted(request: DeskRequest) -> Wanted:
    verdict, media_type = chosen(request, "verdict", Verdict), request.GET.get("type") or None
    reason, order = request.GET.get("reason") or None, request.GET.get("order", "")
    if reason not in {None, UNREADABLE, *(each.value for each in Reason)} or order not in {"", _FIRST}:
        raise missing()
    if media_type is not None and not is_recordable(media_type):
        raise missing()
    return Wanted(
        verdict=None if verdict is None else verdict.value,
        media_type=media_type,
        reason=reason,
        series=chosen_number(request, "series"),
        first=order == _FIRST,
        no_copies=request.GET.get("copies", "") == _ONCE,
    )


def _facets(found: FilesPage, wanted: Wanted) -> tuple[Facet, ...]:
    if wanted.first:
        return ()
    counts = found.counts
    verdicts = {Verdict(value): number for value, number in counts["verdict"].items()}
    in_order = {verdict: verdicts[verdict] for verdict in Verdict if verdict in verdicts}
    return (
        facet("verdict", _("Verdict"), in_order, Verdict(wanted.verdict) if wanted.verdict else None),
        _series_facet(found, wanted),
        _named("reason", _("Why not comparable"), found, wanted.reason),
        text_facet("type", _("Type"), counts["media_type"], wanted.media_type),
        _copies(found, wanted),
    )


def _series_facet(found: FilesPage, wanted: Wanted) -> Facet:
    chosen_one = "" if wanted.series is None else str(wanted.series)
    choices = tuple(
        Choice(value, found.series[int(value)]["name"], count, value == chosen_one)
        for value, count in found.counts["series"].items()
        if int(value) in found.series
    )
    return Facet("series", _("Series"), choices, chosen_one)


def _named(name: str, title: str, found: FilesPage, chosen_one: str | None) -> Facet:
    choices = tuple(
        Choice(value, reason_word(value), count, value == chosen_one)
        for value, count in found.counts[name].items()
    )
    return Facet(name, title, choices, chosen_one or "")


def _copies(found: FilesPage, wanted: Wanted) -> Facet:
    count = found.counts["is_copy"].get(_ONCE, 0)
    choice = Choice(_ONCE, _("each content once"), count, wanted.no_copies)
    return Facet("copies", _("Copies"), (choice,), _ONCE if wanted.no_copies else "")
