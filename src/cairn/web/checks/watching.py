"""How far is it? One check, as what it is now: being sent, on its way, or answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from cairn.records.access import Act, missing
from cairn.records.check_orders import OrderState
from cairn.services.check_orders.ordering import Steering, find_order, state_of, steer
from cairn.services.check_orders.sent import counted, half_sent
from cairn.services.node.this_process import this_node
from cairn.web.checks.answer import show
from cairn.web.checks.wording import OrderView
from cairn.web.pages import DeskRequest, page

if TYPE_CHECKING:
    from cairn.records.check_orders import CheckOrder


@page(Act.CASE_READ)
def one_check(request: DeskRequest, number: int) -> HttpResponse:
    """Show the check."""
    state = state_of(number, actor=request.actor)
    asks_for_a_part = "HX-Request" in request.headers
    if asks_for_a_part and state in {OrderState.ANSWERED, OrderState.GATHERING}:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    if state is OrderState.ANSWERED:
        return show(request, number)
    order = find_order(number, actor=request.actor)
    if order.state == OrderState.GATHERING:
        return _sending(request, order)
    return render(request, "checks/watch.html", {"order": order, "view": OrderView(order)})


@page(Act.CASE_READ, methods=("POST",))
def steer_check(request: DeskRequest, number: int) -> HttpResponse:
    """Begin, pause, resume or give up the check."""
    try:
        steering = Steering(request.POST.get("steering", ""))
    except ValueError:
        raise missing() from None
    steer(this_node(), number, steering, actor=request.actor)
    return HttpResponseRedirect(reverse("check", args=[number]))


def _sending(request: DeskRequest, order: CheckOrder) -> HttpResponse:
    config = this_node().config
    files, size_bytes = counted(config, order)
    values = {"order": order, "files": files, "bytes": size_bytes, "halves": half_sent(config, order)}
    return render(request, "checks/sending.html", values)
