"""A small alliance for the tests of the statistics, and every sighting of it as plain values."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from cairn.records.cases import Case, Exhibit
from cairn.records.media import Media
from cairn.records.sightings import Sighting, SightingSource, digest_of_address

if TYPE_CHECKING:
    from cairn.records.authorities import Authority

_numbers = itertools.count()


@dataclass(frozen=True)
class Met:
    """One sighting: who met which content in which exhibit, when, and how it came."""

    authority: Authority
    media: int
    exhibit: int
    at: datetime
    source: SightingSource
    is_withdrawn: bool = False


def media(number: int) -> Media:
    """Record the content of that number, once."""
    digest = sha256(str(number).encode()).digest()
    values = {"sha1": digest[:20], "md5": digest[:16], "size_bytes": 1, "method": "m"}
    return Media.objects.get_or_create(sha256=digest, defaults=values)[0]


def record(met: Met) -> Sighting:
    """Write one sighting."""
    case, _ = Case.objects.get_or_create(authority=met.authority, reference="K")
    exhibit, _ = Exhibit.objects.get_or_create(case=case, label=str(met.exhibit))
    address = str(next(_numbers))
    return Sighting.objects.create(
        media=media(met.media),
        authority=met.authority,
        exhibit=exhibit,
        address=address,
        address_digest=digest_of_address(address),
        found_at=met.at,
        source=met.source,
        withdrawn_at=datetime(2026, 1, 1, tzinfo=UTC) if met.is_withdrawn else None,
    )
