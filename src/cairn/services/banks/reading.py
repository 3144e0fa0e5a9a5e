"""Banks as they are read: the series and the known lists that an actor may see, and what lies in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.db import transaction

from cairn.intake.lists import Hash
from cairn.records import audit
from cairn.records.access import Act, missing, require, visible_series, visible_to
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.lists import HashList, ListChunk, ListKind
from cairn.records.lock import under_lock
from cairn.records.media import Media
from cairn.records.series import SeriesMedia
from cairn.services.banks.naming import NUMBER_SHIFT, bank_name, content_number, list_bank_name
from cairn.services.hash_lists.entries import entry_keys
from cairn.services.hash_lists.packing import unpack
from cairn.types import PDQ_BYTES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from django.db.models import QuerySet

    from cairn.records.series import Series
    from cairn.records.users import Actor

MOST_BANKS = 1_000
"""Series, and lists, that are listed as banks: those that were made last."""


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
        require(actor, Act.LIST_READ)
        lists = list(bank_lists(actor).order_by("-pk").select_related("owner")[:MOST_BANKS])
        rows = list(_standing(actor).order_by("-pk").select_related("owner")[:MOST_BANKS])
        audit.append(audit.AuditTag.LIST_LISTED, actor=actor, counts={"lists": len(lists)})
        audit.append(audit.AuditTag.SERIES_LISTED, actor=actor, record_ids=[row.pk for row in rows])
    return (
        *(name_of_list(row, actor) for row in lists),
        *(bank_name(row.owner.code, row.name) for row in rows),
    )


@under_lock
def bank_lists(actor: Actor) -> QuerySet[HashList]:
    """Answer the lists that are banks: what is met in them says that somebody knows it."""
    return visible_to(actor, HashList).filter(kind=ListKind.KNOWN, withdrawn_at=None)


@under_lock
def name_of_list(held: HashList, actor: Actor) -> str:
    """Answer what a list is called as a bank, to this actor."""
    return list_bank_name(held.owner.code, held.name, is_own=held.owner_id == actor.authority.pk)


@under_lock
def find_bank(name: str, *, actor: Actor) -> Series | HashList:
    """Answer the list or the series that is called so as a bank.

    Raises:
        AccessError: There is none that the actor may see.
    """
    with database_errors_in_words():
        require(actor, Act.SERIES_READ)
        require(actor, Act.LIST_READ)
        for held in bank_lists(actor).select_related("owner").order_by("pk"):
            if name_of_list(held, actor) == name:
                return held
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
        if isinstance(series, HashList):
            return _entry(series, number, actor)
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


def _entry(held: HashList, number: int, actor: Actor) -> BankContent:
    for chunk, row, _ in entries_of(held, number, actor=actor):
        audit.append(audit.AuditTag.LIST_SHOWN, actor=actor, record_ids=[held.pk])
        columns = unpack(chunk.columns)
        pdq, md5 = columns.of(Hash.PDQ, row), columns.of(Hash.MD5, row)
        return BankContent(number, None if pdq is None else pdq.hex(), None if md5 is None else md5.hex())
    raise missing()


@under_lock
def entries_of(held: HashList, number: int, *, actor: Actor) -> list[tuple[ListChunk, int, int]]:
    """Answer where an entry of this number stands in a list: its stretch, its row and its whole number."""
    chunks = visible_to(actor, ListChunk).filter(
        version__hash_list=held,
        version__superseded_at=None,
        version__withdrawn_at=None,
        version__completed_at__isnull=False,
    )
    found = []
    for chunk in chunks.order_by("pk").iterator(chunk_size=20):
        keys = entry_keys(unpack(chunk.columns))
        rows = np.flatnonzero((keys >> np.uint64(NUMBER_SHIFT)) == np.uint64(number)).tolist()
        found += [(chunk, row, int(keys[row])) for row in rows if keys[row]]
    return found


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
