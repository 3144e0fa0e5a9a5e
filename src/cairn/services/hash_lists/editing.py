"""Lists that are kept by hand: an entry comes, an entry goes, and checks meet it or no more at once.

Such a list has one version, which grows: each entry is a stretch of its own, after those that are there. An
entry that goes leaves its place empty, so that the indexes, which know places, stay true. A list that was
imported from a file is not edited: its counts are those of the file.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Final

import numpy as np
from django.db import transaction
from django.utils import timezone

from cairn.errors import InputError
from cairn.intake.lists import Hash, ListEntry
from cairn.intake.lists.batching import batch_of
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lists import Audience, HashList, ListChunk, ListKind, ListVersion
from cairn.records.lock import under_lock
from cairn.services.hash_lists.entries import are_videos, entry_keys
from cairn.services.hash_lists.importing import NAME_LENGTH
from cairn.services.hash_lists.noticing import keep_one_back, keep_one_removed
from cairn.services.hash_lists.packing import Columns, columns_of, pack, pack_said, unpack
from cairn.services.typed_text import require_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.records.users import Actor

BY_HAND: Final = "by-hand"
"""The format of a version that no file was."""
REFERENCE_LENGTH: Final = 200


@under_lock
def make_list(name: str, *, actor: Actor) -> HashList:
    """Make an empty list that the actor's authority keeps by hand, and that nobody else meets.

    Raises:
        AccessError: The actor may not keep lists.
        InputError: The name does not hold (``list.invalid``), or there is a list of that name
            (``record.exists``).
    """
    require(actor, Act.LIST_IMPORT)
    require_text(name, what="A list's name", longest=NAME_LENGTH, code="list.invalid")
    with database_errors_in_words(), transaction.atomic():
        held, is_new = HashList.objects.get_or_create(
            owner=actor.authority, name=name, defaults={"kind": ListKind.KNOWN, "audience": Audience.OWN}
        )
        if not is_new:
            raise InputError(f"There is a list {name}.", code="record.exists")
        nothing = hashlib.sha256(b"").digest()
        ListVersion.objects.create(
            hash_list=held,
            source_format=BY_HAND,
            file_digest=nothing,
            request_digest=nothing,
            token=secrets.token_bytes(16),
            imported_by=actor.user,
            completed_at=timezone.now(),
        )
        audit.append(audit.AuditTag.LIST_CREATED, actor=actor, record_ids=[held.pk])
    return held


@under_lock
def rename_list(held: HashList, name: str, *, actor: Actor) -> HashList:
    """Call a list of the actor's authority something else.

    Raises:
        AccessError: The actor is not of the owner.
        InputError: The name does not hold, or there is a list of that name (as in ``make_list``).
    """
    require_text(name, what="A list's name", longest=NAME_LENGTH, code="list.invalid")
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.LIST_IMPORT, held)
        if HashList.objects.filter(owner=actor.authority, name=name).exclude(pk=held.pk).exists():
            raise InputError(f"There is a list {name}.", code="record.exists")
        held.name = name
        held.save(update_fields=["name"])
        audit.append(audit.AuditTag.LIST_SHARED, actor=actor, record_ids=[held.pk])
    return held


@under_lock
def add_entry(held: HashList, entry: ListEntry, *, actor: Actor) -> int:
    """Put an entry on a list that is kept by hand, and answer its number; one that is there stays as it is.

    Raises:
        AccessError: The actor is not of the owner.
        InputError: The list comes from files (``list.imported``), or the entry has no hash (``list.empty``).
    """
    batch = batch_of([entry])
    if not batch.hashes:
        raise InputError("An entry has a hash at least.", code="list.empty")
    if entry.reference:
        require_text(entry.reference, what="A note", longest=REFERENCE_LENGTH, code="list.invalid")
    keep = np.ones(1, np.bool_)
    columns = columns_of(batch, keep)
    (key,) = entry_keys(columns).tolist()
    with database_errors_in_words(), transaction.atomic():
        version = _own_version(held, actor)
        if any(True for _ in _places(version, key)):
            return int(key)
        version.batches += 1
        ListChunk.objects.create(
            version=version,
            number=version.batches,
            entries=1,
            columns=pack(columns),
            said=pack_said(batch, keep),
        )
        keep_one_back(held, key)
        version.lines, version.entries, version.fresh = (
            version.lines + 1,
            version.entries + 1,
            version.fresh + 1,
        )
        version.save()
        audit.append(
            audit.AuditTag.LIST_EDITED, actor=actor, record_ids=[held.pk], counts={"added": 1, "removed": 0}
        )
    return int(key)


@under_lock
def remove_entry(held: HashList, key: int, *, actor: Actor) -> int:
    """Take an entry off a list that is kept by hand, and answer how many places it had.

    Raises:
        AccessError: The actor is not of the owner.
        InputError: The list comes from files (``list.imported``).
    """
    with database_errors_in_words(), transaction.atomic():
        version = _own_version(held, actor)
        removed = 0
        for chunk, row in list(_places(version, key)):
            keep_one_removed(held, key, is_video=bool(are_videos(chunk)[row]))
            chunk.columns = pack(_without(unpack(chunk.columns), row))
            chunk.save(update_fields=["columns"])
            removed += 1
        if removed:
            version.fresh, version.retracted = version.fresh - removed, version.retracted + removed
            version.save()
            audit.append(
                audit.AuditTag.LIST_EDITED,
                actor=actor,
                record_ids=[held.pk],
                counts={"added": 0, "removed": removed},
            )
    return removed


def _own_version(held: HashList, actor: Actor) -> ListVersion:
    require(actor, Act.LIST_IMPORT, held)
    found = HashList.objects.select_for_update().get(pk=held.pk)
    version = ListVersion.objects.filter(
        hash_list=found, source_format=BY_HAND, superseded_at=None, withdrawn_at=None
    ).first()
    if version is None or found.withdrawn_at is not None:
        raise InputError(
            f"The list {held.name} is not kept by hand: import a version of it.", code="list.imported"
        )
    return version


def _places(version: ListVersion, key: int) -> Iterator[tuple[ListChunk, int]]:
    for chunk in ListChunk.objects.filter(version=version).order_by("pk").iterator(chunk_size=200):
        for row in np.flatnonzero(entry_keys(unpack(chunk.columns)) == np.uint64(key)).tolist():
            yield chunk, row


def _without(columns: Columns, row: int) -> Columns:
    """Answer the same stretch with one place empty."""
    values = {kind: each.copy() for kind, each in columns.values.items()}
    present = {kind: each.copy() for kind, each in columns.present.items()}
    for kind, column in values.items():
        column[row] = 0
        present[kind][row] = False
    return Columns(columns.entries, values, present)


def entry_of(hashes: dict[Hash, bytes], *, is_video: bool = False, note: str = "") -> ListEntry:
    """Answer an entry that somebody adds by hand."""
    named = {kind.value: value for kind, value in hashes.items()}
    return ListEntry(1, **named, media_type="video" if is_video else None, reference=note or None)  # type: ignore[arg-type]  # the kinds are its fields
