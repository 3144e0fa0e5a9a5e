"""Who measures which file: claims on the items of a check, safe against dead holders and second processes.

A claim writes the item's line before the file is opened. A line is free to be claimed where nobody holds it,
where its holder is dead or its lease has run out, where the file has changed since it was measured, or where
it could not be read the last time. Two who claim a line in the same moment both read back whose it is.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.intake import Item, Unreadable
from cairn.records.jobs import CheckItem
from cairn.records.sightings import digest_of_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.records.jobs import Check

LEASE = timedelta(minutes=15)
"""Longer than the slowest files that are claimed together take; then another process may take them over."""


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
        holder: Who claims, as ``holder_of_this_process`` says.
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


def holder_of_this_process() -> str:
    """Answer who we are: host, process, and the moment at which the process started."""
    return f"{socket.gethostname()} {os.getpid()} {_started(os.getpid())}"


def _is_settled(line: CheckItem, entry: Item | Unreadable) -> bool:
    """Answer whether what the line says still holds for the entry."""
    return line.media_id is not None and isinstance(entry, Item) and line.signature == entry.signature


def _is_free(line: CheckItem, holder: str) -> bool:
    if line.lease_holder == holder or line.lease_ends_at is None or line.lease_ends_at < timezone.now():
        return True
    host, process, started = ([*line.lease_holder.split(" "), "", "", ""])[:3]
    return host == socket.gethostname() and process.isdigit() and _started(int(process)) != started


def _leased(line: CheckItem, entry: Item | Unreadable, holder: str) -> CheckItem:
    line.signature = entry.signature if isinstance(entry, Item) else ""
    line.is_done = False
    line.lease_holder = holder
    line.lease_ends_at = timezone.now() + LEASE
    return line


def _started(process: int) -> str:
    """Answer when a process started, in the kernel's ticks; empty where there is none or it cannot be told.

    Field 22 of /proc/PID/stat. Where there is no /proc, a live process is told from a dead one by a signal
    that does nothing.
    """
    try:
        return (
            Path(f"/proc/{process}/stat")
            .read_text(encoding="ascii", errors="replace")
            .rsplit(")", 1)[1]
            .split()[19]
        )
    except OSError:
        return _alive(process)


def _alive(process: int) -> str:
    if Path("/proc").is_dir():
        return ""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        return "alive"
    return "alive"
