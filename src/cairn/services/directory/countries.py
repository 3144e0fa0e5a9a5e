"""The alliance's countries: which have a dedicated unit, which take part through a node, and which do not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.authorities import AllianceCountry, Authority, AuthorityKind
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.services.typed_text import require_country

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from cairn.records.users import Actor


@dataclass(frozen=True, slots=True)
class CountryRow:
    """One country of the directory.

    Attributes:
        country: ISO 3166-1 alpha-2.
        joined_on: Since when it is a member of the alliance; ``None`` where that is not recorded.
        is_member: It was recorded as a member, and is not only the country of some authority.
        units: The codes of its dedicated units.
        others: The codes of its hotlines, companies and other authorities.
        connected_since: The day on which the first unit of it took part through a node; ``None`` for not yet.
    """

    country: str
    joined_on: date | None
    is_member: bool
    units: tuple[str, ...]
    others: tuple[str, ...]
    connected_since: date | None


@under_lock
def join(country: str, *, on: date | None, actor: Actor) -> None:
    """Record a country as a member of the alliance, or another day for one that is.

    Raises:
        AccessError: The actor may not.
        InputError: It is no country (``authority.invalid``).
    """
    require_country(country, code="authority.invalid")
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.AUTHORITY_MANAGE)
        row, _ = AllianceCountry.objects.update_or_create(code=country, defaults={"joined_on": on})
        require(actor, Act.AUTHORITY_MANAGE, row)  # The directory is the hub's and the operator's.
        audit.append(audit.AuditTag.COUNTRY_JOINED, actor=actor, record_ids=[row.pk])


@under_lock
def countries(actor: Actor) -> tuple[CountryRow, ...]:
    """Answer every country that is a member or has an authority here, by its code.

    Raises:
        AccessError: The actor may not.
    """
    require(actor, Act.DIRECTORY_READ)
    with database_errors_in_words():
        members = {row.code: row.joined_on for row in AllianceCountry.objects.all()}
        found: defaultdict[str, list[Authority]] = defaultdict(list)
        for authority in Authority.objects.order_by("code"):
            found[authority.country].append(authority)
    return tuple(_row(code, members, found[code]) for code in sorted({*members, *found}))


def _row(code: str, members: Mapping[str, date | None], authorities: Sequence[Authority]) -> CountryRow:
    units = [each for each in authorities if each.kind == AuthorityKind.UNIT]
    connected = [each.connected_since for each in units if each.connected_since is not None]
    return CountryRow(
        country=code,
        joined_on=members.get(code),
        is_member=code in members,
        units=tuple(each.code for each in units),
        others=tuple(each.code for each in authorities if each.kind != AuthorityKind.UNIT),
        connected_since=min(connected, default=None),
    )
