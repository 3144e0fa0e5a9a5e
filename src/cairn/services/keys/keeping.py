"""The keys of an authority: made and shown once, listed, rotated with an overlap, revoked for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require, visible_to
from cairn.records.connection import database_errors_in_words
from cairn.records.keys import ApiKey, KeptAnswer, Scope
from cairn.records.lock import as_the_node, under_lock
from cairn.records.users import NAME_LENGTH, Role, User
from cairn.sentences import Sentence
from cairn.services.keys.terms import Terms, require_overlap, require_terms
from cairn.services.keys.token import new_token
from cairn.services.typed_text import is_recordable, require_text

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from cairn.records.users import Actor
    from cairn.services.keys.token import Token


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key as listed; its secret is nowhere any more.

    Attributes:
        number: How it is called.
        name: What it is for, in words.
        role: In which role it acts.
        scopes: What it may be used for, sorted.
        per_minute: Questions a minute.
        per_day: Questions a day; ``None`` for no such limit.
        expires_at: When it ends.
        former_until: Until when the secret before the last rotation holds; ``None`` where it does not.
        last_used_at: To the minute; ``None`` where it never was.
        state: ``valid``, ``expired``, ``revoked``, or ``closed`` where its account is.
    """

    number: str
    name: str
    role: Role
    scopes: tuple[str, ...]
    per_minute: int
    per_day: int | None
    expires_at: datetime
    former_until: datetime | None
    last_used_at: datetime | None
    state: str


@under_lock
def create_key(name: str, *, role: Role, terms: Terms, actor: Actor) -> Token:
    """Make a key of the actor's authority, with a system account of its own, and answer it, this once.

    Raises:
        AccessError: The actor may not.
        InputError: The name or the terms do not hold (``key.invalid``).
    """
    require(actor, Act.KEY_MANAGE)
    require_text(name, what="A key's name", longest=NAME_LENGTH, code="key.invalid")
    require_terms(terms, role=role, authority=actor.authority)
    token = new_token()
    with database_errors_in_words(), transaction.atomic():
        user = User.objects.create(
            authority=actor.authority,
            login=f"key-{token.number}",
            name=name,
            role=role,
            password=make_password(None),  # Nobody signs in with it.
        )
        key = ApiKey.objects.create(
            user=user,
            number=token.number,
            secret_digest=token.digest,
            scopes=sorted(terms.scopes),
            per_minute=terms.per_minute,
            per_day=terms.per_day,
            expires_at=terms.expires_at,
        )
        audit.append(audit.AuditTag.API_KEY_CREATED, actor=actor, record_ids=[key.pk])
    return token


@under_lock
def list_keys(actor: Actor) -> tuple[KeyRow, ...]:
    """Answer the keys of the actor's authority that the actor may see, the newest first; it is audited."""
    with database_errors_in_words(), transaction.atomic():
        keys = list(visible_to(actor, ApiKey).select_related("user").order_by("-pk"))
        audit.append(audit.AuditTag.API_KEY_LISTED, actor=actor, record_ids=[key.pk for key in keys])
    return tuple(map(_row, keys))


@under_lock
def rotate_key(number: str, *, overlap: timedelta, life: timedelta, actor: Actor) -> Token:
    """Draw another secret for a key, and answer it, this once; the one before holds for the overlap.

    Args:
        number: How the key is called.
        overlap: How long the former secret still holds; zero where it was lost to somebody.
        life: How long the key now lives.
        actor: Who rotates.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such key, it was revoked (``key.missing``), or the times do not hold
            (``key.invalid``).
    """
    require_overlap(overlap)
    now = timezone.now()
    with database_errors_in_words(), transaction.atomic():
        key = _own_key(number, actor)
        token = new_token(key.number)
        key.former_digest, key.former_until = key.secret_digest, min(now + overlap, key.expires_at)
        key.secret_digest, key.expires_at = token.digest, now + life
        require_terms(_terms_of(key), role=Role(key.user.role), authority=actor.authority)
        key.save(update_fields=["former_digest", "former_until", "secret_digest", "expires_at"])
        audit.append(audit.AuditTag.API_KEY_ROTATED, actor=actor, record_ids=[key.pk])
    return token


@under_lock
def revoke_key(number: str, *, actor: Actor) -> None:
    """End a key at once and for good, and forget what its calls were answered.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such key, or it was revoked before (``key.missing``).
    """
    with database_errors_in_words(), transaction.atomic():
        key = _own_key(number, actor)
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
        User.objects.filter(pk=key.user.pk).update(is_active=False)
        with as_the_node("what a revoked key was answered is forgotten"):
            KeptAnswer.objects.filter(key=key).delete()
        audit.append(audit.AuditTag.API_KEY_REVOKED, actor=actor, record_ids=[key.pk])


def _own_key(number: str, actor: Actor) -> ApiKey:
    require(actor, Act.KEY_MANAGE)
    rows = visible_to(actor, ApiKey).select_related("user").filter(revoked_at=None)
    key = rows.filter(number=number).first() if is_recordable(number) else None
    if key is None:
        raise InputError(
            Sentence(
                "%(code)s has no key '%(number)s' that holds. See: cairn key list",
                code=actor.authority.code,
                number=str(number),
            ),
            code="key.missing",
        )
    require(actor, Act.KEY_MANAGE, key)
    return key


def _terms_of(key: ApiKey) -> Terms:
    return Terms(frozenset(map(Scope, key.scopes)), key.expires_at, key.per_minute, key.per_day)


def _row(key: ApiKey) -> KeyRow:
    now = timezone.now()
    former = key.former_until if key.former_until is not None and key.former_until > now else None
    return KeyRow(
        number=key.number,
        name=key.user.name,
        role=Role(key.user.role),
        scopes=tuple(key.scopes),
        per_minute=key.per_minute,
        per_day=key.per_day,
        expires_at=key.expires_at,
        former_until=former,
        last_used_at=key.last_used_at,
        state=_state(key, now),
    )


def _state(key: ApiKey, now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if not key.user.is_active:
        return "closed"
    return "valid" if key.expires_at > now else "expired"
