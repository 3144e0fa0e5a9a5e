"""What is this report about, why does it lie here, and what came of it? One report, and its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.records.access import ROLES, Act
from cairn.records.reports import ANSWERS, ReportOutcome
from cairn.services.reports.queue import close_report, show_report
from cairn.web.facets import chosen_number
from cairn.web.pages import DeskRequest, page
from cairn.web.reports.wording import ReportView
from cairn.web.said import say
from cairn.web.typed import choice, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from django.http import HttpResponse

    from cairn.services.reports.queue import ItemRow

PAGE_ITEMS = 100
_LOOKED_UP = ("sha256", "sha1", "md5")
"""Which hash of an item is looked up: the first that it has."""


@page(Act.REPORT_READ)
def report(request: DeskRequest, number: int) -> HttpResponse:
    """Show the report with a page of its items."""
    after = chosen_number(request, "after") or 0
    row, said, items = show_report(number, actor=request.actor, after=after, most=PAGE_ITEMS)
    shown = ReportView(row)
    may_close = bool(request.actor.roles & ROLES[Act.REPORT_CLOSE])
    values = {
        "report": shown,
        "said": list(facts_of(said)),
        "items": [(item, list(facts_of(item.said))) for item in items],
        "after": items[-1].position if len(items) == PAGE_ITEMS else None,
        "hashes": _hashes(items),
        "may_close": may_close and shown.level is not None and row.closed_at is None,
        "outcomes": ANSWERS,
    }
    return render(request, "reports/report.html", values)


@page(Act.REPORT_CLOSE, methods=("POST",))
def close(request: DeskRequest, number: int) -> HttpResponse:
    """Say to whoever handed it in what came of it."""
    outcome = choice(request.POST, "outcome", ReportOutcome)
    close_report(number, outcome, words=text(request.POST, "words"), actor=request.actor)
    say(request, _("The report is closed, and whoever handed it in reads what came of it."))
    return HttpResponseRedirect(reverse("report", args=[number]))


def facts_of(said: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """Yield what a sender says as pairs of a name and a text, in the sender's own words.

    >>> list(facts_of({"seen": [{"kind": "web", "country": "NL"}], "urgent": True}))
    [('seen kind', 'web'), ('seen country', 'NL'), ('urgent', 'True')]
    """
    for name, value in said.items():
        title = f"{within} {name}".strip().replace("_", " ")
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                yield from facts_of(each, title)
            elif isinstance(each, list):
                yield title, ": ".join(map(str, each))
            else:
                yield title, str(each)


def _hashes(items: Sequence[ItemRow]) -> str:
    """Answer a hash of each item that has one, a line each, as the look-up of hashes takes them."""
    found = (next((item.hashes[kind] for kind in _LOOKED_UP if kind in item.hashes), "") for item in items)
    return "\n".join(filter(None, found))
