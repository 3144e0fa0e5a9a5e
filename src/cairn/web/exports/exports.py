"""What have we exported? The exports of one's authority, one with its manifest, and its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse, HttpResponse
from django.shortcuts import render

from cairn.records.access import Act
from cairn.records.export_orders import ExportSubject
from cairn.services.export_orders.fetching import list_exports, open_export, show_export
from cairn.services.export_orders.making import KEPT
from cairn.services.node.this_process import this_node
from cairn.web.exports.wording import ExportView
from cairn.web.facets import chosen_number
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase


@page(Act.CASE_EXPORT)
def exports(request: DeskRequest) -> HttpResponse:
    """List them, the newest first."""
    found = list_exports(actor=request.actor, after=chosen_number(request, "after"))
    rows = [ExportView(order) for order in found.rows]
    return render(request, "exports/exports.html", {"rows": rows, "after": found.after})


@page(Act.CASE_EXPORT)
def export(request: DeskRequest, number: int) -> HttpResponse:
    """Show how far it is, or what was made."""
    view = ExportView(show_export(number, actor=request.actor))
    if "HX-Request" in request.headers and not view.is_moving:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "exports/export.html", {"view": view, "order": view.order, "kept_days": KEPT.days})


@page(Act.CASE_EXPORT, methods=("POST",))
def file(request: DeskRequest, number: int) -> HttpResponseBase:
    """Hand its file out."""
    order, stream = open_export(this_node(), number, actor=request.actor)
    named = order.file_name if order.subject == ExportSubject.ANSWER else f"export-{order.pk}.zip"
    # Never shown by the browser itself, also not a page of ours: it is a file to be kept.
    return FileResponse(stream, as_attachment=True, filename=named, content_type="application/octet-stream")
