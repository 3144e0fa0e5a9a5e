"""Recovery codes: on paper, for the day on which a person's devices are lost; each counts once."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import missing
from cairn.records.connection import database_errors_in_words
from cairn.records.factors import RecoveryCode
from cairn.records.lock import as_the_node, under_lock
from cairn.sentences import Sentence
from cairn.services.directory.sign_in_mail import tell_of_sign_in
from cairn.services.factors.attempts import locked
from cairn.services.factors.owned import has_factor

if TYPE_CHECKING:
    from cairn.records.users import Actor, User

CODES = 10
_GROUPS, _GROUP = 3, 4
_LETTERS = _GROUPS * _GROUP
"""Of base 32: 60 bits a code. Source: NIST SP 800-63B-4, 3.1.2, wants below 112 salted, hashed slowly."""
_CODE_BYTES = 8
_SALT_BYTES = 16
_COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
"""Of scrypt: 16 MiB and some 50 ms. Source: RFC 7914, 2, for what somebody waits for."""


@under_lock
def make_codes(*, actor: Actor) -> tuple[str, ...]:
    """Make new codes in the place of the actor's old ones, and answer them, this once.

    Raises:
        AccessError: The operator acts, and no person.
        InputError: The person has no factor that they could stand in for (``factor.missing``).
    """
    if actor.user is None:
        raise missing()
    codes = tuple(_new_code() for _ in range(CODES))
    salt = secrets.token_bytes(_SALT_BYTES)
    rows = [RecoveryCode(user=actor.user, salt=salt, digest=_digest(code, salt)) for code in codes]
    with database_errors_in_words(), transaction.atomic(), as_the_node("a person makes recovery codes"):
        locked(actor.user.pk)
        if not has_factor(actor.user):
            raise InputError(Sentence("Add an authenticator app or a passkey first."), code="factor.missing")
        RecoveryCode.objects.filter(user=actor.user).delete()
        RecoveryCode.objects.bulk_create(rows)
        tell_of_sign_in(actor.user)
        audit.append(
            audit.AuditTag.FACTOR_CODES_MADE,
            actor=actor,
            record_ids=[actor.user.pk],
            counts={"codes": CODES},
        )
    return codes


def try_code(person: User, typed: str) -> bool:
    """Answer whether it is a code of the person's that was not used yet; then it is used up."""
    code = "".join(typed.replace("-", " ").split()).upper()
    rows = list(RecoveryCode.objects.filter(user=person, used_at=None))
    if len(code) != _LETTERS or not code.isascii() or not rows:
        return False
    digest = _digest(code, bytes(rows[0].salt))
    found = [row for row in rows if secrets.compare_digest(bytes(row.digest), digest)]
    for row in found:
        row.used_at = timezone.now()
        row.save(update_fields=["used_at"])
    return bool(found)


def _new_code() -> str:
    text = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode("ascii")[:_LETTERS]
    return "-".join(text[start : start + _GROUP] for start in range(0, _LETTERS, _GROUP))


def _digest(code: str, salt: bytes) -> bytes:
    return hashlib.scrypt(code.replace("-", "").encode("ascii"), salt=salt, **_COST)
