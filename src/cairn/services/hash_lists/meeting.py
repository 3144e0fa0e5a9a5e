"""What hash lists say of files, for one asker: through the access door, and only versions that stand."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.intake.lists import Hash
from cairn.linking import (
    PHOTODNA_40000,
    DigestEqual,
    PdqNear,
    PhotoDnaNear,
    near_values,
    neighbours,
)
from cairn.records.access import visible_to
from cairn.records.batches import parts
from cairn.records.lists import HashList, ListChunk, ListKind, ListMeeting
from cairn.records.lock import node_work
from cairn.services.answering.contacts import contact_of
from cairn.services.answering.facts import ListFacts
from cairn.services.answering.matches import Listed
from cairn.services.checking.stated import KINDS, is_of_no_bytes
from cairn.services.hash_lists.entries import entry_key
from cairn.services.hash_lists.packing import ENTRY_BITS, Columns, unpack, unpack_said
from cairn.types import Orientation, StatedDigests

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from django.db.models import QuerySet
    from numpy.typing import NDArray

    from cairn.linking import DuplicatePolicy, Evidence
    from cairn.records.authorities import Authority
    from cairn.records.lists import ListVersion
    from cairn.records.users import Actor
    from cairn.services.hash_lists.indexing import OpenLists
    from cairn.types import Digests, Pdq

MOST_BYTES_HELD: Final = 256 * 1024 * 1024
"""Of chunks that were looked into: those of a list of ten million MD5 and more. Files of one seizure meet
entries all over a list, and to fetch a chunk for each takes a millisecond."""
_ROW_MASK: Final = (1 << ENTRY_BITS) - 1

Entries = dict[int, "Evidence"]
"""Numbers of entries, and why each is met."""


@dataclass(frozen=True, slots=True)
class _Held:
    """A chunk that was looked into."""

    version: ListVersion
    columns: Columns
    said: bytes
    size: int


@dataclass(slots=True)
class ListRecollection:
    """Answers what lists say, and remembers which were met.

    Attributes:
        lists: The indexes.
        asker: Who asks.
        policy: Which PDQ distance counts as similar.
        chunks: The contents of the lists that may be met; ``None`` for those that the asker may see.
        facts: Every list that was met, by its number in the records.
    """

    lists: OpenLists
    asker: Actor
    policy: DuplicatePolicy
    chunks: QuerySet[ListChunk] | None = None
    facts: dict[int, ListFacts] = field(default_factory=dict)
    _held: OrderedDict[int, _Held | None] = field(default_factory=OrderedDict)

    def of(
        self, wanted: Sequence[Digests | StatedDigests], pictures: Sequence[Pdq | None] = ()
    ) -> list[tuple[Listed, ...]]:
        """Answer for each content what lists say of it, equal digests first, each list once.

        Args:
            wanted: The digests of each.
            pictures: The PDQ hash of each, where it has one; empty where none was measured.
        """
        equal = self._by_digest(wanted)
        near = self._near(pictures) if pictures else [{} for _ in wanted]
        return self._told(wanted, [{**nearby, **same} for same, nearby in zip(equal, near, strict=True)])

    def of_hashes(self, kind: Hash, rows: NDArray[np.uint8]) -> Mapping[int, tuple[Listed, ...]]:
        """Answer by position what lists say of hashes of one kind, where they say anything.

        Args:
            kind: A digest, PDQ or PhotoDNA: the last two are compared as they lie, since of turns nothing is
                known.
            rows: The hashes, ``(n, length) uint8``.
        """
        entries: defaultdict[int, Entries] = defaultdict(dict)
        for position, number, why in self._entries(kind, rows):
            entries[position][number] = why
        stated = {position: _stated(kind, rows[position]) for position in entries}
        met = {position: each for position, each in stated.items() if not is_of_no_bytes(each)}
        told = self._told(list(met.values()), [entries[position] for position in met])
        return {position: row for position, row in zip(met, told, strict=True) if row}

    def _entries(self, kind: Hash, rows: NDArray[np.uint8]) -> Iterator[tuple[int, int, Evidence]]:
        if kind is Hash.PDQ:
            near = self.lists.pdq.search(rows, radius=self.policy.radius_bits)
            columns = near.query.tolist(), near.id.tolist(), near.distance.tolist()
            for position, number, distance in zip(*columns, strict=True):
                yield position, number, PdqNear(distance, Orientation.ORIGINAL)
        elif kind is Hash.PHOTODNA:
            yield from near_values(self.lists.photodna, rows, policy=PHOTODNA_40000)
        else:
            equal = self.lists.digests[kind].look_up(rows)
            for position, number in zip(equal.query.tolist(), equal.id.tolist(), strict=True):
                yield position, number, DigestEqual()

    def _told(
        self, wanted: Sequence[Digests | StatedDigests], entries: Sequence[Entries]
    ) -> list[tuple[Listed, ...]]:
        self._hold({number >> ENTRY_BITS for row in entries for number in row})
        listed = [self._listed(digests, row) for digests, row in zip(wanted, entries, strict=True)]
        self._let_go()
        return listed

    def _by_digest(self, wanted: Sequence[Digests | StatedDigests]) -> list[Entries]:
        found: list[Entries] = [{} for _ in wanted]
        for kind, index in self.lists.digests.items():
            asked = [
                (position, digest)
                for position, each in enumerate(wanted)
                if (digest := getattr(each, kind)) is not None and not is_of_no_bytes(each)
            ]
            if not asked:
                continue
            joined = np.frombuffer(b"".join(digest for _, digest in asked), np.uint8)
            matches = index.look_up(joined.reshape(len(asked), kind.length_bytes))
            for query, number in zip(matches.query.tolist(), matches.id.tolist(), strict=True):
                found[asked[query][0]][number] = DigestEqual()
        return found

    def _near(self, pictures: Sequence[Pdq | None]) -> list[Entries]:
        comparable = [picture for picture in pictures if picture is not None]
        rows = iter(neighbours(self.lists.pdq, comparable, policy=self.policy))
        return [dict(next(rows)) if picture is not None else {} for picture in pictures]

    def _hold(self, wanted: set[int]) -> None:
        """Fetch the chunks that are not at hand; one that the asker may not see, or that is gone, is none."""
        missing = sorted(wanted - self._held.keys())
        if not missing:  # As in most batches: then there is no question to put together.
            return self._touch(wanted)
        chunks = visible_to(self.asker, ListChunk) if self.chunks is None else self.chunks
        seen = chunks.filter(
            version__superseded_at=None,
            version__withdrawn_at=None,
            version__hash_list__withdrawn_at=None,
            version__completed_at__isnull=False,
        )
        for part in parts(missing):
            rows = seen.filter(pk__in=part).select_related("version__hash_list__owner")
            found = {row.pk: _looked_into(row) for row in rows}
            self._held.update({number: found.get(number) for number in part})
        return self._touch(wanted)

    def _touch(self, wanted: set[int]) -> None:
        for number in wanted:
            self._held.move_to_end(number)

    def _let_go(self) -> None:
        size = sum(each.size for each in self._held.values() if each is not None)
        while size > MOST_BYTES_HELD:
            _, oldest = self._held.popitem(last=False)
            size -= 0 if oldest is None else oldest.size

    def _listed(self, digests: Digests | StatedDigests, entries: Entries) -> tuple[Listed, ...]:
        best: dict[int, tuple[int, Evidence]] = {}
        for number, why in sorted(entries.items(), key=_strongest_first):
            held = self._held.get(number >> ENTRY_BITS)
            if held is None:
                continue
            row = number & _ROW_MASK
            if not isinstance(why, DigestEqual) and (
                held.version.hash_list.kind == ListKind.IRRELEVANT
                or held.columns.of(_near_kind(why), row) is None  # Taken off a list that is kept by hand.
            ):
                continue  # That a picture lies near one of no interest says nothing of it.
            if isinstance(why, DigestEqual):
                compared = _agreed(held.columns, row, digests)
                if compared is None:
                    continue
                best.setdefault(held.version.hash_list_id, (number, DigestEqual(compared)))
            else:
                best.setdefault(held.version.hash_list_id, (number, why))
        return tuple(self._entry(number, why) for number, why in best.values())

    def _entry(self, number: int, why: Evidence) -> Listed:
        held = self._held[number >> ENTRY_BITS]
        assert held is not None  # noqa: S101 - it was found in it a moment ago
        facts = self._facts_of(held.version)
        row = number & _ROW_MASK
        said = unpack_said(held.said, [row])[row]
        return Listed(
            list=facts.id,
            is_irrelevant=facts.is_irrelevant,
            evidence=why,
            category=_text(said.get("category")),
            series=_text(said.get("series")),
            reference=_text(said.get("reference")),
            source=_text(said.get("source")),
            victim_identified=said.get("victim_identified") is True,
            entry=entry_key(held.columns, row),
        )

    def _facts_of(self, version: ListVersion) -> ListFacts:
        held = version.hash_list
        if held.pk not in self.facts:
            self.facts[held.pk] = facts_of(held, version, number=len(self.facts) + 1)
        return self.facts[held.pk]


def _stated(kind: Hash, row: NDArray[np.uint8]) -> StatedDigests:
    return (
        StatedDigests() if kind in {Hash.PDQ, Hash.PHOTODNA} else StatedDigests(**{kind.value: row.tobytes()})
    )


def _looked_into(chunk: ListChunk) -> _Held:
    size = len(chunk.columns) + len(chunk.said)
    return _Held(chunk.version, unpack(chunk.columns), bytes(chunk.said), size)


def facts_of(held: HashList, version: ListVersion, *, number: int) -> ListFacts:
    """Answer what is told of a list beside its entries."""
    return ListFacts(
        id=number,
        name=held.name,
        is_irrelevant=held.kind == ListKind.IRRELEVANT,
        owner=contact_of(held.owner),
        source=version.source,
        version=version.label,
        imported_on=version.began_at.date(),
        handling_code=held.handling_code,
        handling_words=held.handling_words,
        tlp=held.tlp,
    )


@node_work("who was told of a list has to be told once it is withdrawn")
def remember_meetings(lists: Collection[int], *, of: Authority) -> None:
    """Write down that an authority was told of these lists; in the transaction that answers the check."""
    for number in sorted(lists):
        ListMeeting.objects.update_or_create(hash_list_id=number, authority=of)


def _agreed(columns: Columns, row: int, digests: Digests | StatedDigests) -> tuple[str, ...] | None:
    """Answer which digests are equal where both have them; ``None`` where one of them differs."""
    compared = []
    for kind in KINDS:
        wanted, there = getattr(digests, kind), columns.of(Hash(kind), row)
        if wanted is None or there is None:
            continue
        if wanted != there:
            return None
        compared.append(kind)
    return tuple(compared) or None


def _near_kind(why: Evidence) -> Hash:
    return Hash.PHOTODNA if isinstance(why, PhotoDnaNear) else Hash.PDQ


def _strongest_first(row: tuple[int, Evidence]) -> tuple[int, int, int]:
    number, why = row
    if isinstance(why, PhotoDnaNear):
        return 2, why.sum_of_squares, number
    return (1, why.distance_bits, number) if isinstance(why, PdqNear) else (0, 0, number)


def _text(value: object) -> str:
    return "" if value is None else str(value)
