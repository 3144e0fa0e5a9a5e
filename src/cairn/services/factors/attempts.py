"""One attempt to prove who one is: counted, audited, and held up together with those at the password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import as_the_node
from cairn.records.users import Actor, User
from cairn.sentences import Sentence
from cairn.services.directory.acting import (
    count_refusal,
    forget_refusals,
    has_to_wait,
    matches,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TRIED = "a factor of a person's own is tried"


def attempt(user: User, try_it: Callable[[User], str | None]) -> None:
    """Try a factor of the person's, and write down how it went.

    Args:
        user: Whose.
        try_it: Answers what was given, such as ``app``, where it holds, else ``None``; it is not called while
            the login waits. The person it is told is locked, so that attempts come one after the other.

    Raises:
        InputError: It does not hold, or the login waits (``factor.refused``); which is not said.
    """
    with database_errors_in_words(), transaction.atomic(), as_the_node(TRIED):
        person = locked(user.pk)
        given = None if person is None or has_to_wait(person) else try_it(person)
        if person is not None and given is not None:
            write_down_use(person, given)
            return
        if person is not None:
            count_refusal(person, audit.AuditTag.FACTOR_REFUSED)
    raise refused()


def prove_by_password(user: User, password: str) -> None:
    """Make sure that the password is the person's.

    Raises:
        InputError: It is not, or the login waits (``factor.refused``).
    """
    holds = matches(password, user)  # Before anything is locked, as at the door.

    def try_it(person: User) -> str | None:
        return "password" if holds and person.password == user.password else None

    attempt(user, try_it)


def locked(number: int) -> User | None:
    """Answer the person, locked until the transaction ends, unless the account is closed."""
    rows = User.objects.select_for_update(of=("self",)).select_related("authority")
    return rows.filter(pk=number, is_active=True).first()


def write_down_use(person: User, given: str) -> None:
    """Forget earlier refusals, and write down what was given."""
    forget_refusals(person)
    audit.append(
        audit.AuditTag.FACTOR_USED, actor=Actor.person(person), record_ids=[person.pk], counts={given: 1}
    )


def refused() -> InputError:
    """Answer the one sentence for everything that does not hold."""
    return InputError(
        Sentence(
            "That does not prove who you are, or there were too many attempts. After five wrong ones a login "
            "waits, each time longer, an hour at the most."
        ),
        code="factor.refused",
    )
