"""The second half of a check: what was measured is compared with what is recorded, file by file."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cairn.linking import DigestEqual, DuplicatePolicy, decide, neighbours
from cairn.linking.clip import ClipLink
from cairn.linking.evidence import kind_of_link
from cairn.linking.judgement import Agreement, Outcome
from cairn.records.batches import parts
from cairn.records.jobs import CheckItem
from cairn.services.answering.matches import Match, spans_owned
from cairn.services.checking.content import picture_of
from cairn.services.checking.file_answers import answered, unreadable
from cairn.services.checking.knowledge import Known, Recollection, taken_together
from cairn.services.checking.parts_known import has_frames, with_video
from cairn.services.checking.stated import agreeing_media
from cairn.types import Pdq

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from cairn.index import Index
    from cairn.linking import Evidence, Neighbour, Suggested
    from cairn.linking.owned import Owners
    from cairn.records.jobs import Check
    from cairn.records.media import Media
    from cairn.services.answering.answer import FileAnswer
    from cairn.services.answering.facts import SeriesFacts
    from cairn.services.answering.matches import Listed, Said, VideoAnswer
    from cairn.services.checking.stated import Agreeing
    from cairn.services.hash_lists.meeting import ListRecollection
    from cairn.types import Picture


@dataclass(frozen=True, slots=True)
class _Near:
    """A recorded media near a file, that the asker may know of, and what is said of the two."""

    media: int
    evidence: Suggested
    said: Said | None

    @property
    def is_rejected(self) -> bool:
        """True where the asker's own authority has judged that they are not the same picture."""
        return self.said is not None and self.said.own is Outcome.REJECTED

    @property
    def is_disputed(self) -> bool:
        """True where authorities disagree."""
        return self.said is not None and self.said.agreement is Agreement.DISPUTED


@dataclass(slots=True)
class Assessor:
    """Answers the verdicts of one check.

    Attributes:
        index: The exact index.
        policy: Which PDQ distance counts as similar.
        recollection: What the asker may know.
        lists: What hash lists say, as far as the asker may know; ``None`` where no list is asked.
        series: Every series that was met, by id, once the answers have been taken.
        videos: By media what was seen of it as a video; filled between two askings.
        details: By media what a detailed comparison found beside the hashes; filled between two askings.
        heard: Media that were compared by their sound; as above.
    """

    index: Index
    policy: DuplicatePolicy
    recollection: Recollection
    lists: ListRecollection | None = None
    series: dict[int, SeriesFacts] = field(default_factory=dict)
    videos: Mapping[int, VideoAnswer] = field(default_factory=dict)
    details: Mapping[int, tuple[Neighbour, ...]] = field(default_factory=dict)
    heard: AbstractSet[int] = frozenset()
    _hidden: dict[int, tuple[AbstractSet[int], AbstractSet[int]]] = field(default_factory=dict)
    _first_address: dict[int, str] = field(default_factory=dict)
    _media: dict[str, int] = field(default_factory=dict)
    _numbers: dict[int, int] = field(default_factory=dict)

    @property
    def hidden_exact(self) -> Counter[int]:
        """By series of which the asker must not learn, how many files are byte for byte in it.

        It is for the audit and the series' owner alone.
        """
        return Counter(series for equal, _ in self._hidden.values() for series in equal)

    @property
    def hidden_similar(self) -> Counter[int]:
        """As above, how many more files are similar to media in it."""
        return Counter(series for _, similar in self._hidden.values() for series in similar)

    def answers(
        self, check: Check, *, met: Collection[bytes], only: Collection[int] | None = None
    ) -> Iterator[FileAnswer]:
        """Yield the answer of every item whose address digest was met in this walk, sorted by address.

        Args:
            check: The check, completely measured.
            met: The address digests.
            only: Only files with this content; ``None`` for all.
        """
        rows = (
            check.items.filter(is_done=True)
            .values_list("address", "pk", "address_digest", "media")
            .iterator(chunk_size=10_000)
        )
        ordered = [
            number
            for _, number, digest, media in sorted(rows, key=lambda row: row[:2])
            if bytes(digest) in met and (only is None or media in only)
        ]
        for numbers in parts(ordered):
            items = CheckItem.objects.select_related("media").in_bulk(numbers)
            yield from self._batch([items[number] for number in numbers])

    def media_of(self, addresses: Iterable[str]) -> set[int]:
        """Answer the media of files that were answered before, by their addresses; of unread ones none."""
        return {self._media[address] for address in addresses if address in self._media}

    def _batch(self, items: Sequence[CheckItem]) -> Iterator[FileAnswer]:
        pictures = {item.media.pk: picture_of(item.media) for item in items if item.media is not None}
        near = self._neighbours(pictures)
        for number in near.keys() | (self.details.keys() & pictures.keys()):
            near[number] = _by_hash_or_closely(near.get(number, ()), self.details.get(number, ()))
        # An empty file is the same everywhere: that somebody has recorded one says nothing of this one.
        whole = {item.media.pk: item.media for item in items if item.media and item.media.size_bytes}
        stated = self._stated(whole)
        wanted = whole.keys() | {number for row in near.values() for number, _ in row}
        wanted |= {each.media for row in stated.values() for each in row}
        known, hidden = self.known(sorted(wanted))
        said = self.recollection.said(list(near))
        listed = self._listed({item.media.pk: item.media for item in items if item.media}, pictures)
        for item in items:
            if item.media is None:
                yield unreadable(item)
            else:
                media = item.media
                agreeing = stated.get(media.pk, ())
                equal = [media.pk, *(each.media for each in agreeing)]
                self.count_hidden(equal, near.get(media.pk, ()), hidden, item=item.pk)
                self._media[item.address] = media.pk
                found = [
                    _Near(number, evidence, said.get((media.pk, number, kind_of_link(evidence))))
                    for number, evidence in near.get(media.pk, ())
                    if number in known
                ]
                answer = self._answer(item, media, pictures[media.pk], found, agreeing, known, listed)
                yield replace(answer, listed=listed.get(media.pk, ()))

    def _stated(self, media: Mapping[int, Media]) -> dict[int, tuple[Agreeing, ...]]:
        """Answer the recorded statements of digests that these contents have."""
        rows = agreeing_media([each.digests for each in media.values()], unread_only=True)
        return dict(zip(media, rows, strict=True))

    def _listed(
        self, media: Mapping[int, Media], pictures: Mapping[int, Picture]
    ) -> dict[int, tuple[Listed, ...]]:
        if self.lists is None:
            return {}
        hashes = [pictures[number].comparison for number in media]
        pdqs = [each if isinstance(each, Pdq) else None for each in hashes]
        return dict(zip(media, self.lists.of([each.digests for each in media.values()], pdqs), strict=True))

    def _neighbours(self, pictures: Mapping[int, Picture]) -> dict[int, tuple[Neighbour, ...]]:
        """Answer the neighbours of every comparable picture, the content itself left out."""
        comparable = {
            number: picture.comparison
            for number, picture in pictures.items()
            if isinstance(picture.comparison, Pdq)
        }
        rows = neighbours(self.index, list(comparable.values()), policy=self.policy)
        return {
            number: tuple(neighbour for neighbour in row if neighbour[0] != number)
            for number, row in zip(comparable, rows, strict=True)
        }

    def known(self, wanted: Sequence[int]) -> tuple[dict[int, Known], dict[int, Owners]]:
        """Answer what may be known of these media, and in which series they are of which nothing may be."""
        found: dict[int, Known] = {}
        hidden: dict[int, Owners] = {}
        for numbers in parts(wanted):
            found.update(self.recollection.of(numbers))
            hidden.update(self.recollection.hidden_series(numbers))
        return found, hidden

    def count_hidden(
        self,
        same: Sequence[int],
        near: Sequence[Neighbour],
        hidden: Mapping[int, Owners],
        *,
        item: int | None = None,
    ) -> None:
        """Count a file in the series of which the asker must not learn.

        Args:
            same: The media that are the same content.
            near: Those near it.
            hidden: The hidden series of each media, as ``known`` answers them.
            item: The file's number in the check, under which it counts once; ``None`` for a file by itself.
        """
        equal = {series for number in same if number in hidden for series in hidden[number].owned}
        similar = {
            series for number, why in near if number in hidden for series in hidden[number].met_by(why)
        }
        if equal or similar:
            key = -1 - len(self._hidden) if item is None else item
            self._hidden[key] = equal, similar - equal

    def _answer(
        self,
        item: CheckItem,
        media: Media,
        picture: Picture,
        near: Sequence[_Near],
        agreeing: Sequence[Agreeing],
        known: Mapping[int, Known],
        listed: Mapping[int, tuple[Listed, ...]],
    ) -> FileAnswer:
        same = [(media.pk, DigestEqual()), *((each.media, DigestEqual(each.by)) for each in agreeing)]
        left = [each for each in near if not each.is_rejected]
        video = self.videos.get(media.pk)
        verdict = decide(
            taken_together(
                (known[number] for number, _ in same if number in known), exactly(listed.get(media.pk, ()))
            ),
            has_neighbours=bool(left) or bool(nearly(listed.get(media.pk, ()))),
            is_comparable=isinstance(picture.comparison, Pdq) or media.pk in self.heard or has_frames(video),
        )
        matches = [self.match(number, why, known[number]) for number, why in same if number in known]
        matches.extend(self.match(each.media, each.evidence, known[each.media], each.said) for each in left)
        answer = answered(item, media, picture, verdict, matches, copy_of=self._copy_of(item, media))
        if media.pk in self.heard:
            answer = replace(answer, why_not=None)
        disputed = sum(each.is_rejected and each.is_disputed for each in near)
        answer = replace(answer, not_same=len(near) - len(left), disputed=disputed)
        return answer if video is None else with_video(answer, video)

    def match(self, number: int, evidence: Evidence, known: Known, said: Said | None = None) -> Match:
        """Answer a recorded media as a match, and remember its series."""
        met = known.series_met(evidence)
        self.series.update({facts.id: facts for facts in met})
        return Match(
            media=self._numbers.setdefault(number, len(self._numbers) + 1),
            evidence=evidence,
            holders=known.holders,
            series=tuple(facts.id for facts in met),
            categories=tuple(code for code, _ in known.categories),
            said=said,
            spans=spans_owned(met, known.owners),
        )

    def _copy_of(self, item: CheckItem, media: Media) -> str | None:
        first = self._first_address.setdefault(media.pk, item.address)
        return None if first == item.address else first


def exactly(listed: Sequence[Listed]) -> list[Listed]:
    """Answer what is said of exactly this content."""
    return [each for each in listed if isinstance(each.evidence, DigestEqual)]


def nearly(listed: Sequence[Listed]) -> list[Listed]:
    """Answer what is said of pictures near it; near something of no interest says nothing."""
    return [each for each in listed if not isinstance(each.evidence, DigestEqual) and not each.is_irrelevant]


def _by_hash_or_closely(by_hash: Sequence[Neighbour], closely: Sequence[Neighbour]) -> tuple[Neighbour, ...]:
    """Answer each media once: by its seconds where these agree, else by its hash, else by details."""
    in_time = {media for media, evidence in closely if isinstance(evidence, ClipLink)}
    kept = [(media, evidence) for media, evidence in by_hash if media not in in_time]
    met = {media for media, _ in kept}
    return (*kept, *(row for row in closely if row[0] not in met))
