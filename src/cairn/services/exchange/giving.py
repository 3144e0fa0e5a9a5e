"""A page of what has changed in the lists that are given to an authority: tombstones first, then entries.

A place in it is made of names that tell nothing, and holds however late it is used: what was replaced in the
meantime comes with a later window, and what is gone is passed over. So no page goes stale.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from django.db import transaction

from cairn.exchange.sharing import Member, Said, Shape, Shared, Tombstone, hash_text
from cairn.intake.lists import Hash
from cairn.intake.lists import Said as ListSaid
from cairn.records import audit
from cairn.records.access import Act, require, visible_to
from cairn.records.authorities import Authority
from cairn.records.connection import database_errors_in_words
from cairn.records.giving import ListFeedback, ListGiven, ListRemoval
from cairn.records.lists import ListChunk
from cairn.records.lock import as_the_node, under_lock
from cairn.services.exchange.ages import Ages
from cairn.services.hash_lists.entries import entry_keys, entry_names, is_video
from cairn.services.hash_lists.noticing import WHY, notice
from cairn.services.hash_lists.packing import unpack, unpack_said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.records.lists import HashList
    from cairn.records.users import Actor
    from cairn.services.hash_lists.noticing import Stands

PAGE_ENTRIES: Final = 1_000
"""As the services of others have it."""
CLOCKS_DIFFER: Final = timedelta(minutes=10)
"""How far before the beginning of its window a program is given more: its clock and this one may differ.

What a question notices is in its own window if that ends less than half as long ago.
"""
KINDS: Final = {
    Hash.MD5: "md5",
    Hash.SHA1: "sha1",
    Hash.SHA256: "sha256",
    Hash.PHOTODNA: "pdna",
    Hash.PDQ: "pdq",
}
"""What the format calls each kind of hash."""
_NOT_OWN = {ListSaid.CATEGORY, ListSaid.MEDIA_TYPE, ListSaid.IS_WITHDRAWN}
_FIRST = "0" * 16


@dataclass(frozen=True, slots=True)
class Window:
    """From when and until when changes are asked for, both included."""

    since: datetime | None
    until: datetime


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a page begins: among tombstones those that are passed over, else the list and its stretch.

    Attributes:
        removed: Tombstones that were given; -1 once all are.
        tag: By which the list is called here.
        stretch: The number of the list's stretch.
        row: The entry in it.
    """

    removed: int = 0
    tag: str = _FIRST
    stretch: int = 0
    row: int = 0


@dataclass(frozen=True, slots=True)
class GivenPage:
    """What is given at once, and where the next page begins; ``None`` on the last."""

    found: tuple[Shared | Tombstone, ...]
    next: Place | None


@under_lock
def give_page(window: Window, place: Place, *, actor: Actor, now: datetime) -> GivenPage:
    """Answer one page; it is audited, with the lists that it is from.

    Args:
        window: What is asked for.
        place: Where to begin.
        actor: Who asks.
        now: The time of the question.

    Raises:
        AccessError: The actor may not read lists.
    """
    now = now.replace(microsecond=0)
    until = min(window.until, now)
    since = datetime.min.replace(tzinfo=UTC) if window.since is None else window.since - CLOCKS_DIFFER
    with database_errors_in_words(), transaction.atomic():
        require(actor, Act.LIST_READ)
        is_recent = now - until <= CLOCKS_DIFFER / 2
        standing = notice(actor, now=until if is_recent else now)
        found: list[Shared | Tombstone] = []
        touched: set[int] = set()
        rest: Place | None = place
        if place.removed >= 0:
            rest = _tombstones(place, since, until, actor, found, touched)
        if rest is not None and rest.removed < 0:
            rest = _entries(rest, since, until, _sorted(standing), actor, found, touched)
        gone = sum(isinstance(each, Tombstone) for each in found)
        audit.append(
            audit.AuditTag.LIST_GIVEN,
            actor=actor,
            record_ids=sorted(touched),
            counts={"entries": len(found) - gone, "tombstones": gone},
        )
    return GivenPage(tuple(found), rest)


@under_lock
def members(*, actor: Actor) -> tuple[Member, tuple[Member, ...]]:
    """Answer the actor's authority, and whose lists its programs were given; by their numbers.

    Raises:
        AccessError: The actor may not read lists.
    """
    with database_errors_in_words():
        require(actor, Act.LIST_READ)
        with as_the_node(WHY):
            rows = ListGiven.objects.filter(authority=actor.authority).exclude(version=None)
            owners = set(rows.values_list("hash_list__owner", flat=True)) | {actor.authority.pk}
        found = Authority.objects.filter(pk__in=owners).order_by("pk")
    return member_of(actor.authority), tuple(map(member_of, found))


def member_of(authority: Authority) -> Member:
    """Answer an authority as a member."""
    return Member(authority.pk, authority.code)


def _sorted(standing: Sequence[Stands]) -> list[tuple[str, Stands]]:
    return sorted(((_tag(each.held), each) for each in standing), key=lambda row: row[0])


def _tag(held: HashList) -> str:
    return entry_names(held, [0])[0][:16]


def _tombstones(
    place: Place,
    since: datetime,
    until: datetime,
    actor: Actor,
    found: list[Shared | Tombstone],
    touched: set[int],
) -> Place:
    """Add tombstones from a place on, and answer where it goes on."""
    passed = 0
    with as_the_node(WHY):
        rows = ListRemoval.objects.filter(authority=actor.authority, at__gte=since, at__lte=until)
        for row in rows.order_by("at", "pk").select_related("hash_list__owner").iterator(chunk_size=20):
            for shape, packed in ((Shape.IMAGE, row.images), (Shape.VIDEO, row.videos)):
                keys = np.frombuffer(packed, np.uint64)
                skip = min(max(place.removed - passed, 0), len(keys))
                part = keys[skip : skip + PAGE_ENTRIES - len(found)]
                if len(part):
                    assert row.at is not None  # noqa: S101 - it was asked for
                    member = member_of(row.hash_list.owner)
                    names = entry_names(row.hash_list, part.tolist())
                    found += [Tombstone(shape, member, name, row.at) for name in names]
                    touched.add(row.hash_list_id)
                passed += skip + len(part)
                if len(found) >= PAGE_ENTRIES:
                    return Place(passed)
    return Place(-1)


def _entries(
    place: Place,
    since: datetime,
    until: datetime,
    standing: Sequence[tuple[str, Stands]],
    actor: Actor,
    found: list[Shared | Tombstone],
    touched: set[int],
) -> Place | None:
    """Add entries from a place on, and answer where it goes on, if it does."""
    for tag, each in standing:
        if tag < place.tag:
            continue
        is_there = tag == place.tag
        chunks = visible_to(actor, ListChunk).filter(version=each.version).order_by("number")
        chunks = chunks.filter(number__gte=place.stretch) if is_there else chunks
        for chunk in chunks.iterator(chunk_size=5):
            ages = Ages.of(each, chunk)
            if not ages.any_within(since, until):
                continue
            first = place.row if is_there and chunk.number == place.stretch else 0
            columns = unpack(chunk.columns)
            wanted = (entry_keys(columns) != 0) & ages.within(since, until)
            rows = np.flatnonzero(wanted[first:]) + first
            room = PAGE_ENTRIES - len(found)
            found += _shared(each, chunk, rows[:room].tolist(), ages, actor)
            if len(rows):
                touched.add(each.held.pk)
            if len(rows) > room:
                return Place(-1, tag, chunk.number, int(rows[room]))
    return None


def _shared(
    each: Stands, chunk: ListChunk, rows: Sequence[int], ages: Ages, actor: Actor
) -> Iterator[Shared]:
    columns = unpack(chunk.columns)
    keys = entry_keys(columns)
    names = entry_names(each.held, [int(keys[row]) for row in rows])
    said = unpack_said(chunk.said, rows)
    feedback = _feedback(each.held, names, actor)
    member = member_of(each.held.owner)
    for row, name in zip(rows, names, strict=True):
        hashes = {KINDS[kind]: columns.of(kind, row) for kind in KINDS}
        yield Shared(
            shape=Shape.VIDEO if is_video(said[row]) else Shape.IMAGE,
            member=member,
            name=name,
            at=ages.of_row(row),
            hashes={kind: hash_text(kind, value) for kind, value in hashes.items() if value is not None},
            classification=str(said[row].get(ListSaid.CATEGORY, "")),
            own=_own(each, said[row]),
            feedback=feedback.get(name, ()),
        )


def _own(each: Stands, said: dict[str, Any]) -> dict[str, str]:
    """Answer what the format has no place for: where the entry is from, and what may be done with it."""
    held = each.held
    found = {"list": held.name, "maker": each.version.source, "tlp": held.tlp}
    found |= {"handling_code": held.handling_code, "handling_words": held.handling_words}
    found |= {str(name): _word(value) for name, value in said.items() if name not in _NOT_OWN}
    return {name: value for name, value in found.items() if value}


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _feedback(held: HashList, names: Sequence[str], actor: Actor) -> dict[str, list[Said]]:
    rows = visible_to(actor, ListFeedback).filter(hash_list=held, entry__in=names)
    found: defaultdict[str, list[Said]] = defaultdict(list)
    for row in rows.select_related("authority").order_by("pk"):
        found[row.entry].append(Said(row.kind, member_of(row.authority), row.at, tuple(row.reasons)))
    return found
