"""From what a batch meets to what one asker is told, counted for the audit and for those who hold it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cairn.linking import DigestEqual, decide
from cairn.linking.clip import ClipLink
from cairn.records.batches import parts
from cairn.services.alerting.meeting import Meeting, Met
from cairn.services.answering.answer import ListMet, SeriesMet
from cairn.services.answering.matches import Match, spans_owned
from cairn.services.checking.assessing import exactly, nearly
from cairn.services.checking.knowledge import taken_together
from cairn.services.looking_up.answer import Hit
from cairn.services.looking_up.hashes import HashKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cairn.linking.owned import Owners
    from cairn.services.answering.facts import ListFacts, SeriesFacts
    from cairn.services.answering.matches import Listed
    from cairn.services.checking.knowledge import Known, Recollection
    from cairn.services.looking_up.meeting_media import Contact
    from cairn.types import Verdict

MOST_MATCHES = 20
"""Recorded media that are named for one hash; whoever wants them all checks the file."""

Question = tuple[HashKind, int]
_KINDS = {kind: place for place, kind in enumerate(HashKind)}


@dataclass(slots=True)
class Telling:
    """What one asker is told.

    Attributes:
        recollection: What the asker may know.
        facts: The series that were told, by their number in the answer.
        numbers: The number in the answer of every media that was told, by the records' own.
        exact: How many questions are byte for byte in each series, by its number in the answer.
        similar: How many more are near it.
        hidden_exact: As ``exact``, by the records' number, of series of which the asker must not learn.
        hidden_similar: As above.
        lists: How many questions meet each hash list, by its number in the answer.
        beyond: Matches past ``MOST_MATCHES`` that say which seconds of a file they are: its parts name them.
    """

    recollection: Recollection
    facts: dict[int, SeriesFacts] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    exact: Counter[int] = field(default_factory=Counter)
    similar: Counter[int] = field(default_factory=Counter)
    hidden_exact: Counter[int] = field(default_factory=Counter)
    hidden_similar: Counter[int] = field(default_factory=Counter)
    lists: Counter[int] = field(default_factory=Counter)
    beyond: list[Match] = field(default_factory=list)

    def hits(self, met: Sequence[Contact], listed: Mapping[Question, tuple[Listed, ...]]) -> Iterator[Hit]:
        """Yield the questions of which something is known, by kind and position."""
        known: dict[int, Known] = {}
        hidden: dict[int, Owners] = {}
        for part in parts(sorted({contact.media for contact in met})):
            known.update(self.recollection.of(part))
            hidden.update(self.recollection.hidden_series(part))
        by_question: defaultdict[Question, list[Contact]] = defaultdict(list)
        for contact in met:
            by_question[contact.kind, contact.position].append(contact)
        for question in sorted(by_question.keys() | listed.keys(), key=_place):
            row = by_question.get(question, [])
            near, equal = _split(row, hidden)
            self.hidden_exact.update(equal)
            self.hidden_similar.update(near - equal)
            told = [contact for contact in row if contact.media in known]
            said = listed.get(question, ())
            if told or said:
                yield self._hit(question, told, known, said)

    def met(self, lists: Iterable[int] = ()) -> Met:
        """Answer the series and the lists that were met, by the records' numbers."""
        records = self.recollection.numbers()
        seen = {records[each]: Meeting(self.exact[each], self.similar[each]) for each in self.facts}
        unseen = self.hidden_exact.keys() | self.hidden_similar.keys()
        hidden = {each: Meeting(self.hidden_exact[each], self.hidden_similar[each]) for each in unseen}
        return Met(seen, hidden, frozenset(lists))

    def lists_met(self, facts: Iterable[ListFacts]) -> tuple[ListMet, ...]:
        """Answer the lists that were met, those met most often first."""
        met = [ListMet(each, self.lists[each.id]) for each in facts]
        return tuple(sorted(met, key=lambda row: (-row.files, row.facts.name, row.facts.id)))

    def series(self) -> tuple[SeriesMet, ...]:
        """Answer the series that may be told, those met most often first."""
        rows = [SeriesMet(facts, self.exact[each], self.similar[each]) for each, facts in self.facts.items()]
        return tuple(sorted(rows, key=lambda row: (-row.exact - row.similar, row.facts.name, row.facts.id)))

    def _hit(
        self,
        question: Question,
        told: Sequence[Contact],
        known: Mapping[int, Known],
        listed: tuple[Listed, ...],
    ) -> Hit:
        self.lists.update(each.list for each in listed)
        for each in told:
            met = known[each.media].series_met(each.evidence)
            self.facts.update({facts.id: facts for facts in met})
        lies = {each.media: known[each.media].owners for each in told}
        near, equal = _split(told, lies)
        self.exact.update(equal)
        self.similar.update(near - equal)
        matches = tuple(self._match(each, known[each.media]) for each in told[:MOST_MATCHES])
        further = (each for each in told[MOST_MATCHES:] if isinstance(each.evidence, ClipLink))
        self.beyond.extend(self._match(each, known[each.media]) for each in further)
        verdict = verdict_of(told, known, listed)
        return Hit(*question, verdict, matches, len(told) > MOST_MATCHES, listed)

    def _match(self, contact: Contact, known: Known) -> Match:
        met = known.series_met(contact.evidence)
        return Match(
            media=self.numbers.setdefault(contact.media, len(self.numbers) + 1),
            evidence=contact.evidence,
            holders=known.holders,
            series=tuple(facts.id for facts in met),
            categories=tuple(code for code, _ in known.categories),
            spans=spans_owned(met, known.owners),
        )


def verdict_of(told: Sequence[Contact], known: Mapping[int, Known], listed: Iterable[Listed]) -> Verdict:
    """Answer the one word for a question.

    Args:
        told: What it meets that may be told.
        known: What may be known of these media.
        listed: What hash lists say of it.
    """
    said = tuple(listed)
    same = (known[each.media] for each in told if not _is_near(each))
    return decide(
        taken_together(same, exactly(said)),
        has_neighbours=any(map(_is_near, told)) or bool(nearly(said)),
        is_comparable=True,
    )


def _split(row: Iterable[Contact], lies: Mapping[int, Owners]) -> tuple[set[int], set[int]]:
    """Answer the series of the media that are near, and those of the media that are equal."""
    near: set[int] = set()
    equal: set[int] = set()
    for contact in row:
        if contact.media in lies:
            (near if _is_near(contact) else equal).update(lies[contact.media].met_by(contact.evidence))
    return near, equal


def _place(question: Question) -> tuple[int, int]:
    return _KINDS[question[0]], question[1]


def _is_near(contact: Contact) -> bool:
    return not isinstance(contact.evidence, DigestEqual)
