"""The worker: takes one order after the other, however often it is stopped, and loses nothing.

Who works on an order is written into it. An order whose worker is dead is taken over by the next one: what
was measured is kept by the check itself, and goes on from there.
"""

from __future__ import annotations

import logging
import os
import shutil
import time
import uuid
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import DatabaseError, transaction
from django.utils import timezone

from cairn.errors import AccessError, CairnError
from cairn.fingerprints.sandbox import DecoderPool
from cairn.records.check_orders import CheckOrder, OrderState
from cairn.records.connection import disconnect
from cairn.records.lock import node_work
from cairn.sentences import Sentence, as_text
from cairn.services.casefiles.checking import check_case_files
from cairn.services.casefiles.finding import case_files
from cairn.services.check_orders.case_file import noted, still_of_use, takes_answer
from cairn.services.check_orders.keeping import forget_answer, keep_answer
from cairn.services.check_orders.places import place_of
from cairn.services.check_orders.requests import OVER, forget_found, request_of
from cairn.services.check_orders.sent import delete_sent
from cairn.services.check_orders.watching import LEASE, Stopped, Watched
from cairn.services.checking.check import check
from cairn.services.checking.holders import holder_of_this_process, is_dead
from cairn.services.footage.compared import drop_compared_of_ended
from cairn.services.reports.parcels import drop_old_parcels

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cairn.services.checking.measuring import OpenPool
    from cairn.services.node.opening import Node

_LOG = logging.getLogger("cairn.worker")
IDLE_S = 1.0
"""How long to wait where there is nothing to do."""
FORGOTTEN_AFTER = timedelta(days=7)
"""Files that were sent for a check that nobody began are deleted after this."""
LEFT_OVER_S = 24 * 3600.0
"""A form's files are gone once it is answered; what is older was left by a process that was killed."""
_HELD = (OrderState.RUNNING, OrderState.PAUSING, OrderState.STOPPING)


def work(node: Node, *, goes_on: Callable[[], bool], open_pool: OpenPool = DecoderPool) -> None:
    """Work on what people ask for, until told otherwise.

    Args:
        node: The open node.
        goes_on: Answers whether to go on; it is asked about once a second, also while a check is measured.
        open_pool: Where hostile bytes are decoded.
    """
    tidied_at = -3600.0
    while goes_on():
        try:
            if time.monotonic() - tidied_at > 600:  # noqa: PLR2004 - every ten minutes
                tidy(node)
                tidied_at = time.monotonic()
            if not work_once(node, goes_on=goes_on, open_pool=open_pool):
                time.sleep(IDLE_S)
        except (CairnError, DatabaseError) as error:
            # The database is away or full: the desk says so itself, and here it is tried again.
            _LOG.error("event=worker-waits error=%s", getattr(error, "code", type(error).__name__))
            disconnect()
            time.sleep(5 * IDLE_S)


def work_once(
    node: Node, *, goes_on: Callable[[], bool] = lambda: True, open_pool: OpenPool = DecoderPool
) -> bool:
    """Work on the order that has waited longest, and answer whether there was one."""
    order = _take()
    if order is None:
        return False
    if order.state == OrderState.RUNNING:
        _settle(node, order, _run(node, order, goes_on, open_pool))
    else:
        _settle(node, order, OrderState.RUNNING)
    return True


@node_work("files that nobody asks about any longer are deleted")
def tidy(node: Node) -> None:
    """Delete what was sent for checks that are over, or that nobody began, and end these."""
    old = CheckOrder.objects.filter(
        state=OrderState.GATHERING, changed_at__lt=timezone.now() - FORGOTTEN_AFTER
    )
    old.update(state=OrderState.GIVEN_UP)
    drop_old_parcels(node.config)
    drop_compared_of_ended()
    if not node.config.uploads_folder.is_dir():
        return
    of_use = still_of_use()
    going_on = CheckOrder.objects.exclude(state__in=OVER).values_list("pk", flat=True)
    kept = {str(number) for number in (*going_on, *of_use)}
    for folder in node.config.uploads_folder.iterdir():
        if folder.name not in kept and folder.name.isdecimal():
            shutil.rmtree(folder, ignore_errors=True)
        elif not folder.name.isdecimal():
            _drop_left_over(folder)
    over = CheckOrder.objects.filter(state__in=OVER, received_bytes__gt=0)
    over.exclude(pk__in=of_use).update(received_bytes=0)


def _drop_left_over(place: Path) -> None:
    with suppress(FileNotFoundError):  # Whoever made it has taken it away a moment ago.
        if time.time() - place.stat().st_mtime > LEFT_OVER_S:
            shutil.rmtree(place) if place.is_dir() else place.unlink()


@node_work("the worker takes the orders of everybody")
def _take() -> CheckOrder | None:
    """Take the oldest order that waits, or that a dead worker has left; nobody else takes it then."""
    with transaction.atomic():
        rows = CheckOrder.objects.filter(state__in=(OrderState.WAITING, *_HELD)).order_by("pk")
        for row in rows.defer("head", "sums", "series").select_for_update():
            if row.state == OrderState.WAITING or _is_free(row):
                row.state = OrderState.RUNNING if row.state == OrderState.WAITING else row.state
                row.lease_holder, row.lease_ends_at = holder_of_this_process(), timezone.now() + LEASE
                row.save(update_fields=["state", "lease_holder", "lease_ends_at", "changed_at"])
                full = CheckOrder.objects.select_related("authority", "user__authority", "case", "check_run")
                return full.get(pk=row.pk)
    return None


def _is_free(row: CheckOrder) -> bool:
    if row.lease_holder == holder_of_this_process() or row.lease_ends_at is None:
        return True
    return row.lease_ends_at < timezone.now() or is_dead(
        row.lease_holder, claimed_at=row.lease_ends_at - LEASE
    )


def _run(node: Node, order: CheckOrder, goes_on: Callable[[], bool], open_pool: OpenPool) -> OrderState:
    """Check what the order asks for, and answer what it is then; an error is kept in its words."""
    if order.head is not None and order.check_run is not None and order.check_run.finished_at is not None:
        return OrderState.ANSWERED  # Stopped between the check's end and ours.
    watched = Watched(order, goes_on)
    try:
        _check(node, order, watched, open_pool)
    except Stopped:
        return OrderState.RUNNING
    except AccessError:
        closed = Sentence("The account that asked for this check may no longer check.")
        return _failed(order, "check.closed", closed)
    except CairnError as error:
        return _failed(order, error.code, error.sentence)
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - the boundary of the process: one order must not end the worker
        number = uuid.uuid4().hex[:8]
        _LOG.error("event=check-failed number=%s error=%s order=%s", number, type(error).__name__, order.pk)
        return _failed(
            order,
            "check.failed",
            Sentence(
                "Something went wrong. What was measured is kept. Tell your administrator: %(number)s.",
                number=number,
            ),
        )
    return OrderState.ANSWERED


def _check(node: Node, order: CheckOrder, watched: Watched, open_pool: OpenPool) -> None:
    if order.user is not None and not order.user.is_active:
        raise AccessError(Sentence("The account was closed."), code="check.closed")
    request = request_of(order, place_of(node.config, order))
    items = case_files(request.paths, request.containers)
    keep = partial(keep_answer, order, also=noted(items))
    if items:
        check_case_files(node, request, items, watch=watched.watch, told=watched.told, keep=keep)
        return
    check(
        node,
        request,
        watch=watched.watch,
        told=watched.told,
        open_pool=open_pool,
        watch_closer=watched.watch_closer,
        watch_videos=watched.watch_videos,
        so_far=watched.so_far,
        keep=keep,
    )


def _failed(order: CheckOrder, code: str, sentence: str) -> OrderState:
    order.error_code, order.error_sentence = code[:64], as_text(sentence)
    return OrderState.FAILED


@node_work("the worker closes the orders of everybody")
def _settle(node: Node, order: CheckOrder, state: OrderState) -> None:
    """Write what the order is now; one that was stopped is what the person asked for meanwhile."""
    with transaction.atomic():
        asked = CheckOrder.objects.select_for_update().get(pk=order.pk).state
        if state == OrderState.RUNNING:
            state = {
                OrderState.PAUSING: OrderState.PAUSED,
                OrderState.STOPPING: OrderState.GIVEN_UP,
            }.get(OrderState(asked), OrderState.WAITING)
        order.state, order.lease_holder, order.lease_ends_at = state, "", None
        order.answered_at = timezone.now() if state == OrderState.ANSWERED else None
        order.files_per_s, order.told = None, ""
        fields = ["state", "lease_holder", "lease_ends_at", "answered_at", "files_per_s", "told"]
        order.save(update_fields=[*fields, "error_code", "error_sentence", "changed_at"])
    if state in OVER and not (state == OrderState.ANSWERED and takes_answer(order)):
        delete_sent(node.config, order)
    if state == OrderState.GIVEN_UP:
        forget_answer(order)
        forget_found(node.config, order)


def is_parent_alive(parent: int) -> Callable[[], bool]:
    """Answer what tells whether the process that started this one still runs."""
    return lambda: os.getppid() == parent
