"""Banks as they are read: the series that an actor may see, and what lies in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.records import audit
from cairn.records.access import Act, missing, require, visible_series
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.records.media import Media
from cairn.records.series import SeriesMedia
from cairn.services.banks.naming import bank_name, content_number
from cairn.types import PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

    from cairn.records.series import Series
    from cairn.records.users import Actor

MOST_BANKS = 1_000
"""Series that are listed as banks: those that were opened last."""


@dataclass(frozen=True, slots=True)
class BankContent:
    """One content of a bank.

    Attributes:
        number: How it is called.
        pdq: Its PDQ hash, in hexadecimal digits; ``None`` where it has none.
        md5: Its MD5, in the same form.
    """

    number: int
    pdq: str | None
    md5: str | None


@under_lock
def list_banks(actor: Actor) -> tuple[str, ...]:
    """Answer the names of the banks; the look is audited.

    Raises:
        AccessError: The actor may not see series.
    """
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.SERIES_READ)
        rows = list(_standing(actor).order_by("-pk").select_related("owner")[:MOST_BANKS])
        audit.append(audit.AuditTag.SERIES_LISTED, actor=actor, record_ids=[row.pk for row in rows])
    return tuple(bank_name(row.owner.code, row.name) for row in rows)


@under_lock
def find_bank(name: str, *, actor: Actor) -> Series:
    """Answer the series that is called so as a bank.

    Raises:
        AccessError: There is none that the actor may see.
    """
    with database_errors_in_words():
        require(actor, Act.SERIES_READ)
        rows = _standing(actor).values_list("pk", "owner__code", "name").iterator(chunk_size=10_000)
        number = next((pk for pk, owner, words in rows if bank_name(owner, words) == name), None)
        found = None if number is None else _standing(actor).filter(pk=number).first()
    if found is None:
        raise missing()
    return found


@under_lock
def bank_content(name: str, number: int, *, actor: Actor) -> BankContent:
    """Answer one content of a bank; the look is audited.

    Raises:
        AccessError: There is no such bank or content that the actor may see.
    """
    with database_errors_in_words(), transaction.atomic():
        series = find_bank(name, actor=actor)
        media = Media.objects.filter(pk__in=SeriesMedia.objects.filter(series=series).values("media"))
        found = next((row for row in media.iterator(chunk_size=2_000) if _number(row) == number), None)
        if found is None:
            raise missing()
        audit.append(audit.AuditTag.SERIES_MEDIA_LISTED, actor=actor, record_ids=[series.pk])
    return BankContent(
        number,
        None if found.pdq is None else bytes(found.pdq)[:PDQ_BYTES].hex(),
        bytes(found.md5).hex() if found.md5 else None,
    )


@under_lock
def content_numbers(media: Collection[int], *, actor: Actor) -> Mapping[int, int]:
    """Answer the number of each of these contents, of which the actor has been told."""
    require(actor, Act.SERIES_READ)
    found: dict[int, int] = {}
    for part in parts(sorted(media)):
        rows = Media.objects.filter(pk__in=part).only("sha256", "sha1", "md5")
        found.update({row.pk: _number(row) for row in rows})
    return found


def _standing(actor: Actor) -> QuerySet[Series]:
    return visible_series(actor).filter(merged_into=None)


def _number(row: Media) -> int:
    return content_number(bytes(row.sha256 or row.sha1 or row.md5 or b""))
