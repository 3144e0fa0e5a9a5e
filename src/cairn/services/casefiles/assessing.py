"""What is known of the digests that case files state, record by record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cairn.errors import NotComparable, Reason
from cairn.linking import DigestEqual, decide
from cairn.services.answering.answer import FileAnswer
from cairn.services.checking.knowledge import taken_together
from cairn.services.checking.stated import NOT_AT_HAND, agreeing_media, is_of_no_bytes
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cairn.services.answering.answer import Listed
    from cairn.services.casefiles.reading import Record
    from cairn.services.checking.assessing import Assessor
    from cairn.services.checking.knowledge import Known
    from cairn.services.checking.stated import Agreeing
    from cairn.types import StatedDigests

UNCOMPARED = NotComparable(Reason.NOT_AT_HAND, NOT_AT_HAND)
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
        known, hidden = self.assessor.known(sorted({each.media for row in rows.values() for each in row}))
        lists = self.assessor.lists
        listed = {} if lists is None else dict(zip(stated, lists.of(stated), strict=True))
        found = []
        for record in records:
            if record.digests is None:
                found.append(Assessed(_unreadable(record), ()))
                continue
            agreeing = rows.get(record.digests, ())
            self.assessor.count_hidden([each.media for each in agreeing], (), hidden)
            found.append(
                self._answer(record, record.digests, agreeing, known, listed.get(record.digests, ()))
            )
        return found

    def _answer(
        self,
        record: Record,
        digests: StatedDigests,
        agreeing: Sequence[Agreeing],
        known: Mapping[int, Known],
        listed: tuple[Listed, ...],
    ) -> Assessed:
        met = [each for each in agreeing if each.media in known]
        is_empty = is_of_no_bytes(digests)
        verdict = decide(
            taken_together((known[each.media] for each in met), listed),
            has_neighbours=False,
            is_comparable=not is_empty,
        )
        matches = [self.assessor.match(each.media, DigestEqual(each.by), known[each.media]) for each in met]
        first = self._first_address.setdefault(digests, record.address)
        answer = FileAnswer(
            address=record.address,
            verdict=verdict,
            size_bytes=record.size_bytes,
            digests=digests,
            media_type=record.media_type,
            why_not=EMPTY if is_empty else UNCOMPARED,
            copy_of=None if first == record.address else first,
            matches=tuple(matches),
            listed=listed,
        )
        return Assessed(answer, tuple(each.media for each in met))


def _unreadable(record: Record) -> FileAnswer:
    return FileAnswer(record.address, Verdict.NOT_COMPARABLE, unreadable=record.why_not)
