"""The case file of another program that a check was about: kept for some days, and given the answer.

Where exactly one VICS file was checked, and nothing beside it, the answer can be written into a copy of it,
as ``cairn check --write-back`` does. What was sent is kept for that as long as exports are; what lies on the
server is read again. Either must be as it was when it was checked.
"""

from __future__ import annotations

import os
from datetime import timedelta
from hashlib import file_digest
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from cairn.errors import InputError
from cairn.intake import STANDARD_RULES
from cairn.records.check_orders import CheckOrder, OrderKind, OrderState
from cairn.records.lock import node_work
from cairn.sentences import Sentence
from cairn.services.casefiles.finding import case_files
from cairn.services.casefiles.writing_back import write_back
from cairn.services.check_orders.places import place_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cairn.intake import Item
    from cairn.records.node import NodeConfig
    from cairn.services.answering.answer import Answer

KEY = "case_file"
"""Where the head of a kept answer says which case file was checked."""
KEPT = timedelta(days=7)
"""How long a case file that was sent is kept after its answer: as long as what is made of it."""


def noted(items: Sequence[Item]) -> dict[str, Any]:
    """Answer what the head of the answer says of the case file; nothing where a set was checked."""
    return {KEY: {"sha256": _sha256(items[0])}} if len(items) == 1 else {}


def takes_answer(order: CheckOrder) -> bool:
    """Answer whether the answer can be written into a copy of what was checked."""
    if KEY not in (order.head or {}):
        return False
    is_here = order.answered_at is not None and order.answered_at > timezone.now() - KEPT
    return order.kind == OrderKind.SERVER or is_here


@node_work("the worker looks which files that were sent are still of use")
def still_of_use() -> set[int]:
    """Answer the orders whose case file is kept although they are answered."""
    rows = CheckOrder.objects.filter(
        state=OrderState.ANSWERED, head__has_key=KEY, answered_at__gt=timezone.now() - KEPT
    )
    return set(rows.values_list("pk", flat=True))


def require_takes_answer(order: CheckOrder) -> None:
    """Make sure that the answer can be written into a copy of what was checked.

    Raises:
        InputError: It was not one VICS file alone, or that is no longer kept (``check.write-back``).
    """
    if not takes_answer(order):
        raise InputError(
            Sentence(
                "An answer can be written into one VICS file that was checked with nothing beside it, within "
                "seven days where it was sent. Check it again."
            ),
            code="check.write-back",
        )


def write_into_copy(config: NodeConfig, order: CheckOrder, answer: Answer, path: Path) -> None:
    """Write a copy of the case file with the answer in it.

    Raises:
        InputError: It is no longer there, or no longer as it was checked (``check.write-back``,
            ``check.place``).
        ConfigurationError: The disk is full or reports an error.
    """
    require_takes_answer(order)
    items = case_files((place_of(config, order),), STANDARD_RULES)
    head = order.head or {}
    if len(items) != 1 or _sha256(items[0]) != head[KEY]["sha256"]:
        raise InputError(
            Sentence("The case file is no longer as it was checked. Check it again."), code="check.write-back"
        )
    write_back(answer, items[0], path)


def _sha256(item: Item) -> str:
    with os.fdopen(item.open(), "rb") as stream:
        return file_digest(stream, "sha256").hexdigest()
