"""The directory: which authorities there are, and whom to ask."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.authorities import Authority, AuthorityKind
from cairn.records.connection import database_errors_in_words
from cairn.services.typed_text import is_recordable, require_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.records.users import Actor

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,63}")
NAME_LENGTH = 200
CONTACT_LENGTH = 500
_COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class NewAuthority:
    """What is said of an authority when it is recorded.

    Attributes:
        code: How people type it: capitals, digits and hyphens, such as ``NL-UNIT``.
        name: Its full name.
        kind: Unit, hub, hotline or company.
        country: ISO 3166-1 alpha-2.
        contact: Whom to ask, and how.
    """

    code: str
    name: str
    kind: AuthorityKind
    country: str
    contact: str


def add_authority(new: NewAuthority, *, actor: Actor) -> Authority:
    """Record an authority.

    Raises:
        InputError: A value does not hold (``authority.invalid``), or the code is taken
            (``authority.exists``).
    """
    with database_errors_in_words(), transaction.atomic():
        if Authority.objects.filter(code=new.code).exists():
            raise InputError(f"There is an authority {new.code} already.", code="authority.exists")
        recorded = find_or_record(new)
        audit.append(audit.AuditTag.AUTHORITY_CREATED, actor=actor, record_ids=[recorded.pk])
        return recorded


def find_or_record(new: NewAuthority) -> Authority:
    """Answer the authority of that code, recorded now if it was not there.

    Raises:
        InputError: A value does not hold (``authority.invalid``).
    """
    _require_valid(new)
    values = {"name": new.name, "kind": new.kind, "country": new.country, "contact": new.contact}
    return Authority.objects.get_or_create(code=new.code, defaults=values)[0]


def find_authority(code: str) -> Authority:
    """Answer the authority of that code.

    Raises:
        InputError: There is none (``authority.missing``).
    """
    found = Authority.objects.filter(code=code).first() if is_recordable(code) else None
    if found is None:
        raise InputError(
            f"There is no authority {code} on this node. See: cairn authority list", code="authority.missing"
        )
    return found


def authorities() -> Sequence[Authority]:
    """Answer all authorities, by country and code."""
    return list(Authority.objects.order_by("country", "code"))


def _require_valid(new: NewAuthority) -> None:
    if not _CODE.fullmatch(new.code):
        raise InputError(
            f"'{new.code}' cannot be the code of an authority: use capitals, digits and hyphens, such as "
            "NL-UNIT.",
            code="authority.invalid",
        )
    if not _COUNTRY.fullmatch(new.country):
        raise InputError(
            f"'{new.country}' is no country: use the two capitals of ISO 3166, such as NL.",
            code="authority.invalid",
        )
    if not new.name.strip() or not new.contact.strip():
        raise InputError("An authority needs a name, and a contact to be asked at.", code="authority.invalid")
    require_text(new.name, what="The name of an authority", longest=NAME_LENGTH, code="authority.invalid")
    require_text(new.contact, what="A contact", longest=CONTACT_LENGTH, code="authority.invalid")
