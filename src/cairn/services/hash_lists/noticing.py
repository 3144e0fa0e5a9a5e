"""What programs of an authority were given of lists, kept level with what it may have now.

Every question of a program first notices what has changed for its authority since the last one, in the
question's own transaction: a list that came, a version, a stretch, an entry that went, a list that it may see
no more. Each change gets the time of that question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.db.models import Q

from cairn.records.access import visible_to
from cairn.records.authorities import Authority
from cairn.records.giving import ListGiven, ListRemoval
from cairn.records.lists import HashList, ListChunk, ListKind, ListVersion
from cairn.records.lock import as_the_node, node_work, under_lock
from cairn.services.hash_lists.entries import are_videos, entry_keys
from cairn.services.hash_lists.packing import unpack

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from django.db.models import QuerySet
    from numpy.typing import NDArray

    from cairn.records.users import Actor

    Keys = NDArray[np.uint64]

MOST_MARKS = 50
"""Times that are kept of stretches that came later; where there are more, the oldest are given once more."""
REMOVED_TOGETHER = 100_000
WHY = "what an authority was given of lists is the node's to remember"


@dataclass(frozen=True, slots=True)
class Stands:
    """A list that is given, its version, and since when which of its stretches are."""

    held: HashList
    version: ListVersion
    row: ListGiven


@under_lock
def lists_given_to(actor: Actor) -> QuerySet[HashList]:
    """Answer the lists whose entries programs of the actor's authority may fetch: its own, and given ones."""
    lists = visible_to(actor, HashList).filter(kind=ListKind.KNOWN, withdrawn_at=None)
    return lists.filter(Q(is_given_out=True) | Q(owner=actor.authority))


@under_lock
def notice(actor: Actor, *, now: datetime) -> list[Stands]:
    """Write down what has changed for the actor's authority, and answer what stands; in a transaction."""
    Authority.objects.select_for_update().get(pk=actor.authority.pk)  # One question at a time.
    lists = {held.pk: held for held in lists_given_to(actor).select_related("owner")}
    versions = visible_to(actor, ListVersion).filter(
        hash_list__in=lists, superseded_at=None, withdrawn_at=None, completed_at__isnull=False
    )
    standing = {version.hash_list_id: version for version in versions.order_by("pk")}
    with as_the_node(WHY):
        mine = ListGiven.objects.filter(authority=actor.authority)
        rows = {row.hash_list_id: row for row in mine.select_related("hash_list")}
        for number, row in rows.items():
            if number not in standing and row.version_id is not None:
                _lose(row, now)
        ListRemoval.objects.filter(authority=actor.authority, at=None).update(at=now)
        return [
            Stands(lists[number], version, _given(rows.get(number), version, actor.authority, now))
            for number, version in standing.items()
        ]


@node_work(WHY)
def keep_removed(version: ListVersion, instead: ListVersion | None) -> None:
    """Keep what of a version is gone, for everybody who was given it or one before; call it before it goes.

    Whoever has not asked since one before may be told to drop what it never had, which drops nothing.

    Args:
        version: The version that goes.
        instead: The one that takes its place.
    """
    given = list(ListGiven.objects.filter(hash_list=version.hash_list_id).exclude(version=None))
    if not given:
        return
    after = _entries([] if instead is None else [instead.pk])[0]
    keys, are_video = _entries([version.pk])
    gone = ~np.isin(keys, after)
    for row in given:
        _forget(row, after)
        _keep(row, keys[gone], are_video[gone], at=None)


@node_work(WHY)
def keep_one_removed(held: HashList, key: int, *, is_video: bool) -> None:
    """Keep that one entry is gone, for everybody who was given the list."""
    keys, are_video = np.array([key], np.uint64), np.array([is_video])
    for row in ListGiven.objects.filter(hash_list=held).exclude(version=None):
        _keep(row, keys, are_video, at=None)


@node_work(WHY)
def keep_one_back(held: HashList, key: int) -> None:
    """Keep that one entry is on the list again."""
    for row in ListGiven.objects.filter(hash_list=held).exclude(version=None):
        _forget(row, np.array([key], np.uint64))


def _given(row: ListGiven | None, version: ListVersion, to: Authority, now: datetime) -> ListGiven:
    if row is None:
        return ListGiven.objects.create(
            hash_list_id=version.hash_list_id,
            authority=to,
            version=version,
            since=now,
            batches=version.batches,
        )
    if row.version_id is None:
        _forget(row, _entries([version.pk])[0])
        row.versions = []
    if row.version_id != version.pk:
        if row.version_id is not None:
            row.versions = _shortened([*row.versions, [row.version_id, int(row.since.timestamp())]])
        row.version, row.since, row.added = version, now, []
    elif version.batches > row.batches:
        row.added = _shortened([*row.added, [row.batches + 1, int(now.timestamp())]])
    else:
        return row
    row.batches = version.batches
    row.save()
    return row


def _shortened(marks: list[list[int]]) -> list[list[int]]:
    """Join the two oldest where there are too many: what came first is then given again."""
    if len(marks) <= MOST_MARKS:
        return marks
    (first, _), (_, at), *rest = marks
    return [[first, at], *rest]


def _lose(row: ListGiven, now: datetime) -> None:
    """Keep that an authority is to drop a whole list."""
    versions = ListVersion.objects.filter(hash_list=row.hash_list_id, superseded_at=None)
    keys, are_video = _entries(versions.exclude(completed_at=None).values_list("pk", flat=True))
    _keep(row, keys, are_video, at=now)
    row.version = None
    row.save(update_fields=["version"])


def _entries(versions: Collection[int] | QuerySet[ListVersion, int]) -> tuple[Keys, NDArray[np.bool_]]:
    """Answer the entries of these versions, and which of them are videos."""
    keys, kinds = [np.zeros(0, np.uint64)], [np.zeros(0, np.bool_)]
    chunks = ListChunk.objects.filter(version__in=versions).order_by("pk")
    for chunk in chunks.iterator(chunk_size=20):
        columns = unpack(chunk.columns)
        found = entry_keys(columns)
        keys.append(found[found != 0])
        kinds.append(are_videos(chunk)[found != 0])
    return np.concatenate(keys), np.concatenate(kinds)


def _keep(row: ListGiven, keys: Keys, are_video: NDArray[np.bool_], *, at: datetime | None) -> None:
    for start in range(0, len(keys), REMOVED_TOGETHER):
        part, kinds = keys[start : start + REMOVED_TOGETHER], are_video[start : start + REMOVED_TOGETHER]
        ListRemoval.objects.create(
            hash_list_id=row.hash_list_id,
            authority_id=row.authority_id,
            at=at,
            images=np.unique(part[~kinds]).tobytes(),
            videos=np.unique(part[kinds]).tobytes(),
        )


def _forget(row: ListGiven, back: Keys) -> None:
    """Take what stands again out of what the authority is told to drop."""
    removals = ListRemoval.objects.filter(hash_list=row.hash_list_id, authority=row.authority_id)
    for removal in removals:
        for field in ("images", "videos"):
            kept = np.frombuffer(getattr(removal, field), np.uint64)
            setattr(removal, field, kept[~np.isin(kept, back)].tobytes())
        removal.save(update_fields=["images", "videos"])
