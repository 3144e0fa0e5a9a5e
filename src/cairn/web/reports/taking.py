"""I have a report to hand in: it is taken in while one waits, and acknowledged with its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.translation import gettext as _

from cairn.errors import InputError
from cairn.records.access import ROLES, Act
from cairn.services.node.this_process import this_node
from cairn.services.reports.taking import take_report
from cairn.web.form_files import alone
from cairn.web.pages import DeskRequest, page
from cairn.web.saying import in_own_language

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpResponse

    from cairn.services.reports.taking import Acknowledgement

INVALID = 422
MOST_BYTES = 2_000_000
"""Of a report that is taken while somebody waits; a larger one is taken on the server."""


@page(Act.REPORT_TAKE, methods=("GET", "POST"))
def take(request: DeskRequest) -> HttpResponse:
    """Ask for the file, or take the reports in it."""
    values = {"may_read": bool(request.actor.roles & ROLES[Act.REPORT_READ])}
    if request.method != "POST":
        return render(request, "reports/take.html", values)
    try:
        taken = _taken(request.FILES.get("file"), request)
    except InputError as error:
        refused = {"refused": in_own_language(error.sentence)}
        return render(request, "reports/take.html", values | refused, status=INVALID)
    return render(request, "reports/take.html", values | {"taken": taken})


def _taken(file: UploadedFile[bytes] | None, request: DeskRequest) -> tuple[Acknowledgement, ...]:
    if file is None:
        raise InputError(_("Choose the file of the report."), code="report.file")
    if file.size is None or file.size > MOST_BYTES:
        too_large = _("A report of more than 2 MB is taken on the server, as is one that comes with files.")
        raise InputError(too_large, code="report.large")
    with alone(file, "report") as path:
        return take_report(this_node(), path, actor=request.actor)
