"""A look-up by those who work with material: verdicts, holders, series and whom to ask, as after a check."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from cairn.linking import PDQ_31, DigestEqual, DuplicatePolicy, decide
from cairn.records.access import Act, require
from cairn.records.batches import parts
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import under_lock
from cairn.services.alerting.meeting import Meeting, Met
from cairn.services.answering.answer import Coverage, Match, SeriesMet
from cairn.services.cases import own_case
from cairn.services.checking.even_time import evenly
from cairn.services.checking.knowledge import NOTHING, Recollection
from cairn.services.looking_up.answer import Hit, LookupAnswer
from cairn.services.looking_up.hashes import HashKind
from cairn.services.looking_up.meeting_media import contacts
from cairn.services.looking_up.occasion import step_s, write_down
from cairn.services.node.indexing import current_index
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from cairn.records.users import Actor
    from cairn.services.answering.answer import SeriesFacts
    from cairn.services.checking.knowledge import Known
    from cairn.services.looking_up.hashes import Hashes
    from cairn.services.looking_up.meeting_media import Contact
    from cairn.services.node.opening import Node

MOST_MATCHES = 20
"""Recorded media that are named for one hash; whoever wants them all checks the file."""

Question = tuple[HashKind, int]


@under_lock
def look_up(
    node: Node, hashes: Hashes, *, actor: Actor, case: str = "", policy: DuplicatePolicy = PDQ_31
) -> LookupAnswer:
    """Answer what the actor may know of each hash; it is audited, and the holders are told.

    Args:
        node: The open node.
        hashes: What is asked.
        actor: Who asks: one who works with material.
        case: The reference of a case of the actor's authority; empty where it belongs to none.
        policy: Which PDQ distance counts as similar.

    Raises:
        AccessError: The actor may not check, or not see material.
        InputError: The authority has no such case (``case.missing``).
    """
    require(actor, Act.CHECK_RUN)
    require(actor, Act.SERIES_READ)
    with database_errors_in_words():
        occasion = own_case(case, actor=actor) if case else None
        compared_at = timezone.now()
        with current_index(node) as index, evenly(step_s(len(hashes))):
            met = contacts(hashes, index=index, policy=policy)
            is_complete = index.coverage().is_complete
            telling = _Telling(Recollection(actor, present_case=occasion))
            hits = tuple(telling.hits(met))
            counts = _counts(hashes, hits)
            said = {verdict.value: count for verdict, count in counts.items()}
            with transaction.atomic():
                write_down(telling.met(), counts={"hashes": len(hashes), **said}, actor=actor, case=occasion)
    coverage = Coverage(compared_at, is_complete)
    return LookupAnswer(len(hashes), hits, telling.series(), counts, policy.name, coverage)


@dataclass(slots=True)
class _Telling:
    """Turns contacts into what one asker is told, and counts what was met for the audit and the holders."""

    recollection: Recollection
    facts: dict[int, SeriesFacts] = field(default_factory=dict)
    exact: Counter[int] = field(default_factory=Counter)
    similar: Counter[int] = field(default_factory=Counter)
    hidden_exact: Counter[int] = field(default_factory=Counter)
    hidden_similar: Counter[int] = field(default_factory=Counter)
    _numbers: dict[int, int] = field(default_factory=dict)

    def hits(self, met: Sequence[Contact]) -> Iterator[Hit]:
        """Yield the hashes of which something is known."""
        known: dict[int, Known] = {}
        hidden: dict[int, set[int]] = {}
        for part in parts(sorted({contact.media for contact in met})):
            known.update(self.recollection.of(part))
            hidden.update(self.recollection.hidden_series(part))
        by_question: defaultdict[Question, list[Contact]] = defaultdict(list)
        for contact in met:
            by_question[contact.kind, contact.position].append(contact)
        for (kind, position), row in by_question.items():
            self._count_hidden(row, hidden)
            told = [contact for contact in row if contact.media in known]
            if told:
                yield self._hit(kind, position, told, known)

    def met(self) -> Met:
        """Answer the series that were met, by the records' numbers."""
        numbers = self.recollection.numbers()
        seen = {numbers[each]: Meeting(self.exact[each], self.similar[each]) for each in self.facts}
        unseen = self.hidden_exact.keys() | self.hidden_similar.keys()
        return Met(
            seen, {each: Meeting(self.hidden_exact[each], self.hidden_similar[each]) for each in unseen}
        )

    def series(self) -> tuple[SeriesMet, ...]:
        """Answer the series that may be told, those met most often first."""
        rows = [SeriesMet(facts, self.exact[each], self.similar[each]) for each, facts in self.facts.items()]
        return tuple(sorted(rows, key=lambda row: (-row.exact - row.similar, row.facts.name, row.facts.id)))

    def _hit(self, kind: HashKind, position: int, told: Sequence[Contact], known: Mapping[int, Known]) -> Hit:
        exact = next((known[each.media] for each in told if each.evidence == DigestEqual()), NOTHING)
        verdict = decide(exact.for_verdict, has_neighbours=kind is HashKind.PDQ, is_comparable=True)
        series = {facts.id for each in told for facts in known[each.media].series}
        (self.exact if exact is not NOTHING else self.similar).update(series)
        for each in told:
            self.facts.update({facts.id: facts for facts in known[each.media].series})
        matches = tuple(self._match(each, known[each.media]) for each in told[:MOST_MATCHES])
        return Hit(kind, position, verdict, matches, more=len(told) > MOST_MATCHES)

    def _match(self, contact: Contact, known: Known) -> Match:
        return Match(
            media=self._numbers.setdefault(contact.media, len(self._numbers) + 1),
            evidence=contact.evidence,
            holders=known.holders,
            series=tuple(facts.id for facts in known.series),
            categories=tuple(code for code, _ in known.categories),
        )

    def _count_hidden(self, row: Sequence[Contact], hidden: Mapping[int, set[int]]) -> None:
        met = {series for each in row for series in hidden.get(each.media, ())}
        is_exact = row[0].kind is not HashKind.PDQ
        (self.hidden_exact if is_exact else self.hidden_similar).update(met)


def _counts(hashes: Hashes, hits: Collection[Hit]) -> dict[Verdict, int]:
    counts = dict.fromkeys(Verdict, 0)
    for hit in hits:
        counts[hit.verdict] += 1
    counts[Verdict.NEW] = len(hashes) - len(hits)
    return counts
