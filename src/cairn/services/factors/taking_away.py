"""An administrator takes a person's factors away, because every device and code is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.records import audit
from cairn.records.access import Act, find, require
from cairn.records.connection import database_errors_in_words
from cairn.records.desk_sessions import DeskSession
from cairn.records.factors import AuthenticatorApp, Passkey, RecoveryCode
from cairn.records.lock import as_the_node, under_lock
from cairn.records.users import User
from cairn.services.directory.sign_in_mail import tell_of_sign_in

if TYPE_CHECKING:
    from cairn.records.users import Actor


@under_lock
def take_factors_away(login: str, *, actor: Actor) -> int:
    """Remove every factor of the person, end their sessions, and answer how many factors there were.

    The person is told at the desk, and by e-mail where they have given an address; the password stays.

    Raises:
        AccessError: The actor may not, or there is no such person.
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.USER_MANAGE)
        user = find(actor, User, login=login)
        with as_the_node("a person's factors are taken away"):
            removed = sum(
                table.objects.filter(user=user).delete()[0]
                for table in (AuthenticatorApp, Passkey, RecoveryCode)
            )
            ended = DeskSession.objects.filter(user=user).delete()[0]
        user.factors_taken_at = timezone.now()
        user.save(update_fields=["factors_taken_at"])
        tell_of_sign_in(user)
        audit.append(
            audit.AuditTag.FACTORS_TAKEN,
            actor=actor,
            record_ids=[user.pk],
            counts={"factors": removed, "sessions": ended},
        )
    return removed
