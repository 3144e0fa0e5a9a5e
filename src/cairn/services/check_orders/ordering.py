"""Asking for a check, and steering it: begin, pause, resume, give up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, find, missing, require, visible_to
from cairn.records.cases import LABEL_LENGTH, REFERENCE_LENGTH
from cairn.records.check_orders import CheckOrder, OrderKind, OrderState
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.sentences import Sentence
from cairn.services.cases import case_of_check, open_case
from cairn.services.check_orders.places import place_on_server
from cairn.services.check_orders.requests import forget_found
from cairn.services.check_orders.sent import counted, delete_sent, half_sent, leave_out_half_sent
from cairn.services.typed_text import require_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.records.cases import Case
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What somebody asks the node to check.

    Attributes:
        kind: Where it lies.
        label: What it is, in the person's words; with a case, the label of the exhibit.
        path: On the server; empty for what will be sent.
        case: The person's own case reference; empty for none.
        purpose: Why, of a case; empty to leave it as it is.
        register: Record what is found in the case.
    """

    kind: OrderKind
    label: str
    path: str = ""
    case: str = ""
    purpose: str = ""
    register: bool = False


class Steering(StrEnum):
    """What can be done to an order."""

    BEGIN = "begin"
    BEGIN_WITHOUT = "begin-without"
    PAUSE = "pause"
    RESUME = "resume"
    GIVE_UP = "give-up"


_NEXT: Mapping[tuple[Steering, str], OrderState] = {
    (Steering.BEGIN, OrderState.GATHERING): OrderState.WAITING,
    (Steering.BEGIN_WITHOUT, OrderState.GATHERING): OrderState.WAITING,
    (Steering.PAUSE, OrderState.WAITING): OrderState.PAUSED,
    (Steering.PAUSE, OrderState.RUNNING): OrderState.PAUSING,
    (Steering.RESUME, OrderState.PAUSED): OrderState.WAITING,
    (Steering.RESUME, OrderState.PAUSING): OrderState.RUNNING,
    (Steering.RESUME, OrderState.FAILED): OrderState.WAITING,
    (Steering.GIVE_UP, OrderState.GATHERING): OrderState.GIVEN_UP,
    (Steering.GIVE_UP, OrderState.WAITING): OrderState.GIVEN_UP,
    (Steering.GIVE_UP, OrderState.PAUSED): OrderState.GIVEN_UP,
    (Steering.GIVE_UP, OrderState.FAILED): OrderState.GIVEN_UP,
    (Steering.GIVE_UP, OrderState.RUNNING): OrderState.STOPPING,
    (Steering.GIVE_UP, OrderState.PAUSING): OrderState.STOPPING,
}
"""What becomes of an order; what is not here changes nothing, so that a form sent twice does no harm."""


@under_lock
def make_order(node: Node, wanted: OrderRequest, *, actor: Actor) -> CheckOrder:
    """Keep what somebody asks to be checked; what lies on the server waits for the worker at once.

    Raises:
        AccessError: The actor may not check, not work on cases, or not register.
        InputError: Something cannot be recorded, names nothing that may be checked, or is missing.
    """
    require(actor, Act.CHECK_RUN)
    require(actor, Act.CASE_READ)
    if wanted.case:
        require(actor, Act.SIGHTING_REPORT if wanted.register else Act.CASE_WORK)
    elif wanted.register or wanted.purpose:
        raise InputError(Sentence("Name the case in which it is to be recorded."), code="check.case")
    require_text(wanted.label, what="The name of what is checked", longest=LABEL_LENGTH, code="check.exhibit")
    is_here = wanted.kind is OrderKind.SERVER
    path = str(place_on_server(node.config, wanted.path)) if is_here else ""
    with database_errors_in_words(), transaction.atomic():
        case = _case(wanted, actor)
        order = CheckOrder.objects.create(
            authority=actor.authority,
            user=actor.user,
            case=case,
            kind=wanted.kind,
            state=OrderState.WAITING if is_here else OrderState.GATHERING,
            label=wanted.label.strip(),
            path=path,
            register=wanted.register,
        )
        audit.append(
            audit.AuditTag.CHECK_ORDERED,
            actor=actor,
            case_reference=wanted.case,
            purpose=wanted.purpose,
            record_ids=[order.pk],
            counts={"register": int(wanted.register)},
        )
    return order


@under_lock
def steer(node: Node, number: int, steering: Steering, *, actor: Actor) -> CheckOrder:
    """Begin, pause, resume or give up a check; where it is so already, nothing is done.

    Raises:
        AccessError: There is no such check, or it is not for the actor.
        InputError: It is to begin, and no file was sent, or some only in part (``check.nothing``,
            ``check.half-sent``).
    """
    with database_errors_in_words(), transaction.atomic():
        order = find_order(number, actor=actor, is_to_change=True)
        state = _NEXT.get((steering, order.state))
        if state is None:
            return order
        counts = {steering.value: 1}
        if state is OrderState.WAITING and order.kind == OrderKind.UPLOAD:
            counts |= _begin(node, order, without=steering is Steering.BEGIN_WITHOUT)
        order.state = state
        order.error_code = order.error_sentence = order.told = ""
        order.save()
        audit.append(
            audit.AuditTag.CHECK_ORDER_STEERED,
            actor=actor,
            case_reference="" if order.case is None else order.case.reference,
            record_ids=[order.pk],
            counts=counts,
        )
    if state is OrderState.GIVEN_UP:
        delete_sent(node.config, order)
        forget_found(node.config, order)
    return order


@under_lock
def find_order(number: int, *, actor: Actor, is_to_change: bool = False) -> CheckOrder:
    """Answer a check that the actor's authority has asked for.

    Args:
        number: The records' number of it.
        actor: Who asks.
        is_to_change: Nobody else changes it until the transaction ends.

    Raises:
        AccessError: There is none, or not for this actor (``access.missing``).
    """
    related = ("case", "user", "authority")
    order = find(actor, CheckOrder, Act.CASE_READ, related, pk=number)
    if not is_to_change:
        return order
    return CheckOrder.objects.select_related(*related).select_for_update(of=("self",)).get(pk=order.pk)


@under_lock
def state_of(number: int, *, actor: Actor) -> OrderState:
    """Answer how far a check is, without all that is kept of it.

    Raises:
        AccessError: There is none, or not for this actor (``access.missing``).
    """
    require(actor, Act.CASE_READ)
    rows = visible_to(actor, CheckOrder).filter(pk=number)
    state = rows.values_list("state", flat=True).first()
    if state is None:
        raise missing()
    return OrderState(state)


def _case(wanted: OrderRequest, actor: Actor) -> Case | None:
    if not wanted.case:
        return None
    require_text(wanted.case, what="A case reference", longest=REFERENCE_LENGTH, code="check.case")
    if wanted.purpose:
        return open_case(wanted.case, purpose=wanted.purpose, review_on=None, actor=actor)
    return case_of_check(wanted.case, actor=actor)


def _begin(node: Node, order: CheckOrder, *, without: bool) -> dict[str, int]:
    """Make sure that what was sent is whole, and count it."""
    if without:
        leave_out_half_sent(node.config, order)
    halves = half_sent(node.config, order)
    if halves:
        raise InputError(
            Sentence(
                "%(halves)s of the files were sent only in part. Choose the same files again, and "
                "what is missing is sent; or begin without them.",
                halves=halves,
            ),
            code="check.half-sent",
        )
    order.received_files, order.received_bytes = counted(node.config, order)
    if not order.received_files:
        raise InputError(Sentence("No file was sent yet."), code="check.nothing")
    return {"files": order.received_files, "bytes": order.received_bytes}
