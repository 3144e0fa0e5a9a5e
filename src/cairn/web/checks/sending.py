"""Sending files to the node: by a script in parts, or by a plain form at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from cairn.errors import CairnError, InputError
from cairn.records.access import Act, missing
from cairn.records.check_orders import OrderKind
from cairn.services.check_orders.ordering import find_order
from cairn.services.check_orders.sent import listed, receive, received
from cairn.services.node.this_process import this_node
from cairn.services.receiving.arriving import CHUNK_BYTES, Part
from cairn.web.facets import chosen_number
from cairn.web.pages import DeskRequest, page
from cairn.web.saying import in_own_language

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile
    from django.http import HttpResponse

    from cairn.records.check_orders import CheckOrder

REFUSED = 422


@page(Act.CASE_READ, methods=("GET", "PUT"))
def parts(request: DeskRequest, number: int) -> HttpResponse:
    """Answer a script what is here, of all files or of one; or keep a part of a file."""
    order = _gathering(request, number)
    try:
        return JsonResponse(_answer(request, order))
    except CairnError as error:
        return JsonResponse({"code": error.code, "sentence": in_own_language(error.sentence)}, status=REFUSED)


@page(Act.CASE_READ, methods=("POST",))
def add_files(request: DeskRequest, number: int) -> HttpResponse:
    """Keep the files of a plain form."""
    order = _gathering(request, number)
    taken = set(listed(this_node().config, order))
    for file in (*request.FILES.getlist("files"), *request.FILES.getlist("folder")):
        name = _free_name(file.name or _("file without a name"), taken)
        taken.add(name)
        _keep(order, name, file)
    return HttpResponseRedirect(reverse("check", args=[number]))


def _gathering(request: DeskRequest, number: int) -> CheckOrder:
    order = find_order(number, actor=request.actor)
    if order.kind != OrderKind.UPLOAD:
        raise missing()
    return order


def _answer(request: DeskRequest, order: CheckOrder) -> dict[str, object]:
    config, path = this_node().config, request.GET.get("path")
    if path is None:
        return {"files": listed(config, order), "part_bytes": CHUNK_BYTES}
    size_bytes = _number(request, "size")
    if request.method != "PUT":
        return {"received": received(config, order, path, size_bytes)}
    part = Part(path, size_bytes, _number(request, "offset"), chosen_number(request, "modified"))
    return {"received": receive(config, order, part, request)}


def _number(request: DeskRequest, name: str) -> int:
    found = chosen_number(request, name)
    if found is None:
        raise InputError("A part of a file has a size and a place.", code="upload.size")
    return found


def _keep(order: CheckOrder, name: str, file: UploadedFile[bytes]) -> None:
    size, offset = file.size or 0, 0
    file.seek(0)
    while (now := receive(this_node().config, order, Part(name, size, offset), file)) < size:
        offset = now
        file.seek(offset)


def _free_name(name: str, taken: set[str]) -> str:
    """Answer the name, or one beside it where it is taken: a plain form tells no folders."""
    stem, dot, suffix = name.rpartition(".")
    for count in range(2, len(taken) + 3):
        if name not in taken:
            break
        name = f"{stem} ({count}){dot}{suffix}" if dot else f"{suffix} ({count})"
    return name
