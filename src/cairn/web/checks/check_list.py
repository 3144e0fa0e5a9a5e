"""Which checks did we ask for? The list of one's authority, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from cairn.records.access import Act
from cairn.services.check_orders.reading import orders
from cairn.web.checks.wording import OrderView
from cairn.web.facets import chosen_number
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from django.http import HttpResponse


@page(Act.CASE_READ)
def check_list(request: DeskRequest) -> HttpResponse:
    """List the checks with how far they are, and what came out."""
    found = orders(actor=request.actor, after=chosen_number(request, "after"))
    rows = [OrderView(order) for order in found.rows]
    is_moving = any(row.is_moving for row in rows)
    return render(request, "checks/list.html", {"rows": rows, "after": found.after, "is_moving": is_moving})
