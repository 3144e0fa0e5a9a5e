"""The directory: which authorities there are, and whom to ask."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import InputError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.authorities import (
    CHANNEL_LENGTH,
    CONTACT_LENGTH,
    HOURS_LENGTH,
    NAME_LENGTH,
    Authority,
    AuthorityKind,
)
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.services.typed_text import is_recordable, require_country, require_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from cairn.records.users import Actor

_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,63}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class NewAuthority:
    """What is said of an authority when it is recorded.

    Attributes:
        code: How people type it: capitals, digits and hyphens, such as ``NL-UNIT``.
        name: Its full name.
        kind: Unit, hub, hotline or company.
        country: ISO 3166-1 alpha-2.
        contact: Whom to ask, and how.
        languages: BCP 47 tags, the preferred one first.
        contact_hours: When somebody answers, in words.
        contact_channel: Over which channel, in words.
        connected_since: Since when it takes part through a node.
    """

    code: str
    name: str
    kind: AuthorityKind
    country: str
    contact: str
    languages: tuple[str, ...] = ()
    contact_hours: str = ""
    contact_channel: str = ""
    connected_since: date | None = None


@dataclass(frozen=True, slots=True)
class AuthorityChange:
    """What is to be said of an authority from now on; ``None`` leaves a value as it is."""

    name: str | None = None
    contact: str | None = None
    languages: tuple[str, ...] | None = None
    contact_hours: str | None = None
    contact_channel: str | None = None
    connected_since: date | None = None


@under_lock
def add_authority(new: NewAuthority, *, actor: Actor) -> Authority:
    """Record an authority.

    Raises:
        AccessError: The actor may not.
        InputError: A value does not hold (``authority.invalid``), or the code is taken
            (``authority.exists``).
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.AUTHORITY_MANAGE)
        if Authority.objects.filter(code=new.code).exists():
            raise InputError(f"There is an authority {new.code} already.", code="authority.exists")
        recorded = find_or_record(new)
        require(actor, Act.AUTHORITY_MANAGE, recorded)  # Others than the hub and the operator keep their own.
        audit.append(audit.AuditTag.AUTHORITY_CREATED, actor=actor, record_ids=[recorded.pk])
        return recorded


@under_lock
def change_authority(code: str, change: AuthorityChange, *, actor: Actor) -> Authority:
    """Say something else of an authority: the code, the kind and the country stay.

    Raises:
        AccessError: The actor may not.
        InputError: There is no such authority (``authority.missing``), or a value does not hold
            (``authority.invalid``).
    """
    wanted = {each.name: getattr(change, each.name) for each in fields(change)}
    values = {name: value for name, value in wanted.items() if value is not None}
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.AUTHORITY_MANAGE)
        found = find_authority(code)
        require(actor, Act.AUTHORITY_MANAGE, found)
        for name, value in values.items():
            setattr(found, name, list(value) if isinstance(value, tuple) else value)
        _require_valid(_as_new(found))
        found.save(update_fields=list(values))
        audit.append(audit.AuditTag.AUTHORITY_CHANGED, actor=actor, record_ids=[found.pk])
    return found


def find_or_record(new: NewAuthority) -> Authority:
    """Answer the authority of that code, recorded now if it was not there.

    Raises:
        InputError: A value does not hold (``authority.invalid``).
    """
    _require_valid(new)
    values = {each.name: getattr(new, each.name) for each in fields(new)}
    values["languages"] = list(new.languages)
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


def _as_new(recorded: Authority) -> NewAuthority:
    return NewAuthority(
        code=recorded.code,
        name=recorded.name,
        kind=AuthorityKind(recorded.kind),
        country=recorded.country,
        contact=recorded.contact,
        languages=tuple(recorded.languages),
        contact_hours=recorded.contact_hours,
        contact_channel=recorded.contact_channel,
        connected_since=recorded.connected_since,
    )


def _require_valid(new: NewAuthority) -> None:
    if not _CODE.fullmatch(new.code):
        raise InputError(
            f"'{new.code}' cannot be the code of an authority: use capitals, digits and hyphens, such as "
            "NL-UNIT.",
            code="authority.invalid",
        )
    require_country(new.country, code="authority.invalid")
    if not new.name.strip() or not new.contact.strip():
        raise InputError("An authority needs a name, and a contact to be asked at.", code="authority.invalid")
    require_text(new.name, what="The name of an authority", longest=NAME_LENGTH, code="authority.invalid")
    require_text(new.contact, what="A contact", longest=CONTACT_LENGTH, code="authority.invalid")
    if new.contact_hours:
        require_text(new.contact_hours, what="The hours", longest=HOURS_LENGTH, code="authority.invalid")
    if new.contact_channel:
        require_text(new.contact_channel, what="A channel", longest=CHANNEL_LENGTH, code="authority.invalid")
    for language in new.languages:
        if not _LANGUAGE.fullmatch(language):
            raise InputError(
                f"'{language}' is no language: use tags such as en, pt-BR or ar.", code="authority.invalid"
            )
