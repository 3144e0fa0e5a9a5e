"""Who acts: the operator of the node for one of its authorities, or a person who signs in.

A password can be tried by anybody at the command line. So every sign-in is audited, and after some refused
ones a login waits, longer each time; which refusal it was is never said.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.connection import database_errors_in_words
from cairn.records.users import Actor, User
from cairn.services.directory.authorities import find_authority
from cairn.services.factors.owned import has_factor
from cairn.services.typed_text import is_recordable

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.services.node.opening import Node

FREE_ATTEMPTS = 4
"""Refused sign-ins in a row that cost nothing: people mistype. The next one makes the login wait."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
"""The wait doubles up to this: some 30 guesses a day, and who was locked out is back within the hour.
Source: NIST SP 800-63B-4, 3.2.2, names growing waits as a way to limit guesses."""
_DOUBLINGS = 20


def operator_of(node: Node, code: str | None = None) -> Actor:
    """Answer the operator of the node, acting for the authority of that code, else for the node's own.

    Raises:
        InputError: There is no such authority (``authority.missing``).
    """
    return Actor.operator(node.authority if code is None else find_authority(code))


def sign_in(node: Node, login: str, password: str, *, is_whole: bool = True) -> Actor:
    """Answer the person of that login, where the password is theirs; the attempt is audited either way.

    It takes as long where nobody is, or where the login has to wait; a password is not looked at then.

    Args:
        node: Where.
        login: Whose.
        password: As it was typed.
        is_whole: A second factor is not asked for, as at the command line. Where it is, refusals are
            forgotten only with it: else each right password would buy a thief more guesses at the code.

    Raises:
        InputError: It is not, or there is nobody, or the account is closed, or there were too many attempts
            (``user.refused``): which of these is not said.
    """
    with database_errors_in_words():
        found = _person(User.objects.all(), login)
        # Hashed before anything is locked: it takes half a second, for which nobody else could write.
        holds = matches(password, found)
        with transaction.atomic():
            # Locked, so that attempts made at once are counted one after the other. One that comes when the
            # login waits by then is refused, whatever its password: so no more are tried than are counted.
            user = _person(User.objects.select_for_update(of=("self",)), login)
            same = user is not None and found is not None and user.password == found.password
            if user is not None and same and holds and not has_to_wait(user):
                return let_in(user, is_whole=is_whole or not has_factor(user))
            _refuse(user, node)
    raise InputError(
        "The login and the password do not fit together, or there were too many attempts. After "
        f"{FREE_ATTEMPTS + 1} wrong ones a login waits, each time longer, an hour at the most.",
        code="user.refused",
    )


def matches(password: str, user: User | None) -> bool:
    """Answer whether it is the person's password; it takes as long where nobody is, or the login waits."""
    if user is None or has_to_wait(user):
        make_password(password)
        return False
    return check_password(password, user.password)


def _person(rows: QuerySet[User], login: str) -> User | None:
    if not is_recordable(login):
        return None
    return rows.select_related("authority").filter(login=login, is_active=True).first()


def has_to_wait(user: User) -> bool:
    """Answer whether nothing that proves who the person is is looked at now."""
    return user.waits_until is not None and user.waits_until > timezone.now()


def let_in(user: User, *, is_whole: bool) -> Actor:
    """Write down that the person signs in, and answer them; see ``sign_in``."""
    actor = Actor.person(user)
    refused = user.refused_sign_ins
    if is_whole:
        forget_refusals(user)
    audit.append(
        audit.AuditTag.USER_SIGNED_IN, actor=actor, record_ids=[user.pk], counts={"refused": refused}
    )
    return actor


def _refuse(user: User | None, node: Node) -> None:
    """Count the attempt, unless the login waits: else somebody else could make it wait for ever."""
    if user is None:
        # The login is not written down: people type their password into the wrong field.
        audit.append(audit.AuditTag.USER_REFUSED, actor=Actor.operator(node.authority))
        return
    count_refusal(user, audit.AuditTag.USER_REFUSED)


def count_refusal(user: User, tag: audit.AuditTag) -> None:
    """Count an attempt that was refused, and write it down; the login waits after some of them."""
    if not has_to_wait(user):
        user.refused_sign_ins += 1
        user.waits_until = timezone.now() + wait_after(user.refused_sign_ins)
        user.save(update_fields=["refused_sign_ins", "waits_until"])
    audit.append(
        tag,
        actor=Actor.operator(user.authority),
        record_ids=[user.pk],
        counts={"refused": user.refused_sign_ins},
    )


def forget_refusals(user: User) -> None:
    """Let the person sign in at once."""
    if user.refused_sign_ins:
        user.refused_sign_ins, user.waits_until = 0, None
        user.save(update_fields=["refused_sign_ins", "waits_until"])


def wait_after(refused: int) -> timedelta:
    """Answer how long a login waits after so many refused sign-ins in a row.

    >>> [str(wait_after(number)) for number in (4, 5, 6, 11, 12, 1000)]
    ['0:00:00', '0:00:30', '0:01:00', '0:32:00', '1:00:00', '1:00:00']
    """
    if refused <= FREE_ATTEMPTS:
        return timedelta(0)
    doublings = min(refused - FREE_ATTEMPTS - 1, _DOUBLINGS)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
