"""A person is written to where a way in which they sign in is changed: perhaps it was not them who did it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from cairn.records.alerts import OutgoingMail
from cairn.records.lock import node_work

if TYPE_CHECKING:
    from cairn.records.users import User


@node_work("mail waits in a table of the node's")
def tell_of_sign_in(user: User) -> None:
    """Write that something was changed, and nothing of what; in the transaction that changes it.

    Several changes before the mail goes out are told by one.
    """
    waiting = OutgoingMail.objects.filter(alert=None, user=user, attempts=0, sent_at=None, given_up_at=None)
    if user.email and not waiting.exists():
        OutgoingMail.objects.create(user=user, next_attempt_at=timezone.now())
