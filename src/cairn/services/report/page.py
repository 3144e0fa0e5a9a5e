"""What the report says once: the answer, the series met, the method; ready for the template."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from cairn.errors import Reason
from cairn.linking import in_words
from cairn.linking.evidence import DigestEqual
from cairn.services.answering.answer_words import (
    MATCH_IS_A_LEAD,
    MEANINGS,
    NEAR_NOT_SOUGHT,
    STATED_EQUAL,
    left_out_in_words,
    list_in_words,
    moment,
    reached_in_words,
    reason_in_words,
    series_handling_in_words,
)
from cairn.services.answering.coverage_words import (
    details_in_words,
    learnt_in_words,
    sounds_in_words,
)
from cairn.services.answering.reckoning import holders_met, looks
from cairn.services.answering.restrictions import in_words as in_words_of
from cairn.services.report.tables import LOOK_FIRST, UNEXPLAINED, UNREADABLE
from cairn.services.visible import common_folder, visible
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.services.answering.answer import Answer, SeriesMet
    from cairn.services.answering.facts import Contact
    from cairn.services.report.tables import Table
    from cairn.services.report.telling import Teller

Values = dict[str, Any]

_BAR_UNITS = 1000
"""The width of the proportion bar, in units of its own."""


def page_of(answer: Answer, tables: Mapping[str, Table], told: Teller) -> Values:
    """Answer the values of the template ``report.html``; every text in it is safe to be seen.

    Args:
        answer: What to tell.
        tables: Its long lists.
        told: How it is said.
    """
    return {
        "tongue": told.tongue,
        "about": _about(answer, told),
        "handling": "" if answer.handling is None else told(in_words_of(answer.handling)),
        "looks": _looks(answer, told),
        "tiles": _tiles(answer, told),
        "is_complete": answer.coverage.is_complete,
        "series": [_series(met, told) for met in answer.series],
        "lists": [told(list_in_words(met)) for met in answer.lists],
        "holders": [
            (row.authority, row.country, visible(row.contact), told.number(row.files))
            for row in holders_met(answer.files)
        ],
        "look_first": _table(tables, LOOK_FIRST, told),
        "sections": _sections(tables, told),
        "unreadable": _table(tables, UNREADABLE, told),
        "reasons": _reasons(tables, told),
        "method": _method(answer, told),
        "compared": told.day(moment(answer.coverage.compared_at)),
        "digest_equal": told(_digest_equal(answer)),
        "near_not_sought": "" if answer.coverage.near_sought else told(NEAR_NOT_SOUGHT),
        "lead": told(MATCH_IS_A_LEAD),
    }


def _about(answer: Answer, told: Teller) -> Values:
    return {
        "case": visible(answer.case or ""),
        "exhibit": visible(answer.exhibit or ""),
        "authority": visible(f"{answer.authority_name} ({answer.authority})"),
        "paths": [visible(path) for path in answer.paths],
        "unprotected": [visible(words) for words in answer.unprotected],
        "node": visible(answer.node),
        "started": told.day(moment(answer.started_at)),
        "finished": told.day(moment(answer.finished_at)),
        "folder": visible(common_folder(file.address for file in answer.files)),
        "input_digest": answer.input_digest.lower(),
        "recalled": told.files(answer.recalled) if answer.recalled else "",
        "resumed": told.files(answer.resumed) if answer.resumed else "",
        "left_out": told(left_out_in_words(answer.not_same, answer.disputed)),
        "registered": "" if answer.registered is None else told.sightings(answer.registered),
    }


def _looks(answer: Answer, told: Teller) -> Values:
    found = looks(answer)
    return {
        "files": told.files(found.files),
        "avoided": told.number(found.avoided),
        "recorded": told.number(found.recorded),
        "copies": told.number(found.copies),
        "to_look": told.number(found.to_look),
        "nothing_to_compare": told.number(found.nothing_to_compare),
    }


def _tiles(answer: Answer, told: Teller) -> list[Values]:
    counts = answer.counts
    total = max(1, len(answer.files))
    ends = list(accumulate(round(counts[verdict] * _BAR_UNITS / total) for verdict in Verdict))
    starts = [0, *ends]
    return [
        {
            "verdict": verdict.value,
            "word": told.word(verdict),
            "count": told.number(counts[verdict]),
            "meaning": told(MEANINGS[verdict]),
            "start": str(start),
            "width": str(end - start),
        }
        for verdict, start, end in zip(Verdict, starts, ends, strict=False)
    ]


def _series(met: SeriesMet, told: Teller) -> Values:
    facts = met.facts
    return {
        "id": str(facts.id),
        "name": visible(facts.name),
        "status": told.word(facts.status),
        "settled": facts.status.is_settled,
        "since": told.day(facts.status_since.isoformat()),
        "owner": _contact(facts.owner),
        "lead": _contact(facts.lead) if facts.lead != facts.owner else None,
        "workers": [
            _contact(row.who) | {"since": told.day(row.since.date().isoformat())} for row in facts.workers
        ],
        "handling": told(series_handling_in_words(facts)),
        "media": told.number(facts.media),
        "exact": told.number(met.exact),
        "similar": told.number(met.similar),
    }


def _contact(contact: Contact) -> Values:
    return {
        "code": visible(contact.authority),
        "name": visible(contact.name),
        "country": visible(contact.country),
        "contact": visible(contact.contact),
        "reached": visible(reached_in_words(contact)),
    }


def _table(tables: Mapping[str, Table], slot: str, told: Teller) -> Values | None:
    if slot not in tables:
        return None
    table = tables[slot]
    contents = told.contents(table.contents) if table.contents != table.files else ""
    return {
        "slot": slot,
        "columns": table.columns.value,
        "count": told.files(table.files),
        "contents": contents,
    }


def _sections(tables: Mapping[str, Table], told: Teller) -> list[Values]:
    sections = []
    for verdict in Verdict:
        table = _table(tables, f"files-{verdict.value}", told)
        if table is not None:
            word = told.word(verdict)
            sections.append(
                table
                | {
                    "verdict": verdict.value,
                    "word": word.capitalize(),
                    "meaning": told(MEANINGS[verdict]),
                }
            )
    return sections


def _reasons(tables: Mapping[str, Table], told: Teller) -> list[Values]:
    slots = [(f"not-comparable-{reason.value}", told(reason_in_words(reason))) for reason in Reason]
    slots.append((UNEXPLAINED, told(reason_in_words(None))))
    found = ((_table(tables, slot, told), words) for slot, words in slots)
    return [table | {"words": words[0].upper() + words[1:]} for table, words in found if table is not None]


def _method(answer: Answer, told: Teller) -> Values:
    method = answer.method
    return {
        "cairn": visible(method.cairn),
        "pdq": visible(method.pdq),
        "mode": visible(method.mode),
        "policy": visible(method.duplicate_policy),
        "radius": str(method.radius_bits),
        "quality": str(method.minimum_quality),
        "details": told(details_in_words(answer.details)),
        "learnt": told(learnt_in_words(answer.learnt)),
        "sounds": told(sounds_in_words(answer.sounds)),
    }


def _digest_equal(answer: Answer) -> str:
    return in_words(DigestEqual()) if answer.coverage.near_sought else STATED_EQUAL
