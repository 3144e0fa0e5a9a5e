"""Withdrawing the version of a list that stands: what is wrong with it is met by nobody from now on.

The list itself is withdrawn as every record is, by ``services.keeping``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lists import HashList, ListVersion
from cairn.records.lock import under_lock
from cairn.sentences import Sentence
from cairn.services.keeping.reasons import require_reason
from cairn.services.keeping.telling import tell_of_list, withdrawal_key

if TYPE_CHECKING:
    from cairn.records.users import Actor


@under_lock
def withdraw_version(held: HashList, *, reason: str, actor: Actor) -> ListVersion:
    """Hide the version that stands from everybody, and tell those who were told of the list.

    Raises:
        AccessError: The actor is not of the owner (``access.missing``).
        InputError: No version stands, or there is no reason (``list.stands-not``, ``keeping.reason``).
    """
    require_reason(reason)
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.RECORD_WITHDRAW, held)
        HashList.objects.select_for_update().get(pk=held.pk)
        version = (
            ListVersion.objects.filter(hash_list=held, superseded_at=None, withdrawn_at=None)
            .exclude(completed_at=None)
            .first()
        )
        if version is None:
            raise InputError(
                Sentence("No version of %(name)s stands.", name=held.name), code="list.stands-not"
            )
        now = timezone.now()
        tell_of_list(held, once=withdrawal_key("listversion", version.pk, now))
        version.withdrawn_at = now
        version.save(update_fields=["withdrawn_at"])
        audit.append(audit.AuditTag.LIST_WITHDRAWN, actor=actor, purpose=reason, record_ids=[held.pk])
    return version
