"""What a hotline's or a company's system account is told: match or no match, by a stated policy, and no more.

A match is what the account's own authority has recorded, and what a police authority has categorised as
illegal everywhere (``exchange:baseline``), or in the reporter's own country (``exchange:national``), and that
lies in no veiled series; and what a known list has that its owner gives to reporters of the account's kind,
or that is the authority's own. The radius is the policy's. Nothing is told of what matched, how near it
is, whose it is, or how much there is; how much may be asked is limited by the key.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from cairn.linking import PDQ_31, DigestEqual
from cairn.records.access import Act, matched_chunks, require
from cairn.records.authorities import AuthorityKind
from cairn.records.batches import parts
from cairn.records.categories import Categorisation
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import as_the_node, node_work, under_lock
from cairn.records.series import SeriesMedia
from cairn.records.sightings import Sighting
from cairn.records.veil import Veil
from cairn.services.alerting.meeting import Meeting, Met
from cairn.services.checking.even_time import evenly
from cairn.services.hash_lists.indexing import current_lists
from cairn.services.hash_lists.meeting import ListRecollection
from cairn.services.looking_up.answer import Told
from cairn.services.looking_up.hashes import HashKind
from cairn.services.looking_up.meeting_lists import entries, entries_of_file
from cairn.services.looking_up.meeting_media import contacts, contacts_of_file
from cairn.services.looking_up.occasion import step_s, write_down
from cairn.services.node.indexing import current_index

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from cairn.records.users import Actor
    from cairn.services.looking_up.hashes import Hashes
    from cairn.services.looking_up.meeting_lists import Entries
    from cairn.services.looking_up.meeting_media import Contact
    from cairn.services.node.opening import Node
    from cairn.types import Fingerprints

REPORTER_POLICY = "reporter-match/2"
"""The rules above, by name; another set of rules gets another name."""
SCHEME = "exchange"
"""Whose codes the policy reads: those that hotlines and police exchange."""
_POLICE = (AuthorityKind.UNIT, AuthorityKind.HUB)


@under_lock
def match(node: Node, hashes: Hashes, *, actor: Actor) -> Told:
    """Answer which hashes match; it is audited, and the owners of every series that was met are told.

    Raises:
        AccessError: The actor may not check.
    """
    find = partial(contacts, hashes, policy=PDQ_31), partial(entries, hashes)
    return _told(node, *find, kinds=hashes.of, number=len(hashes), actor=actor)


@under_lock
def match_file(node: Node, file: Fingerprints, *, actor: Actor) -> Told:
    """Answer whether a file that was measured matches, as ``match`` does, at position 0 of its SHA-256.

    Raises:
        AccessError: The actor may not check.
    """
    find = partial(contacts_of_file, file, policy=PDQ_31), partial(entries_of_file, file)
    return _told(node, *find, kinds=(HashKind.SHA256,), number=1, actor=actor)


def _told(
    node: Node,
    find: Callable[..., Sequence[Contact]],
    find_listed: Callable[[ListRecollection], Entries],
    *,
    kinds: Iterable[HashKind],
    number: int,
    actor: Actor,
) -> Told:
    require(actor, Act.CHECK_RUN)
    with (
        database_errors_in_words(),
        current_index(node) as index,
        current_lists(node) as lists,
        evenly(step_s(number)),
    ):
        met = find(index=index)
        media = sorted({contact.media for contact in met})
        told = _may_be_told(media, actor)
        places: defaultdict[HashKind, set[int]] = defaultdict(set)
        for contact in met:
            if contact.media in told:
                places[contact.kind].add(contact.position)
        with as_the_node("a reporter is told match or no match, and owners of lists say to whom"):
            listing = ListRecollection(lists, actor, PDQ_31, matched_chunks(actor))
            for kind, position in find_listed(listing):
                places[kind].add(position)
        counts = {"hashes": number, "matches": sum(map(len, places.values()))}
        with transaction.atomic():
            write_down(Met({}, _series(met, media)), counts=counts, actor=actor, case=None)
    matches = {kind: tuple(sorted(places[kind])) for kind in kinds}
    return Told(number, matches, REPORTER_POLICY)


@node_work("a reporter is told match or no match, and the policy says of what")
def _may_be_told(media: Sequence[int], actor: Actor) -> set[int]:
    found: set[int] = set()
    for part in parts(media):
        own = Sighting.objects.filter(media__in=part, authority=actor.authority, withdrawn_at=None)
        national = Q(category__code="national", authority__country=actor.authority.country)
        said = Categorisation.objects.filter(
            Q(category__code="baseline") | national,
            category__scheme__code=SCHEME,
            media__in=part,
            withdrawn_at=None,
            authority__kind__in=_POLICE,
        )
        veiled = set(Veil.objects.filter(media__in=part).values_list("media", flat=True))
        found |= set(said.values_list("media", flat=True)) - veiled
        found |= set(own.values_list("media", flat=True))
    return found


@node_work("owners learn who met their series")
def _series(met: Collection[Contact], media: Sequence[int]) -> dict[int, Meeting]:
    """Answer every series that was met, for the audit and those who hold it; the reporter sees none."""
    lies: defaultdict[int, set[int]] = defaultdict(set)
    for part in parts(media):
        for number, series in SeriesMedia.objects.filter(media__in=part).values_list("media", "series"):
            lies[number].add(series)
    exact: Counter[int] = Counter()
    similar: Counter[int] = Counter()
    for _, _, series, is_near in {
        (contact.kind, contact.position, each, not isinstance(contact.evidence, DigestEqual))
        for contact in met
        for each in lies.get(contact.media, ())
    }:
        (similar if is_near else exact)[series] += 1
    return {each: Meeting(exact[each], similar[each]) for each in exact.keys() | similar.keys()}
