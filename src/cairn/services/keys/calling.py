"""Whom a call acts for, and whether it may still be asked: keys that do not hold are told alike."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connections, models
from django.utils import timezone

from cairn.errors import AccessError, CairnError
from cairn.records.asked_often import asked_often
from cairn.records.authorities import Authority
from cairn.records.connection import database_errors_in_words
from cairn.records.keys import ApiKey, Scope
from cairn.records.users import Actor, Role, User
from cairn.services.keys.token import new_token, read_token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

M = TypeVar("M", bound=models.Model)
_NOBODYS = new_token()
"""What a call is compared with where no key has its number, so that this takes as long."""
MINUTE_S = 60
_IN_MINUTE = "CASE WHEN minute = %s THEN asked_in_minute ELSE 0 END + %s"
_ON_DAY = "CASE WHEN day = %s THEN asked_on_day ELSE 0 END + %s"
_COUNT = (
    f"UPDATE records_apikey SET asked_in_minute = {_IN_MINUTE}, asked_on_day = {_ON_DAY}, "  # noqa: S608 - above
    f"minute = %s, day = %s, last_used_at = %s WHERE id = %s AND {_IN_MINUTE} <= per_minute "
    f"AND (per_day IS NULL OR {_ON_DAY} <= per_day)"
)
_PARTS = (("", ApiKey), ("user__", User), ("user__authority__", Authority))
"""What a call reads of its key, and by which way: every column of these tables."""
_COLUMNS = {way: [field.attname for field in kind._meta.concrete_fields] for way, kind in _PARTS}  # noqa: SLF001 - Django's
_FIELDS = [f"{way}{name}" for way, names in _COLUMNS.items() for name in names]


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
        key = _key(sent.number)
    now = timezone.now()
    current = _NOBODYS.digest if key is None else bytes(key.secret_digest)
    former = _NOBODYS.digest if key is None or key.former_digest is None else bytes(key.former_digest)
    fits = [hmac.compare_digest(sent.digest, each) for each in (current, former)]
    if key is None or token is None or not _holds(key, now, is_former=fits[1]) or not any(fits):
        raise AccessError("This is no key that holds.", code="key.refused")
    return Caller(key.pk, Actor.person(key.user), frozenset(map(Scope, key.scopes)))


def _key(number: str) -> ApiKey | None:
    """Answer a key with its account and the authority of that; every call asks for one."""
    rows = asked_often(
        "the key that is called so",
        [number],
        lambda numbers: ApiKey.objects.filter(number__in=numbers).values_list(*_FIELDS),
    )
    if not rows:
        return None
    values = iter(rows[0])
    key: ApiKey = _of(ApiKey, "", values)
    key.user = _of(User, "user__", values)
    key.user.authority = _of(Authority, "user__authority__", values)
    return key


def _of(kind: type[M], way: str, values: Iterator[Any]) -> M:
    return kind.from_db("default", _COLUMNS[way], [next(values) for _ in _COLUMNS[way]])


def spend(caller: Caller, questions: int) -> None:
    """Count what is asked, before it is answered; what is above a limit is not counted, and not answered.

    Raises:
        LimitError: A limit of the key is reached.
    """
    now = timezone.now()
    minute, day = int(now.timestamp()) // MINUTE_S, now.astimezone(UTC).date()
    with database_errors_in_words():
        if _counted(caller, questions, now, minute, day):
            return
        key = ApiKey.objects.get(pk=caller.key)
    in_minute = questions + (key.asked_in_minute if key.minute == minute else 0)
    if key.per_day is None or in_minute > key.per_minute:
        raise LimitError(
            f"This key may ask {key.per_minute:,} questions a minute; a hash or a file is one.",
            wait_s=MINUTE_S - int(now.timestamp()) % MINUTE_S,
        )
    raise LimitError(
        f"This key may ask {key.per_day:,} questions a day, counted in UTC.", wait_s=_to_midnight_s(now)
    )


def _counted(caller: Caller, questions: int, now: datetime, minute: int, day: date) -> bool:
    """Count what is asked where both limits allow it, in one step; false where one does not."""
    # Written out, because every call does it: put together by Django, it took longer than the database did.
    connection = connections["default"]
    today = connection.ops.adapt_datefield_value(day)
    lately = connection.ops.adapt_datetimefield_value(now.replace(second=0, microsecond=0))
    in_minute, on_day = (minute, questions), (today, questions)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, (*in_minute, *on_day, minute, today, lately, caller.key, *in_minute, *on_day))
        return bool(cursor.rowcount == 1)


def _holds(key: ApiKey, now: datetime, *, is_former: bool) -> bool:
    former_holds = key.former_until is not None and key.former_until > now
    is_open = key.revoked_at is None and key.expires_at > now and key.user.is_active
    return is_open and (former_holds or not is_former)


def _to_midnight_s(now: datetime) -> int:
    day_s = 24 * 60 * MINUTE_S
    return day_s - int(now.timestamp()) % day_s
