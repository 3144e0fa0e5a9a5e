"""Makes what was asked for, one after the other; killed at any point, it begins that one again.

An export is a thread of the process that works on checks: it is made in the middle of a check of many hours.
"""

from __future__ import annotations

import json
import logging
import shutil
import time
import uuid
import zipfile
from datetime import timedelta
from hashlib import file_digest
from typing import TYPE_CHECKING

from django.db import DatabaseError, transaction
from django.utils import timezone

from cairn.errors import AccessError, CairnError
from cairn.records.connection import disconnect
from cairn.records.export_orders import ExportOrder, ExportState, ExportSubject
from cairn.records.lock import node_work
from cairn.records.users import Actor
from cairn.sentences import Sentence, in_english
from cairn.services.check_orders.exporting import SUFFIX, ExportKind, export_answer
from cairn.services.check_orders.reading import still_told
from cairn.services.checking.holders import holder_of_this_process, is_dead
from cairn.services.export_orders.ordering import wanted_by
from cairn.services.exports.exporting import export_case, export_series

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cairn.sentences import TongueOf
    from cairn.services.exports.manifest import Manifest
    from cairn.services.node.opening import Node

_LOG = logging.getLogger("cairn.worker")
KEPT = timedelta(days=7)
"""How long the file of an export can be fetched: long enough to carry on after a holiday, and no archive."""
LEASE = timedelta(minutes=15)
"""After this without a sign of life the export of a worker on another machine is taken over."""
IDLE_S, TIDY_S = 0.5, 600.0
TOLD_EVERY_S = 0.5
"""How often an order is told how far it is."""
PACKED = "export.zip"


def make_exports(node: Node, *, goes_on: Callable[[], bool], tongue_of: TongueOf = in_english) -> None:
    """Make what people ask for, until told otherwise.

    Args:
        node: The open node.
        goes_on: Answers whether to go on.
        tongue_of: Answers a language by its code, for what people read.
    """
    tidied_at = -TIDY_S
    while goes_on():
        try:
            if time.monotonic() - tidied_at >= TIDY_S:
                forget_old(node)
                tidied_at = time.monotonic()
            if not make_one(node, tongue_of):
                time.sleep(IDLE_S)
        except (CairnError, DatabaseError) as error:
            _LOG.error("event=exporter-waits error=%s", getattr(error, "code", type(error).__name__))
            disconnect()
            time.sleep(5.0)


def make_one(node: Node, tongue_of: TongueOf = in_english) -> bool:
    """Make the export that has waited longest, and answer whether there was one."""
    order = _take()
    if order is None:
        return False
    try:
        _make(node, order, tongue_of)
    except CairnError as error:
        # What the door refuses is told as it would have been told at once; hidden things are not there.
        gone = Sentence("It may no longer be exported by the account that asked, or is no longer there.")
        is_told = not isinstance(error, AccessError) or error.code == "export.permission"
        _fail(order, error.code, error.sentence if is_told else gone)
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - the boundary of the process: one order must not end the worker
        number = uuid.uuid4().hex[:8]
        _LOG.error("event=export-failed number=%s error=%s order=%s", number, type(error).__name__, order.pk)
        _fail(
            order,
            "export.failed",
            Sentence("Something went wrong. Tell your administrator this number: %(number)s.", number=number),
        )
    return True


@node_work("files of exports that are over are deleted")
def forget_old(node: Node) -> None:
    """Delete the files of exports that are older than ``KEPT``, or whose record is gone."""
    old = ExportOrder.objects.filter(state=ExportState.DONE, made_at__lt=timezone.now() - KEPT)
    old.update(state=ExportState.FORGOTTEN)
    kept = {
        str(number)
        for number in ExportOrder.objects.filter(
            state__in=(ExportState.DONE, ExportState.RUNNING)
        ).values_list("pk", flat=True)
    }
    folder = node.config.exports_folder
    for each in folder.iterdir() if folder.is_dir() else ():
        if each.name.partition(".")[0] not in kept:
            shutil.rmtree(each, ignore_errors=True)


def file_of(node: Node, order: ExportOrder) -> Path:
    """Answer where the file of an export lies while it is kept."""
    return node.config.exports_folder / str(order.pk) / order.file_name


@node_work("the worker takes the exports of everybody")
def _take() -> ExportOrder | None:
    """Take the oldest export that waits, or that a dead worker has left."""
    with transaction.atomic():
        rows = ExportOrder.objects.filter(state__in=(ExportState.WAITING, ExportState.RUNNING)).order_by("pk")
        for row in rows.select_for_update():
            if row.state == ExportState.WAITING or _is_free(row):
                row.state, row.done = ExportState.RUNNING, 0
                row.lease_holder, row.lease_ends_at = holder_of_this_process(), timezone.now() + LEASE
                row.save(update_fields=["state", "done", "lease_holder", "lease_ends_at", "changed_at"])
                full = ExportOrder.objects.select_related(
                    "authority",
                    "user__authority",
                    "case",
                    "series__owner",
                    "series__lead",
                    "check_order__case",
                )
                return full.get(pk=row.pk)
    return None


def _is_free(row: ExportOrder) -> bool:
    if row.lease_holder == holder_of_this_process() or row.lease_ends_at is None:
        return True
    is_over = row.lease_ends_at < timezone.now()
    return is_over or is_dead(row.lease_holder, claimed_at=row.lease_ends_at - LEASE)


def _make(node: Node, order: ExportOrder, tongue_of: TongueOf) -> None:
    if order.user is not None and not order.user.is_active:
        raise AccessError("The account was closed.", code="export.closed")
    actor = Actor.operator(order.authority) if order.user is None else Actor.person(order.user)
    part = node.config.exports_folder / f"{order.pk}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700, parents=True)
    if order.subject == ExportSubject.ANSWER:
        file, manifest = _answer(node, order, part, actor, tongue_of), None
    else:
        manifest = _sealed(node, order, part / "bundle", actor)
        file = _packed(part / "bundle", part / PACKED)
    whole = node.config.exports_folder / str(order.pk)
    shutil.rmtree(whole, ignore_errors=True)
    part.rename(whole)
    _settle(order, whole / file.name, manifest)


def _answer(node: Node, order: ExportOrder, part: Path, actor: Actor, tongue_of: TongueOf) -> Path:
    assert order.check_order is not None  # noqa: S101 - as it was asked for
    kind = ExportKind(order.file_format)
    file = part / f"check-{order.check_order.pk}{SUFFIX[kind]}"
    order.told = sorted(still_told(order.check_order, actor=actor).series.values())
    tongue = tongue_of(str(order.wish.get("language", "")))
    number, watch = order.check_order.pk, _watched(order)
    export_answer(node, number, kind, file, actor=actor, watch=watch, tongue=tongue)
    return file


def _sealed(node: Node, order: ExportOrder, folder: Path, actor: Actor) -> Manifest:
    wish = wanted_by(order).wish(folder)
    if order.series is not None:
        case = "" if order.case is None else order.case.reference
        return export_series(node, order.series, wish, actor=actor, case=case, watch=_watched(order))
    assert order.case is not None  # noqa: S101 - as it was asked for
    return export_case(node, order.case.reference, wish, actor=actor, watch=_watched(order))


def _packed(folder: Path, target: Path) -> Path:
    """Answer the file that holds the sealed folder; its own checksums say nothing, the seal does."""
    with zipfile.ZipFile(target, "x", zipfile.ZIP_DEFLATED, compresslevel=6) as packed:
        for file in sorted(folder.iterdir()):
            packed.write(file, file.name)
    shutil.rmtree(folder)
    return target


def _watched(order: ExportOrder) -> Callable[[int], None]:
    last = [0.0]

    def watch(done: int) -> None:
        now = time.monotonic()
        if now - last[0] >= TOLD_EVERY_S:
            last[0] = now
            _tell(order, done)

    return watch


@node_work("the worker says how far an export is")
def _tell(order: ExportOrder, done: int) -> None:
    rows = ExportOrder.objects.filter(pk=order.pk)
    rows.update(done=done, lease_ends_at=timezone.now() + LEASE, changed_at=timezone.now())


@node_work("the worker closes the exports of everybody")
def _settle(order: ExportOrder, file: Path, manifest: Manifest | None) -> None:
    with file.open("rb") as stream:
        digest = file_digest(stream, "sha256").digest()
    order.file_name, order.size_bytes, order.sha256 = file.name, file.stat().st_size, digest
    order.manifest = None if manifest is None else json.loads(manifest.text)
    _save(order, ExportState.DONE, "file_name", "size_bytes", "sha256", "manifest", "told", "made_at")


@node_work("the worker closes the exports of everybody")
def _fail(order: ExportOrder, code: str, sentence: str) -> None:
    said = sentence if isinstance(sentence, Sentence) else Sentence(sentence.replace("%", "%%"))
    order.error_code, order.error_sentence = code[:64], said.as_json()
    _save(order, ExportState.FAILED, "error_code", "error_sentence")


def _save(order: ExportOrder, state: ExportState, *fields: str) -> None:
    order.state, order.lease_holder, order.lease_ends_at = state, "", None
    order.made_at = timezone.now()
    order.save(update_fields=["state", "lease_holder", "lease_ends_at", "changed_at", *fields])
