"""A session's way: nobody, then half signed in after the password, then a person; and its two ends.

The password is the first factor. ``begin`` keeps who gave it, for a few minutes, while a second factor is
asked for; ``complete`` makes the session that person's. Each step puts a new key in the place of the old one.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.middleware.csrf import rotate_token
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from cairn.records.connection import database_errors_in_words
from cairn.records.users import Actor, User
from cairn.web.account.store import BROWSER, SEEN, STARTED, USER, SessionStore, digest_of

if TYPE_CHECKING:
    from django.http import HttpRequest

IDLE_LIMIT = timedelta(minutes=30)
"""Source: NIST SP 800-63B-4, 2.2.3, at most an hour of inactivity at AAL2; offices are shared."""
ABSOLUTE_LIMIT = timedelta(hours=12)
"""One working day. Source: NIST SP 800-63B-4, 2.2.3, at most 24 hours at AAL2."""
HALF_LIMIT = timedelta(minutes=5)
"""How long the password counts while the second factor is looked for."""
_SEEN_STEP = timedelta(minutes=1)
"""How exactly it is known when a session was last used: writing it down costs a write."""
_HALF, _HALF_SINCE, _PASSWORD = "half", "half-since", "password-was"
_BROWSER_LENGTH = 200
_PROVED = "proved"
PROOF_LIMIT = timedelta(minutes=10)
"""How long a proof counts for weighty acts: long enough for a thought, short for an unlocked screen."""
BY_ITSELF = "by-itself"
"""The id of the part of a page that asks for itself again and again: no sign that somebody is there."""


def begin(request: HttpRequest, user: User) -> None:
    """Keep, for a few minutes, that this person's password was given; nobody is signed in yet."""
    request.session.flush()
    request.session.update({_HALF: user.pk, _HALF_SINCE: _now()})
    request.session.set_expiry(int(HALF_LIMIT.total_seconds()))


def half_signed_in(request: HttpRequest) -> User | None:
    """Answer the person whose password was given in this session a moment ago, and who is not in yet."""
    number, since = request.session.get(_HALF), request.session.get(_HALF_SINCE, 0)
    if number is None or _now() - since > HALF_LIMIT.total_seconds():
        return None
    return _active(number)


def complete(request: HttpRequest, user: User) -> None:
    """Sign the person in: the session is theirs from now on, under a new key."""
    request.session.flush()
    SessionStore.clear_expired()
    now = _now()
    request.session.update(
        {
            USER: user.pk,
            STARTED: now,
            SEEN: now,
            _PROVED: now,
            BROWSER: request.headers.get("User-Agent", "")[:_BROWSER_LENGTH],
            _PASSWORD: user.get_session_auth_hash(),
        }
    )
    request.session.set_expiry(int(IDLE_LIMIT.total_seconds()))
    rotate_token(request)


def person_of(request: HttpRequest) -> Actor | None:
    """Answer who is signed in, where the session still holds; one that does not is ended.

    It ends after ``IDLE_LIMIT`` without a page, after ``ABSOLUTE_LIMIT`` in any case, with the account, and
    with a new password.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    session = request.session
    with database_errors_in_words():
        number = session.get(USER)
        if number is None:
            return None
        user, now = _active(number), _now()
        if user is None or not _holds(request, user, now):
            session.flush()
            return None
        is_somebody = request.headers.get("HX-Trigger") != BY_ITSELF
        if is_somebody and now - session[SEEN] >= _SEEN_STEP.total_seconds():
            session[SEEN] = now
    return Actor.person(user)


def has_proved(request: HttpRequest) -> bool:
    """Answer whether the person proved a short while ago who they are."""
    return bool(0 <= _now() - request.session.get(_PROVED, 0) <= PROOF_LIMIT.total_seconds())


def proved(request: HttpRequest) -> None:
    """Keep that the person has just proved who they are, under a new key."""
    request.session.cycle_key()
    request.session[_PROVED] = _now()


def keep_password(request: HttpRequest, user: User) -> None:
    """Let this session hold on with the person's new password, which ends all others."""
    request.session.cycle_key()
    request.session[_PASSWORD] = user.get_session_auth_hash()


def this_digest(request: HttpRequest) -> str:
    """Answer what the session that asks is found by."""
    return digest_of(request.session.session_key)


def _holds(request: HttpRequest, user: User, now: int) -> bool:
    session = request.session
    return (
        now - session.get(SEEN, 0) <= IDLE_LIMIT.total_seconds()
        and now - session.get(STARTED, 0) <= ABSOLUTE_LIMIT.total_seconds()
        and constant_time_compare(session.get(_PASSWORD, ""), user.get_session_auth_hash())
    )


def _active(number: int) -> User | None:
    return User.objects.select_related("authority").filter(pk=number, is_active=True).first()


def _now() -> int:
    """Answer the seconds since 1970, as a session keeps them."""
    return int(timezone.now().timestamp())
