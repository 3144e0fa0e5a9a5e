"""What an order asks of a check, and which check it has begun."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cairn.records.check_orders import CheckOrder, OrderKind, OrderState
from cairn.records.jobs import Check
from cairn.records.lock import node_work
from cairn.records.users import Actor
from cairn.services.check_orders.places import sent_folder
from cairn.services.checking.planning import CheckRequest
from cairn.services.features.second_pass import FeaturesFor
from cairn.services.footage.compared import drop_compared
from cairn.services.footage.video_pass import VideosFor

if TYPE_CHECKING:
    from cairn.records.node import NodeConfig

OVER = (OrderState.GIVEN_UP, OrderState.ANSWERED)
"""What an order ends as."""


def request_of(order: CheckOrder, place: Path) -> CheckRequest:
    """Answer what an order asks for, of what lies at a place."""
    is_sent = order.kind == OrderKind.UPLOAD
    return CheckRequest(
        paths=(place,),
        actor=_asker(order),
        case=None if order.case is None else order.case.reference,
        exhibit=None if order.case is None else order.label,
        register=order.register,
        features=FeaturesFor.NEW,
        videos=VideosFor.WHOLE,
        root=place if is_sent else None,
        told_as=(order.label,) if is_sent else (),
    )


@node_work("what a check has found is gone with it, also of what is hidden")
def forget_found(config: NodeConfig, order: CheckOrder) -> None:
    """Forget what the check of an order that is given up had found, unless another order goes on with it."""
    is_sent = order.kind == OrderKind.UPLOAD
    place = sent_folder(config, order) if is_sent else Path(order.path)  # The disk may be away by now.
    digest = request_of(order, place).digest(_asker(order))
    alike = CheckOrder.objects.exclude(pk=order.pk).exclude(state__in=OVER)
    facts = {"authority": order.authority, "case": order.case, "path": order.path, "kind": order.kind}
    if not is_sent and alike.filter(**facts).exists():
        return
    for check in Check.objects.filter(request_digest=digest, finished_at=None):
        drop_compared(check)


def _asker(order: CheckOrder) -> Actor:
    return Actor.operator(order.authority) if order.user is None else Actor.person(order.user)
