"""Whom a call acts for, and whether it may still be asked: keys that do not hold are told alike."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import AccessError, CairnError
from cairn.records.connection import database_errors_in_words
from cairn.records.keys import ApiKey, Scope
from cairn.records.users import Actor, Role
from cairn.services.keys.token import new_token, read_token

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_NOBODYS = new_token()
"""What a call is compared with where no key has its number, so that this takes as long."""
MINUTE_S = 60


class LimitError(CairnError):
    """More was asked than the key allows; ``wait_s`` seconds from now it may be asked again."""

    default_code = "key.limit"

    def __init__(self, sentence: str, *, wait_s: int) -> None:
        """Keep how long to wait."""
        super().__init__(sentence, wait_s=wait_s)
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the key's account, and what the key is for."""

    key: int
    actor: Actor
    scopes: AbstractSet[Scope]

    @property
    def is_reporter(self) -> bool:
        """True for a hotline's or a company's system account, which is told match or no match alone."""
        return Role.REPORTER in self.actor.roles


def caller_of(text: str) -> Caller:
    """Answer who sends this key.

    Raises:
        AccessError: It is no key that holds (``key.refused``): which is not said, and takes the same time.
    """
    token = read_token(text)
    sent = token or _NOBODYS
    with database_errors_in_words():
        rows = ApiKey.objects.select_related("user", "user__authority")
        key = rows.filter(number=sent.number).first()
    now = timezone.now()
    current = _NOBODYS.digest if key is None else bytes(key.secret_digest)
    former = _NOBODYS.digest if key is None or key.former_digest is None else bytes(key.former_digest)
    fits = [hmac.compare_digest(sent.digest, each) for each in (current, former)]
    if key is None or token is None or not _holds(key, now, is_former=fits[1]) or not any(fits):
        raise AccessError("This is no key that holds.", code="key.refused")
    return Caller(key.pk, Actor.person(key.user), frozenset(map(Scope, key.scopes)))


def spend(caller: Caller, questions: int) -> None:
    """Count what is asked, before it is answered; what is above a limit is not counted, and not answered.

    Raises:
        LimitError: A limit of the key is reached.
    """
    now = timezone.now()
    minute, day = int(now.timestamp()) // MINUTE_S, now.astimezone(UTC).date()
    with database_errors_in_words(), transaction.atomic():
        key = ApiKey.objects.select_for_update(of=("self",)).get(pk=caller.key)
        in_minute = questions + (key.asked_in_minute if key.minute == minute else 0)
        on_day = questions + (key.asked_on_day if key.day == day else 0)
        if in_minute > key.per_minute:
            raise LimitError(
                f"This key may ask {key.per_minute:,} questions a minute; a hash or a file is one.",
                wait_s=MINUTE_S - int(now.timestamp()) % MINUTE_S,
            )
        if key.per_day is not None and on_day > key.per_day:
            raise LimitError(
                f"This key may ask {key.per_day:,} questions a day, counted in UTC.",
                wait_s=_to_midnight_s(now),
            )
        ApiKey.objects.filter(pk=caller.key).update(
            minute=minute,
            asked_in_minute=in_minute,
            day=day,
            asked_on_day=on_day,
            last_used_at=now.replace(second=0, microsecond=0),
        )


def _holds(key: ApiKey, now: datetime, *, is_former: bool) -> bool:
    former_holds = key.former_until is not None and key.former_until > now
    is_open = key.revoked_at is None and key.expires_at > now and key.user.is_active
    return is_open and (former_holds or not is_former)


def _to_midnight_s(now: datetime) -> int:
    day_s = 24 * 60 * MINUTE_S
    return day_s - int(now.timestamp()) % day_s
