"""Files that people send to the node for a check: in parts, into an area that is bounded for all together."""

from __future__ import annotations

import shutil
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Sum

from cairn.errors import InputError
from cairn.records.check_orders import CheckOrder, OrderState
from cairn.records.lock import node_work
from cairn.records.node import GIB
from cairn.sentences import Sentence
from cairn.services.check_orders.places import upload_folder
from cairn.services.receiving.arriving import Area, require_free

if TYPE_CHECKING:
    from cairn.records.node import NodeConfig
    from cairn.services.receiving.arriving import Part, Readable

MOST_FILES = 1_000_000


def received(config: NodeConfig, order: CheckOrder, path: str, size_bytes: int) -> int:
    """Answer how many bytes of a file are here.

    Raises:
        InputError: The path is none (``upload.name``).
    """
    return _area(config, order).received(path, size_bytes)


def receive(config: NodeConfig, order: CheckOrder, part: Part, stream: Readable) -> int:
    """Keep some bytes of a file, and answer how many of it are here now; what is here already stays.

    Raises:
        InputError: The path is none, another file has it, there is too much, or the check has begun
            (``upload.name``, ``upload.size``, ``upload.full``, ``upload.begun``).
        ConfigurationError: The node's disk is full (``upload.disk``).
    """
    return _area(config, order).receive(part, stream, reserve=partial(_reserve, config, order))


def listed(config: NodeConfig, order: CheckOrder) -> dict[str, int]:
    """Answer the size of every file that is here as a whole, by its path."""
    return _area(config, order).listed()


def counted(config: NodeConfig, order: CheckOrder) -> tuple[int, int]:
    """Answer how many files are here as a whole, and their bytes."""
    sizes = listed(config, order).values()
    return len(sizes), sum(sizes)


def half_sent(config: NodeConfig, order: CheckOrder) -> int:
    """Answer how many files are here only in part."""
    return _area(config, order).half_sent()


def leave_out_half_sent(config: NodeConfig, order: CheckOrder) -> None:
    """Delete what is here only in part."""
    _area(config, order).leave_out_half_sent()


def delete_sent(config: NodeConfig, order: CheckOrder) -> None:
    """Delete everything that was sent for an order; its room is others' again."""
    shutil.rmtree(upload_folder(config, order), ignore_errors=True)
    CheckOrder.objects.filter(pk=order.pk).update(received_bytes=0)


def _area(config: NodeConfig, order: CheckOrder) -> Area:
    return Area(upload_folder(config, order))


@node_work("the area for what is sent is one for everybody")
def _reserve(config: NodeConfig, order: CheckOrder, size_bytes: int, *, is_new: bool) -> None:
    """Take room for some bytes, or say that there is none."""
    config.uploads_folder.mkdir(mode=0o700, exist_ok=True)
    require_free(config.uploads_folder, size_bytes)
    with transaction.atomic():
        row = CheckOrder.objects.select_for_update().get(pk=order.pk)
        if row.state != OrderState.GATHERING:
            raise InputError(
                Sentence("This check has begun: nothing more can be sent for it."), code="upload.begun"
            )
        taken = CheckOrder.objects.aggregate(all=Sum("received_bytes"))["all"]
        if taken + size_bytes > config.upload_bytes or row.received_files + is_new > MOST_FILES:
            raise InputError(
                Sentence(
                    "People may send %(value)s GiB and %(most_files)s files to this node at once, and "
                    "that is reached. Wait until other checks have ended, or let your administrator put "
                    "the files where the server can read them.",
                    value=config.upload_bytes // GIB,
                    most_files=MOST_FILES,
                ),
                code="upload.full",
            )
        CheckOrder.objects.filter(pk=order.pk).update(
            received_bytes=F("received_bytes") + size_bytes,
            received_files=F("received_files") + int(is_new),
        )
