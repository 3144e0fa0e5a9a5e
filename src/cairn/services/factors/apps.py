"""Authenticator apps: six digits that change every half minute (TOTP, RFC 6238); each counts once."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import missing
from cairn.records.connection import database_errors_in_words
from cairn.records.factors import AuthenticatorApp
from cairn.records.lock import as_the_node, under_lock
from cairn.records.sealing import seal, unseal
from cairn.sentences import Sentence
from cairn.services.directory.sign_in_mail import tell_of_sign_in
from cairn.services.factors.attempts import locked

if TYPE_CHECKING:
    from cairn.records.node import NodeConfig
    from cairn.records.users import Actor, User

DIGITS = 6
STEP_S = 30
SECRET_BYTES = 20
"""Source: RFC 4226, 4, requirement 6, which recommends 160 bits. The rest is what all apps do."""
_STEPS_AROUND = (-1, 0, 1)
"""Clocks differ: the code before and the code after count too. Source: RFC 6238, 5.2."""
NEW_FOR = timedelta(minutes=30)
"""How long a new app can be confirmed."""
_STAMP_BYTES = 8
_GROUP = 4


@dataclass(frozen=True, slots=True)
class NewApp:
    """What a person puts into their app.

    Attributes:
        sealed: What the form brings back; nobody can read or make it.
        key: The secret in base 32, in groups, for typing.
        address: The same as an ``otpauth`` address, for a QR code.
    """

    sealed: str
    key: str
    address: str


@under_lock
def new_app(config: NodeConfig, *, actor: Actor) -> NewApp:
    """Draw a secret for the actor's app; nothing is kept of it until a code confirms it.

    Raises:
        AccessError: The operator acts, and no person.
    """
    secret = secrets.token_bytes(SECRET_BYTES)
    now = int(timezone.now().timestamp())
    content = now.to_bytes(_STAMP_BYTES, "big") + secret
    return _shown(seal(config, content, purpose=_new_of(_person(actor))), secret, actor)


@under_lock
def new_app_again(config: NodeConfig, sealed: str, *, actor: Actor) -> NewApp | None:
    """Answer a new app from what a form brought back, or ``None`` where it is none, or too old."""
    secret = _opened(config, sealed, _person(actor))
    return None if secret is None else _shown(sealed, secret, actor)


@under_lock
def add_app(config: NodeConfig, sealed: str, typed: str, *, actor: Actor) -> None:
    """Add the app with that secret, where the typed code comes from it.

    Raises:
        AccessError: The operator acts, and no person.
        InputError: The code is not of that secret (``factor.code``), it was drawn too long ago
            (``factor.old``), or the person has an app (``factor.exists``).
    """
    user = _person(actor)
    secret = _opened(config, sealed, user)
    if secret is None:
        raise InputError(Sentence("That key is too old. Begin again with a new one."), code="factor.old")
    step = step_of(secret, typed, after=0)
    if step is None:
        raise InputError(
            Sentence(
                "That code is not of this key. Look at the clocks of both devices, and type the code "
                "shown now."
            ),
            code="factor.code",
        )
    with database_errors_in_words(), transaction.atomic(), as_the_node("a person adds a factor"):
        locked(user.pk)
        if AuthenticatorApp.objects.filter(user=user).exists():
            raise InputError(
                Sentence("You have an authenticator app. Remove it first."), code="factor.exists"
            )
        AuthenticatorApp.objects.create(
            user=user, sealed_secret=seal(config, secret, purpose=_app_of(user)), last_step=step
        )
        tell_of_sign_in(user)
        audit.append(audit.AuditTag.FACTOR_ADDED, actor=actor, record_ids=[user.pk], counts={"app": 1})


@under_lock
def remove_app(*, actor: Actor) -> None:
    """Remove the actor's app.

    Raises:
        AccessError: The operator acts, and no person.
    """
    user = _person(actor)
    with database_errors_in_words(), transaction.atomic(), as_the_node("a person removes a factor"):
        if AuthenticatorApp.objects.filter(user=user).delete()[0]:
            tell_of_sign_in(user)
            audit.append(audit.AuditTag.FACTOR_REMOVED, actor=actor, record_ids=[user.pk], counts={"app": 1})


def try_app(config: NodeConfig, person: User, typed: str) -> bool:
    """Answer whether the code is of the person's app and new; then it is used up, and all before it."""
    app = AuthenticatorApp.objects.filter(user=person).first()
    secret = unseal(config, app.sealed_secret, purpose=_app_of(person)) if app is not None else None
    step = None if app is None or secret is None else step_of(secret, typed, after=app.last_step)
    if app is None or step is None:
        return False
    app.last_step, app.used_at = step, timezone.now()
    app.save(update_fields=["last_step", "used_at"])
    return True


def step_of(secret: bytes, typed: str, *, after: int) -> int | None:
    """Answer the half minute whose code this is, or ``None``; one at or before ``after`` does not count."""
    code = "".join(typed.split())
    if len(code) != DIGITS or not (code.isascii() and code.isdecimal()):
        return None
    totp = TOTP(secret, DIGITS, SHA1(), STEP_S)  # noqa: S303 - HMAC-SHA-1, as RFC 6238 and all apps have it
    now = int(timezone.now().timestamp()) // STEP_S
    for step in (now + each for each in _STEPS_AROUND):
        if step > after and constant_time_compare(totp.generate(step * STEP_S).decode("ascii"), code):
            return step
    return None


def _opened(config: NodeConfig, sealed: str, user: User) -> bytes | None:
    content = unseal(config, sealed, purpose=_new_of(user))
    if content is None:
        return None
    drawn = int.from_bytes(content[:_STAMP_BYTES], "big")
    is_new = timezone.now().timestamp() - drawn <= NEW_FOR.total_seconds()
    return content[_STAMP_BYTES:] if is_new else None


def _shown(sealed: str, secret: bytes, actor: Actor) -> NewApp:
    text = base64.b32encode(secret).decode("ascii")
    totp = TOTP(secret, DIGITS, SHA1(), STEP_S)  # noqa: S303 - as above
    address = totp.get_provisioning_uri(_person(actor).login, f"Cairn {actor.authority.code}")
    groups = [text[start : start + _GROUP] for start in range(0, len(text), _GROUP)]
    return NewApp(sealed, " ".join(groups), address)


def _person(actor: Actor) -> User:
    if actor.user is None:
        raise missing()
    return actor.user


def _new_of(user: User) -> str:
    return f"new authenticator app of user {user.pk}"


def _app_of(user: User) -> str:
    return f"authenticator app of user {user.pk}"
