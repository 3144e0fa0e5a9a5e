"""I have a report to hand in: it is taken in while one waits, and acknowledged with its number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.shortcuts import render
from django.utils.translation import gettext as _

from cairn.errors import InputError
from cairn.records.access import ROLES, Act
from cairn.services.node.this_process import this_node
from cairn.services.reports.sending import SentFile, take_sent
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
MOST_FILES = 100
MOST_BYTES_OF_FILES = 64 << 20
"""Of what comes with it, all together: as much as over HTTP, for it is measured while somebody waits."""


@page(Act.REPORT_TAKE, methods=("GET", "POST"))
def take(request: DeskRequest) -> HttpResponse:
    """Ask for the file, or take the reports in it."""
    values = {"may_read": bool(request.actor.roles & ROLES[Act.REPORT_READ])}
    if request.method != "POST":
        return render(request, "reports/take.html", values)
    try:
        taken = _taken(request)
    except InputError as error:
        refused = {"refused": in_own_language(error.sentence)}
        return render(request, "reports/take.html", values | refused, status=INVALID)
    return render(request, "reports/take.html", values | {"taken": taken})


def _taken(request: DeskRequest) -> tuple[Acknowledgement, ...]:
    file, sent = request.FILES.get("file"), request.FILES.getlist("files")
    if file is None:
        raise InputError(_("Choose the file of the report."), code="report.file")
    if file.size is None or file.size > MOST_BYTES:
        raise InputError(_("A report of more than 2 MB is taken on the server."), code="report.large")
    if len(sent) > MOST_FILES or sum(each.size or 0 for each in sent) > MOST_BYTES_OF_FILES:
        raise InputError(
            _("More than 100 files, or 64 MiB of them, are taken on the server or over HTTP."),
            code="report.large",
        )
    with alone(file, "report") as path:
        files = [SentFile(each.name or "", _place_of(each)) for each in sent]
        return take_sent(this_node(), path, files, actor=request.actor)


def _place_of(file: UploadedFile[bytes]) -> Path:
    if not isinstance(file, TemporaryUploadedFile):
        raise TypeError("Files of a form lie on a disk.")
    return Path(file.temporary_file_path())
