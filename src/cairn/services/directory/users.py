"""The people of an authority: recorded, given a role, let out and in again; never deleted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, MaxLengthValidator
from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, find, missing, require, visible_to
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.users import EMAIL_LENGTH, NAME_LENGTH, ROLES_OF, Role, User
from cairn.sentences import Sentence
from cairn.services.directory.acting import forget_refusals
from cairn.services.directory.sign_in_mail import tell_of_sign_in
from cairn.services.typed_text import require_text

if TYPE_CHECKING:
    from cairn.records.users import Actor

PASSWORD_LENGTH = 12
"""Characters at least. Source: NIST SP 800-63B-4 asks for 15 where a password is the only factor, and 8
beside a second one; this lies between, as the system's own log-in stands before the command line."""
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")
_OWN_VALUES = {"name", "email", "language", "password"}
"""What people change of their own account."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
"""The tags of BCP 47 that interfaces are translated into."""


@under_lock
def create_user(login: str, *, name: str, role: Role, password: str, email: str = "", actor: Actor) -> User:
    """Record a person of the actor's authority.

    Raises:
        AccessError: The actor may not.
        InputError: A value does not hold, or the login is taken (``user.invalid``, ``user.exists``).
    """
    if not _LOGIN.fullmatch(login):
        raise InputError(
            f"'{login}' cannot be a login: use 2 to 64 small letters, digits, dots, hyphens and underscores.",
            code="user.invalid",
        )
    require_text(name, what="A person's name", longest=NAME_LENGTH, code="user.invalid")
    _require_email(email)
    _require_role(actor.authority, role)
    _require_password(password)
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.USER_MANAGE)
        if User.objects.filter(login=login).exists():
            raise InputError(f"The login '{login}' is taken.", code="user.exists")
        user = User.objects.create(
            authority=actor.authority,
            login=login,
            name=name,
            role=role,
            password=make_password(password),
            email=email,
        )
        audit.append(audit.AuditTag.USER_CREATED, actor=actor, record_ids=[user.pk])
    return user


@under_lock
def list_users(actor: Actor) -> tuple[User, ...]:
    """Answer the people of the actor's authority whom the actor may see; the look is audited."""
    with database_errors_in_words(), transaction.atomic():
        users = tuple(visible_to(actor, User).order_by("login"))
        audit.append(audit.AuditTag.USER_LISTED, actor=actor, record_ids=[user.pk for user in users])
    return users


@under_lock
def change_user(login: str, *, name: str | None = None, email: str | None = None, actor: Actor) -> None:
    """Say another name or e-mail address of a person; ``None`` leaves it, and no address means no e-mail.

    An administrator does, or the person for themselves.

    Raises:
        AccessError: The actor may not, or there is no such person.
        InputError: A value does not hold, or there is none (``user.invalid``).
    """
    values = {"name": name, "email": email}
    values = {field: value for field, value in values.items() if value is not None}
    if not values:
        raise InputError("Say what is to change: a name, or an e-mail address.", code="user.invalid")
    if name is not None:
        require_text(name, what="A person's name", longest=NAME_LENGTH, code="user.invalid")
    _require_email(email or "")
    _change(login, actor=actor, **values)


@under_lock
def set_role(login: str, role: Role, *, actor: Actor) -> None:
    """Give a person another role.

    Raises:
        AccessError: The actor may not, or there is no such person.
        InputError: The authority has no such role, or a person changes their own (``user.invalid``).
    """
    _require_role(actor.authority, role)
    if actor.user is not None and actor.user.login == login:
        raise InputError("Nobody changes their own role.", code="user.invalid")
    _change(login, actor=actor, role=role)


@under_lock
def set_active(login: str, *, is_active: bool, actor: Actor) -> None:
    """Close a person's account, or open it again.

    Raises:
        AccessError: The actor may not, or there is no such person.
    """
    _change(login, actor=actor, is_active=is_active)


@under_lock
def set_password(login: str, password: str, *, actor: Actor) -> None:
    """Give a person another password: an administrator does, or the person for themselves.

    Raises:
        AccessError: The actor may not, or there is no such person.
        InputError: The password is too short (``user.invalid``).
    """
    _require_password(password)
    _change(login, actor=actor, password=make_password(password))


@under_lock
def set_language(language: str, *, actor: Actor) -> None:
    """Keep the language in which the person who acts wants to read.

    Raises:
        AccessError: The operator acts, and no person.
        InputError: It is no tag of a language (``user.invalid``).
    """
    if not _LANGUAGE.fullmatch(language):
        raise InputError(f"'{language}' is no language: use tags such as en or pt-BR.", code="user.invalid")
    if actor.user is None:
        raise missing()
    _change(actor.user.login, actor=actor, language=language)


def _change(login: str, *, actor: Actor, **values: object) -> None:
    with database_errors_in_words(), transaction.atomic():
        is_own = actor.user is not None and actor.user.login == login
        if not (is_own and values.keys() <= _OWN_VALUES):
            require(actor, Act.USER_MANAGE)
        user = find(actor, User, login=login)
        for name, value in values.items():
            setattr(user, name, value)
        user.save(update_fields=list(values))
        if values.keys() & {"password", "is_active"}:
            forget_refusals(user)
        if "password" in values:
            tell_of_sign_in(user)
        audit.append(audit.AuditTag.USER_CHANGED, actor=actor, record_ids=[user.pk])


def _require_role(authority: Authority, role: Role) -> None:
    if role not in ROLES_OF[AuthorityKind(authority.kind)]:
        possible = ", ".join(sorted(ROLES_OF[AuthorityKind(authority.kind)]))
        raise InputError(
            f"A {authority.get_kind_display()} has no {role}; its people are {possible}.", code="user.invalid"
        )


def _require_email(email: str) -> None:
    try:
        if email:
            EmailValidator()(email)
            MaxLengthValidator(EMAIL_LENGTH)(email)
    except ValidationError:
        raise InputError(
            Sentence("'%(email)s' is no e-mail address: it has to look like vera@unit.example.", email=email),
            code="user.invalid",
        ) from None


def _require_password(password: str) -> None:
    if len(password) < PASSWORD_LENGTH:
        raise InputError(
            Sentence(
                "A password has at least %(password_length)s characters.", password_length=PASSWORD_LENGTH
            ),
            code="user.invalid",
        )
