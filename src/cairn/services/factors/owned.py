"""What second factors a person has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.records.access import missing
from cairn.records.connection import database_errors_in_words
from cairn.records.factors import AuthenticatorApp, Passkey, RecoveryCode
from cairn.records.lock import as_the_node, node_work, under_lock

if TYPE_CHECKING:
    from datetime import datetime

    from cairn.records.users import Actor, User


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """One passkey, as its person sees it.

    Attributes:
        number: What it is removed by.
        name: As the person calls it.
        added_at: When it was added.
        used_at: When it was last used; ``None`` for never.
    """

    number: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person has.

    Attributes:
        app_added_at: When the authenticator app was added; ``None`` where there is none.
        app_used_at: When it was last used.
        passkeys: The passkeys, the oldest first.
        codes_left: How many recovery codes were not used yet.
        taken_at: When an administrator last took all factors away; ``None`` for never.
    """

    app_added_at: datetime | None
    app_used_at: datetime | None
    passkeys: tuple[PasskeyRow, ...]
    codes_left: int
    taken_at: datetime | None

    @property
    def has_any(self) -> bool:
        """True where there is one that is asked for; recovery codes alone are none."""
        return self.app_added_at is not None or bool(self.passkeys)


@under_lock
def own_factors(*, actor: Actor) -> Factors:
    """Answer what the actor has.

    Raises:
        AccessError: The operator acts, and no person.
    """
    if actor.user is None:
        raise missing()
    user = actor.user
    with database_errors_in_words(), as_the_node("a person's own factors are listed"):
        app = AuthenticatorApp.objects.filter(user=user).first()
        rows = tuple(
            PasskeyRow(row.pk, row.name, row.added_at, row.used_at)
            for row in Passkey.objects.filter(user=user).order_by("pk")
        )
        codes = RecoveryCode.objects.filter(user=user, used_at=None).count()
    return Factors(
        app_added_at=None if app is None else app.added_at,
        app_used_at=None if app is None else app.used_at,
        passkeys=rows,
        codes_left=codes,
        taken_at=user.factors_taken_at,
    )


@node_work("whether a person has a second factor is looked up")
def has_factor(user: User) -> bool:
    """Answer whether the person has an authenticator app or a passkey."""
    with database_errors_in_words():
        return (
            AuthenticatorApp.objects.filter(user=user).exists() or Passkey.objects.filter(user=user).exists()
        )
