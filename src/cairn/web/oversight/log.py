"""Who did what, and why? The audit log that the person may read, its heads, and what proves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cairn.errors import InputError
from cairn.records.access import Act
from cairn.records.audit import AuditTag
from cairn.services.auditing.overseeing import signed_head, signed_log, verify_as
from cairn.services.auditing.proving import prove_entry
from cairn.services.auditing.reading import EventFilter, list_events, looks_at
from cairn.services.node.this_process import this_node
from cairn.services.typed_text import is_recordable
from cairn.web.facets import chosen, chosen_number
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.services.auditing.reading import EventRow

PAGE = 100


@page(Act.AUDIT_READ)
def log(request: DeskRequest) -> HttpResponse:
    """List the newest entries, narrowed down by a form whose choices stand in the address."""
    wanted = EventFilter(
        by=_typed(request, "by"),
        case=_typed(request, "case"),
        tag=chosen(request, "tag", AuditTag),
        since=_day(request, "since"),
        until=_day(request, "until"),
        before=chosen_number(request, "after"),
        most=PAGE + 1,
    )
    rows = list_events(request.actor, wanted)
    values = {"typed": replace(wanted, most=PAGE), "tags": sorted(AuditTag), **_newest_first(rows)}
    return render(request, "oversight/log.html", values)


@page(Act.SERIES_READ)
def looks(request: DeskRequest, number: int) -> HttpResponse:
    """List who did what with a series of one's own authority."""
    before = chosen_number(request, "after")
    found = looks_at(request.actor, number, before=before, most=PAGE + 1)
    values = {"series": found.series, "number": number, **_newest_first(found.rows)}
    return render(request, "oversight/looks.html", values)


@page(Act.AUDIT_READ)
def heads(request: DeskRequest) -> HttpResponse:
    """Show how far the log is signed, by whom, and the node's public key."""
    before = chosen_number(request, "after")
    return render(
        request, "oversight/heads.html", {"log": signed_log(this_node(), actor=request.actor, before=before)}
    )


@page(Act.AUDIT_READ)
def head_file(request: DeskRequest, size: int) -> HttpResponse:
    """Hand out one signed head, as a witness or a notary keeps it."""
    return _file(signed_head(request.actor, size).text, f"cairn-head-{size}.txt")


@page(Act.AUDIT_READ, methods=("POST",))
def verify(request: DeskRequest) -> HttpResponse:
    """Verify the log now, and show what was found; doing it once more changes nothing."""
    found = verify_as(this_node(), actor=request.actor)
    root = "" if found.root is None else found.root.hex()
    return render(request, "oversight/verified.html", {"found": found, "root": root})


@page(Act.AUDIT_READ, methods=("POST",))
def proof(request: DeskRequest, position: int) -> HttpResponse:
    """Hand out the proof that one entry is in the log; making it is an act."""
    made = prove_entry(this_node(), position, actor=request.actor)
    return _file(made.text, f"cairn-entry-{position}.tlog-proof")


def _newest_first(rows: Sequence[EventRow]) -> dict[str, object]:
    """Answer a page of entries, and where the next one begins."""
    shown = list(rows)[::-1][:PAGE]
    return {"rows": shown, "after": shown[-1].position if len(rows) > PAGE else ""}


def _typed(request: DeskRequest, name: str) -> str | None:
    typed = request.GET.get(name, "").strip()
    if typed and not is_recordable(typed):
        raise InputError(_("The text holds control characters."), code="audit.words")
    return typed or None


def _day(request: DeskRequest, name: str) -> datetime | None:
    typed = request.GET.get(name, "")
    try:
        return datetime.combine(date.fromisoformat(typed), time(), tzinfo=UTC) if typed else None
    except ValueError:
        raise InputError(_("A day is written like 2026-05-31."), code="audit.day") from None


def _file(text: str, name: str) -> HttpResponse:
    written = HttpResponse(text, content_type="text/plain; charset=utf-8")
    written.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return written
