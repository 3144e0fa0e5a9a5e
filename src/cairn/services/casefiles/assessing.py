"""What is known of the digests that case files state, record by record."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from cairn.errors import NotComparable, Reason
from cairn.intake.lists import Hash
from cairn.linking import DigestEqual, PdqNear, decide
from cairn.services.answering.answer import FileAnswer
from cairn.services.checking.assessing import exactly, nearly
from cairn.services.checking.knowledge import taken_together
from cairn.services.checking.stated import NOT_AT_HAND, agreeing_media, is_of_no_bytes
from cairn.types import Orientation, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from cairn.linking import Neighbour
    from cairn.services.answering.matches import Listed
    from cairn.services.casefiles.reading import Record
    from cairn.services.checking.assessing import Assessor
    from cairn.services.checking.knowledge import Known
    from cairn.services.checking.stated import Agreeing
    from cairn.types import StatedDigests

UNCOMPARED = NotComparable(Reason.NOT_AT_HAND, NOT_AT_HAND)
ON_LISTS_ALONE = NotComparable(
    Reason.NOT_AT_HAND,
    "Only its digests and PhotoDNA value are at hand, so near copies were looked for on hash lists alone.",
)
EMPTY = NotComparable(Reason.EMPTY, "The file has no bytes.")


@dataclass(frozen=True, slots=True)
class Assessed:
    """A record's answer, and the recorded media that it met and that the asker may know of."""

    answer: FileAnswer
    met: tuple[int, ...]


@dataclass(slots=True)
class StatedAssessor:
    """Answers the verdicts of the records of one check.

    Attributes:
        assessor: Knows what the asker may know, and counts the series met.
    """

    assessor: Assessor
    _first_address: dict[StatedDigests, str] = field(default_factory=dict)

    def answers(self, records: Sequence[Record]) -> list[Assessed]:
        """Answer these records, which are few enough for one question to the records."""
        stated = [each.digests for each in records if each.digests and not is_of_no_bytes(each.digests)]
        rows = dict(zip(stated, agreeing_media(stated), strict=True))
        near = self._near(records)
        wanted = {each.media for row in rows.values() for each in row}
        known, hidden = self.assessor.known(
            sorted(wanted | {each for row in near.values() for each, _ in row})
        )
        listed = self._listed(records, stated)
        found = []
        for position, record in enumerate(records):
            if record.digests is None:
                found.append(Assessed(_unreadable(record), ()))
                continue
            agreeing = rows.get(record.digests, ())
            equal = {each.media for each in agreeing}
            nearby = [row for row in near.get(position, ()) if row[0] not in equal]
            self.assessor.count_hidden(sorted(equal), nearby, hidden)
            found.append(self._answer(record, record.digests, agreeing, nearby, known, listed[position]))
        return found

    def _near(self, records: Sequence[Record]) -> dict[int, list[Neighbour]]:
        """Answer by position what lies near a stated PDQ hash, which is compared without its turns."""
        asked = _stating(records, Hash.PDQ)
        found: defaultdict[int, list[Neighbour]] = defaultdict(list)
        if asked:
            matches = self.assessor.index.search(
                _rows(records, asked, Hash.PDQ), radius=self.assessor.policy.radius_bits
            )
            columns = matches.query.tolist(), matches.id.tolist(), matches.distance.tolist()
            for number, media, distance in zip(*columns, strict=True):
                found[asked[number]].append((media, PdqNear(distance, Orientation.ORIGINAL)))
        return found

    def _listed(self, records: Sequence[Record], stated: Sequence[StatedDigests]) -> list[tuple[Listed, ...]]:
        """Answer what lists say of each record: of its digests first, then near its picture."""
        lists = self.assessor.lists
        if lists is None:
            return [() for _ in records]
        same = dict(zip(stated, lists.of(stated), strict=True))
        near: defaultdict[int, list[Listed]] = defaultdict(list)
        for kind in (Hash.PDQ, Hash.PHOTODNA):
            asked = _stating(records, kind)
            rows = lists.of_hashes(kind, _rows(records, asked, kind)) if asked else {}
            for number, row in rows.items():
                met = {each.list for each in near[asked[number]]}
                near[asked[number]] += [each for each in row if each.list not in met]
        found = []
        for position, record in enumerate(records):
            exact = same.get(record.digests, ()) if record.digests else ()
            met = {each.list for each in exact}
            found.append((*exact, *(each for each in near.get(position, ()) if each.list not in met)))
        return found

    def _answer(
        self,
        record: Record,
        digests: StatedDigests,
        agreeing: Sequence[Agreeing],
        near: Sequence[Neighbour],
        known: Mapping[int, Known],
        listed: tuple[Listed, ...],
    ) -> Assessed:
        met = [each for each in agreeing if each.media in known]
        nearby = [row for row in near if row[0] in known]
        is_empty = is_of_no_bytes(digests)
        verdict = decide(
            taken_together((known[each.media] for each in met), exactly(listed)),
            has_neighbours=bool(nearby) or bool(nearly(listed)),
            is_comparable=not is_empty,
        )
        matches = [self.assessor.match(each.media, DigestEqual(each.by), known[each.media]) for each in met]
        matches += [self.assessor.match(media, why, known[media]) for media, why in nearby]
        first = self._first_address.setdefault(digests, record.address)
        answer = FileAnswer(
            address=record.address,
            verdict=verdict,
            size_bytes=record.size_bytes,
            digests=digests,
            media_type=record.media_type,
            why_not=EMPTY if is_empty else _uncompared(record),
            copy_of=None if first == record.address else first,
            matches=tuple(matches),
            listed=listed,
        )
        return Assessed(answer, (*(each.media for each in met), *(media for media, _ in nearby)))


def _uncompared(record: Record) -> NotComparable | None:
    """Answer why near copies of a record were not looked for everywhere; ``None`` where they were."""
    if record.pdq:
        return None
    return ON_LISTS_ALONE if record.photodna else UNCOMPARED


def _stating(records: Sequence[Record], kind: Hash) -> list[int]:
    """Answer the positions of the records that state such a hash beside their digests."""
    return [place for place, each in enumerate(records) if getattr(each, kind) is not None and each.digests]


def _rows(records: Sequence[Record], positions: Sequence[int], kind: Hash) -> NDArray[np.uint8]:
    raw = b"".join(getattr(records[position], kind) or b"" for position in positions)
    return np.frombuffer(raw, np.uint8).reshape(-1, kind.length_bytes)


def _unreadable(record: Record) -> FileAnswer:
    return FileAnswer(record.address, Verdict.NOT_COMPARABLE, unreadable=record.why_not)
