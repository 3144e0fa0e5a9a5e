"""By which name the other service knows a person: an administrator records it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import ConfigurationError, InputError
from cairn.records import audit
from cairn.records.access import Act, find, require
from cairn.records.connection import database_errors_in_words
from cairn.records.factors import OutsideName
from cairn.records.lock import as_the_node, under_lock
from cairn.records.users import User
from cairn.services.directory.sign_in_mail import tell_of_sign_in
from cairn.services.typed_text import require_text

if TYPE_CHECKING:
    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

LONGEST_NAME = 255
"""Source: OpenID Connect Core 1.0, 2, of ``sub``."""


@under_lock
def set_outside_name(node: Node, login: str, subject: str, *, actor: Actor) -> None:
    """Record by which name (``sub``) the other service knows the person; an empty one lets nobody in by it.

    Raises:
        AccessError: The actor may not, or there is no such person.
        ConfigurationError: The node's file names no other service (``outside.none``).
        InputError: The name does not hold, or is somebody else's (``user.invalid``).
    """
    service = node.config.sign_in.outside
    if service is None:
        raise ConfigurationError(
            "The node's file names no other sign-in service: see [oidc] in the documentation.",
            code="outside.none",
        )
    if subject:
        require_text(subject, what="A name of the other service", longest=LONGEST_NAME, code="user.invalid")
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.USER_MANAGE)
        user = find(actor, User, login=login)
        with as_the_node("a person's name of the other service is recorded"):
            OutsideName.objects.filter(user=user).delete()
            if OutsideName.objects.filter(issuer=service.issuer, subject=subject).exists():
                raise InputError("That name is somebody else's.", code="user.invalid")
            if subject:
                OutsideName.objects.create(user=user, issuer=service.issuer, subject=subject)
        tell_of_sign_in(user)
        audit.append(audit.AuditTag.USER_CHANGED, actor=actor, record_ids=[user.pk])
