"""Suggested links: near pictures among what is recorded, written down once for people to judge.

A recorded media waits in a table until it has been asked about, so a crash between recording and linking is
mended by the next one who asks. Links are written for all authorities alike, whatever they may see; who may
see a link is decided at the door, when somebody asks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.linking import neighbours
from cairn.linking.evidence import kind_of_link, stored, undo
from cairn.records import audit
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.links import Link, PendingSuggestion
from cairn.records.lock import node_work
from cairn.records.media import Media
from cairn.records.sightings import Sighting
from cairn.records.veil import Veil
from cairn.services.checking.content import picture_of
from cairn.services.features.keeping import await_details_again
from cairn.services.node.indexing import await_links, current_index
from cairn.types import PDQ_BITS, Pdq

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cairn.index import Index
    from cairn.linking import DuplicatePolicy, FrameNear, NearByHash, PdqNear
    from cairn.records.jobs import Check
    from cairn.services.node.opening import Node

BATCH_MEDIA = 5_000
"""Media a question and a transaction. So many questions at once are worth sorting the index's newest entries
for; a few hundred are compared with each of them, which takes ten times as long."""

Group = tuple[int, bool]
"""Who has recorded a media, by number, and whether it is veiled."""

ENQUEUED_MEDIA = 10_000
"""Media that are set waiting at once where all are asked about again."""

MOST_SUGGESTIONS = 20
"""Links that one media is given when it is asked about: the nearest of each authority that recorded any,
counted apart for what lies in a series that not everybody sees. A picture that thousands lie near to would
have a link to each, and nobody could judge them; a check names all of them all the same. Counted together,
what nobody may see would push out what everybody may."""


@node_work("links are suggested between media of everybody")
def suggest(
    node: Node,
    *,
    policy: DuplicatePolicy,
    check: Check | None = None,
    watch: Callable[[int], object] = lambda _: None,
) -> int:
    """Write the links of media that wait for them, and answer how many media that were.

    Killed at any point it can be called again. What a policy has suggested before is not written twice, and
    no judgement is touched.

    Args:
        node: The open node.
        policy: Which distance counts as a link; its name stands in the link.
        check: Only media that this check met; ``None`` for all that wait.
        watch: Is told how many media are done.
    """
    done = 0
    with database_errors_in_words(), current_index(node) as index:
        for batch in _waiting(check):
            links = _links(index, batch, policy)
            with transaction.atomic():
                Link.objects.bulk_create(links, ignore_conflicts=True)
                _no_longer_wait(batch)
            done += len(batch)
            watch(done)
    return done


@node_work("links are suggested between media of everybody")
def suggest_again(node: Node) -> int:
    """Let all recorded pictures wait for their links anew, those by details too.

    Answers how many now wait for ``suggest``.
    """
    last = 0
    with database_errors_in_words():
        recorded = Media.objects.filter(pdq__isnull=False, pk__in=Sighting.objects.values("media"))
        numbers = recorded.order_by("pk").values_list("pk", flat=True)
        while batch := list(numbers.filter(pk__gt=last)[:ENQUEUED_MEDIA]):
            with transaction.atomic():
                await_links(batch)
            last = batch[-1]
        await_details_again()
        with transaction.atomic():
            waiting = PendingSuggestion.objects.count()
            audit.append(audit.AuditTag.LINKS_SUGGESTED_AGAIN, actor=node.operator, counts={"media": waiting})
        return waiting


def _waiting(check: Check | None) -> Iterator[Sequence[Media]]:
    """Yield the media that wait, in batches by their numbers."""
    rows = Media.objects.filter(pk__in=PendingSuggestion.objects.values("media")).order_by("pk")
    if check is not None:
        rows = rows.filter(pk__in=check.items.values("media"))
    last = 0
    while batch := list(rows.filter(pk__gt=last)[:BATCH_MEDIA]):
        yield batch
        last = batch[-1].pk


def _links(index: Index, batch: Sequence[Media], policy: DuplicatePolicy) -> list[Link]:
    """Answer the links between these media and their nearest neighbours, each pair once, in order."""
    found: dict[tuple[int, int], PdqNear | FrameNear] = {}
    for number, row in _nearest(index, batch, policy).items():
        for other, near in row:
            # The evidence tells how the recorded one was turned to become the one that was asked about. A
            # link tells it of the lower number, whichever of the two was asked about.
            turned = near.orientation if other < number else undo(near.orientation)
            pair = (min(number, other), max(number, other))
            found.setdefault(pair, replace(near, orientation=turned))
    there = _still_there({number for pair in found for number in pair})
    return [
        Link(
            first_id=first,
            second_id=second,
            kind=kind_of_link(near),
            method=policy.name,
            score=1 - near.distance_bits / PDQ_BITS,
            evidence=stored(near),
        )
        for (first, second), near in sorted(found.items(), key=lambda pair: pair[0])
        if first in there and second in there
    ]


def _nearest(index: Index, batch: Sequence[Media], policy: DuplicatePolicy) -> Mapping[int, list[NearByHash]]:
    """Answer the nearest neighbours of every comparable picture, without the picture itself."""
    pictures = {media.pk: picture_of(media).comparison for media in batch}
    comparable = {number: pdq for number, pdq in pictures.items() if isinstance(pdq, Pdq)}
    rows = neighbours(index, list(comparable.values()), policy=policy)
    near = {
        number: [neighbour for neighbour in row if neighbour[0] != number]
        for number, row in zip(comparable, rows, strict=True)
    }
    crowded = {other for row in near.values() if len(row) > MOST_SUGGESTIONS for other, _ in row}
    groups = _groups(sorted(crowded))
    return {number: _cut(row, groups) for number, row in near.items()}


def _cut(row: list[NearByHash], groups: Mapping[int, set[Group]]) -> list[NearByHash]:
    """Answer the neighbours that are among the nearest of any group that they belong to."""
    if len(row) <= MOST_SUGGESTIONS:
        return row
    taken: Counter[Group] = Counter()
    kept = []
    for neighbour in row:
        mine = groups.get(neighbour[0], set())
        if any(taken[group] < MOST_SUGGESTIONS for group in mine):
            kept.append(neighbour)
        taken.update(mine)
    return kept


def _groups(media: Sequence[int]) -> Mapping[int, set[Group]]:
    """Answer who has recorded each of these media, and whether not everybody sees a series of it."""
    found: defaultdict[int, set[Group]] = defaultdict(set)
    for part in parts(media):
        veiled = set(Veil.objects.filter(media__in=part).values_list("media", flat=True))
        held = Sighting.objects.filter(media__in=part, withdrawn_at=None)
        for number, authority in held.values_list("media", "authority").distinct():
            found[number].add((authority, number in veiled))
    return found


def _still_there(numbers: set[int]) -> set[int]:
    """Answer which of these media the records hold: an index may name what was deleted since."""
    return {
        number
        for part in parts(sorted(numbers))
        for number in Media.objects.filter(pk__in=part).values_list("pk", flat=True)
    }


def _no_longer_wait(batch: Sequence[Media]) -> None:
    for part in parts([media.pk for media in batch]):
        PendingSuggestion.objects.filter(pk__in=part).delete()
