"""Calls that are done once: what one was answered is kept for a day, under the name that its caller gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records.connection import database_errors_in_words
from cairn.records.keys import KeptAnswer
from cairn.records.lock import node_work

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT_FOR: Final = timedelta(days=1)
GIVEN_UP_AFTER: Final = timedelta(minutes=30)
"""A call that has not ended by then was killed, and may be done again."""


@dataclass(frozen=True, slots=True)
class Once:
    """A call: by which key, under which name, and a digest of what it asks.

    Attributes:
        key: The number of the key.
        name: As the caller calls the call; empty where it may be done again.
        digest: 32 bytes, equal for the same call.
    """

    key: int
    name: str
    digest: bytes


def done_once(call: Once, work: Callable[[], str]) -> str:
    """Answer what the call was answered, after doing it where that was not done before.

    Args:
        call: The call.
        work: Does it, and answers what is sent. A call that fails can be sent again under its name.

    Raises:
        InputError: Another call had the name (``call.other``), or the same is being done
            (``call.in-progress``).
    """
    if not call.name:
        return work()
    kept = _begun(call)
    if kept is not None:
        return kept
    try:
        answer = work()
    except BaseException:
        _forget(call)
        raise
    _keep(call, answer)
    return answer


@node_work("the node keeps what calls were answered")
def _begun(call: Once) -> str | None:
    """Answer what was answered, or ``None`` where the call is the caller's to do."""
    now = timezone.now()
    with database_errors_in_words(), transaction.atomic():
        KeptAnswer.objects.filter(key=call.key, made_at__lt=now - KEPT_FOR).delete()
        given_up = KeptAnswer.objects.filter(key=call.key, name=call.name, status=None)
        given_up.filter(made_at__lt=now - GIVEN_UP_AFTER).delete()
        row, is_new = KeptAnswer.objects.get_or_create(
            key_id=call.key, name=call.name, defaults={"request_digest": call.digest}
        )
    if is_new:
        return None
    if bytes(row.request_digest) != call.digest:
        raise InputError("Another call had this Idempotency-Key.", code="call.other")
    if row.status is None:
        raise InputError("This call is being done; send it again later.", code="call.in-progress")
    return row.body


@node_work("as above")
def _keep(call: Once, answer: str) -> None:
    with database_errors_in_words():
        KeptAnswer.objects.filter(key=call.key, name=call.name).update(status=200, body=answer)


@node_work("as above")
def _forget(call: Once) -> None:
    with database_errors_in_words():
        KeptAnswer.objects.filter(key=call.key, name=call.name, status=None).delete()
