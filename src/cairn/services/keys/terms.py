"""On what terms a key is given: for what, until when, how much may be asked; and what each role may have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from cairn.errors import InputError
from cairn.records.authorities import AuthorityKind
from cairn.records.keys import Scope
from cairn.records.users import MATERIAL_ROLES, ROLES_OF, Role
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cairn.records.authorities import Authority

LONGEST_LIFE = timedelta(days=400)
"""A year and some weeks to rotate in: a key that nobody renews is one that nobody looks after."""
LONGEST_OVERLAP = timedelta(days=30)
"""How long the secret before a rotation may hold at the most."""

_REPORTER = frozenset({Scope.CHECK, Scope.REGISTER, Scope.REPORT})
_ALL = frozenset(Scope)
SCOPES_OF: Mapping[Role, frozenset[Scope]] = {
    **dict.fromkeys(MATERIAL_ROLES, _ALL),
    Role.REPORTER: _REPORTER,
}
"""What the keys of each role may be for; a role that is not here has none, such as the administrator's."""

REPORTER_PER_MINUTE = 6_000
REPORTER_PER_DAY = 100_000
"""What a company or a hotline may ask where nothing else was said: enough for what is reported to it, and too
little to try out what is recorded."""
PER_MINUTE = 6_000_000
"""The same for those who see material anyway: twice what one machine answers, so that one key cannot take
everything that a larger node has."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a key is for.

    Attributes:
        scopes: What it may be used for; at least one.
        expires_at: When it ends.
        per_minute: Questions a minute; a hash or a file is one.
        per_day: Questions a day; ``None`` for as many as the minutes allow.
    """

    scopes: frozenset[Scope]
    expires_at: datetime
    per_minute: int
    per_day: int | None

    @classmethod
    def usual(
        cls,
        role: Role,
        scopes: frozenset[Scope],
        *,
        life: timedelta,
        per_minute: int | None = None,
        per_day: int | None = None,
    ) -> Terms:
        """Answer the terms of a key that is given now, with the role's usual limits where none are said."""
        is_reporter = role is Role.REPORTER
        return cls(
            scopes=scopes,
            expires_at=timezone.now() + life,
            per_minute=per_minute or (REPORTER_PER_MINUTE if is_reporter else PER_MINUTE),
            per_day=per_day or (REPORTER_PER_DAY if is_reporter else None),
        )


def possible_roles(authority: Authority) -> frozenset[Role]:
    """Answer the roles that keys of an authority can act in."""
    return frozenset(ROLES_OF[AuthorityKind(authority.kind)] & SCOPES_OF.keys())


def require_terms(terms: Terms, *, role: Role, authority: Authority) -> None:
    """Make sure that a key of this role and authority can have these terms.

    Raises:
        InputError: They do not hold (``key.invalid``); the sentence says which.
    """
    possible = possible_roles(authority)
    if role not in possible:
        raise _invalid(
            f"A key of a {authority.get_kind_display()} acts as {_listed(possible)}."
            if possible
            else f"A {authority.get_kind_display()} has no keys: it only reads the log."
        )
    if not terms.scopes or not terms.scopes <= SCOPES_OF[role]:
        raise _invalid(
            Sentence(
                "A key of a %(role)s is for one or more of %(listed)s.",
                role=role,
                listed=_listed(SCOPES_OF[role]),
            )
        )
    if not timedelta(0) < terms.expires_at - timezone.now() <= LONGEST_LIFE:
        raise _invalid(
            Sentence("A key ends within %(days)s days; it can be rotated before.", days=LONGEST_LIFE.days)
        )
    if terms.per_minute < 1 or (terms.per_day is not None and terms.per_day < 1):
        raise _invalid(Sentence("A limit is at least 1."))


def require_overlap(overlap: timedelta) -> None:
    """Make sure that the secret before a rotation can hold so long.

    Raises:
        InputError: It cannot (``key.invalid``).
    """
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise _invalid(
            Sentence("The former secret holds between 0 and %(days)s days more.", days=LONGEST_OVERLAP.days)
        )


def _listed(values: frozenset[Role] | frozenset[Scope]) -> str:
    return ", ".join(sorted(values))


def _invalid(sentence: str) -> InputError:
    return InputError(sentence, code="key.invalid")
