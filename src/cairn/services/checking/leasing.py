"""Who measures which file: claims on the items of a check, safe against dead holders and second processes.

A claim writes the item's line before the file is opened. A line is free to be claimed where nobody holds it,
where its holder is dead or its lease has run out, where the file has changed since it was measured, or where
it could not be read the last time. Two who claim a line in the same moment both read back whose it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.intake import Item, Unreadable
from cairn.records.jobs import CheckItem
from cairn.records.sightings import digest_of_address
from cairn.services.checking.holders import is_dead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.records.jobs import Check

LEASE = timedelta(minutes=15)
"""Longer than the slowest files that are claimed together take; then another process may take them over."""

_RESULT_FIELDS = [
    "signature",
    "file_changed_at",
    "is_done",
    "lease_holder",
    "lease_ends_at",
    "media",
    "features_method",
    "error_code",
    "error_sentence",
]


@dataclass(slots=True)
class Claims:
    """What became of some entries: to be measured by us, done before, or held by another process."""

    ours: list[Item | Unreadable] = field(default_factory=list)
    done: list[Item | Unreadable] = field(default_factory=list)
    theirs: list[Item | Unreadable] = field(default_factory=list)


def claim(check: Check, entries: Sequence[Item | Unreadable], *, holder: str) -> Claims:
    """Claim as many of these entries as are free.

    Args:
        check: The check they belong to.
        entries: At most a few hundred, each address once.
        holder: Who claims, as ``holders.holder_of_this_process`` says.
    """
    claims = Claims()
    by_digest = {digest_of_address(entry.address): entry for entry in entries}
    with transaction.atomic():
        lines = check.items.filter(address_digest__in=list(by_digest)).select_for_update()
        there = {bytes(line.address_digest): line for line in lines}
        fresh = [
            _leased(CheckItem(check_run=check, address=entry.address, address_digest=digest), entry, holder)
            for digest, entry in by_digest.items()
            if digest not in there
        ]
        CheckItem.objects.bulk_create(fresh, ignore_conflicts=True)
        taken = []
        for digest, line in there.items():
            entry = by_digest[digest]
            if line.is_done and _is_settled(line, entry):
                claims.done.append(entry)
            elif line.is_done or _is_free(line, holder):
                taken.append(_leased(line, entry, holder))
        CheckItem.objects.bulk_update(taken, ["signature", "is_done", "lease_holder", "lease_ends_at"])
        wanted = [*(row.address_digest for row in fresh), *(row.address_digest for row in taken)]
        held = check.items.filter(address_digest__in=wanted, is_done=False, lease_holder=holder)
        ours = {bytes(digest) for digest in held.values_list("address_digest", flat=True)}
    settled = {id(entry) for entry in claims.done}
    for digest, entry in by_digest.items():
        if digest in ours:
            claims.ours.append(entry)
        elif id(entry) not in settled:
            claims.theirs.append(entry)
    return claims


def settle(check: Check, rows: Sequence[CheckItem], *, holder: str) -> set[bytes]:
    """Write results into the lines that the holder still holds; call it in a transaction.

    A holder that was slower than its lease may find its line taken over. What it has measured then is not
    written over what the other one measures, or has measured; its result may be older, or a failure.

    Args:
        check: The check they belong to.
        rows: The results, each address once.
        holder: Who claimed them.

    Returns:
        The address digests of the lines that somebody else has taken over; nothing was written for them.
    """
    wanted = {bytes(row.address_digest): row for row in rows}
    lines = check.items.filter(address_digest__in=list(wanted), is_done=False, lease_holder=holder)
    held = {bytes(digest) for digest in lines.select_for_update().values_list("address_digest", flat=True)}
    CheckItem.objects.bulk_create(
        [row for digest, row in wanted.items() if digest in held],
        update_conflicts=True,
        unique_fields=["check_run", "address_digest"],
        update_fields=_RESULT_FIELDS,
    )
    return wanted.keys() - held


def _is_settled(line: CheckItem, entry: Item | Unreadable) -> bool:
    """Answer whether what the line says still holds for the entry."""
    return line.media_id is not None and isinstance(entry, Item) and line.signature == entry.signature


def _is_free(line: CheckItem, holder: str) -> bool:
    if line.lease_holder == holder or line.lease_ends_at is None or line.lease_ends_at < timezone.now():
        return True
    return is_dead(line.lease_holder, claimed_at=line.lease_ends_at - LEASE)


def _leased(line: CheckItem, entry: Item | Unreadable, holder: str) -> CheckItem:
    line.signature = entry.signature if isinstance(entry, Item) else ""
    line.is_done = False
    line.lease_holder = holder
    line.lease_ends_at = timezone.now() + LEASE
    return line
