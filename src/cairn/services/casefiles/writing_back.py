"""The answer of a check written into a copy of the case file, for the tool that it came from."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from cairn.intake.vics import MediaAnswer, SeriesSpan, write_answers
from cairn.linking import DigestEqual
from cairn.services.answering.answer_words import spoken
from cairn.services.answering.reckoning import holders_met
from cairn.services.answering.restrictions import restrictions_of
from cairn.services.casefiles.reading import stated_by
from cairn.services.checking.assessing import exactly
from cairn.services.checking.whole_file import bytes_written_whole
from cairn.types import StatedDigests, Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.intake import Item
    from cairn.intake.vics import AnswersWritten, Media
    from cairn.services.answering.answer import Answer, FileAnswer
    from cairn.services.answering.facts import SeriesFacts

_RECORDED = {Verdict.IDENTIFIED, Verdict.KNOWN, Verdict.IRRELEVANT}
TAG = "cairn"


def write_back(answer: Answer, source: Item, target: Path) -> AnswersWritten:
    """Write a copy of a case file with what is known of its media; it is there whole or not at all.

    Only what is recorded is said, and only what can be said for certain: a victim or an offender who is not
    identified here may be elsewhere, so those flags are never taken back. Everything else stays as it is.

    Args:
        answer: Of a check of this file.
        source: The file; never changed.
        target: Where the copy lies afterwards.

    Raises:
        InputError: The place cannot hold a file, or the source breaks off.
        ConfigurationError: The disk is full or reports an error.
    """
    facts = {met.facts.id: met.facts for met in answer.series}
    said = {
        file.digests: _said(answer, _for_certain(file), facts)
        for file in answer.files
        if file.verdict in _RECORDED and isinstance(file.digests, StatedDigests)
    }

    def answer_for(media: Media) -> MediaAnswer | None:
        return said.get(stated_by(media))

    with bytes_written_whole(target) as stream, os.fdopen(source.open(), "rb", buffering=0) as raw:
        return write_answers(raw, stream, answer_for)


def _for_certain(file: FileAnswer) -> FileAnswer:
    """Leave out what lies near the file: a copy that somebody has changed may show another thing."""
    same = tuple(each for each in file.matches if isinstance(each.evidence, DigestEqual))
    return replace(file, matches=same, listed=tuple(exactly(file.listed)))


def _said(answer: Answer, file: FileAnswer, facts: dict[int, SeriesFacts]) -> MediaAnswer:
    numbers = dict.fromkeys(number for match in file.matches for number in match.series)
    series = [facts[number] for number in numbers]
    spans = dict.fromkeys(span for match in file.matches for span in match.spans)
    in_part = {span.series for span in spans}
    return MediaAnswer(
        series="; ".join(row.name for row in series) or None,
        victim_identified=True
        if any(row.status.is_settled for row in series if row.id not in in_part)
        else None,
        offender_identified=True if any(row.offender_identified for row in series) else None,
        is_precategorized=True,
        precategorization_source=_source(answer, file, series),
        tags=(f"{TAG}:{spoken(file.verdict)}", *_categories(file)),
        spans=tuple(SeriesSpan(facts[each.series].name, each.from_s, each.to_s) for each in spans),
    )


def _source(answer: Answer, file: FileAnswer, series: list[SeriesFacts]) -> str:
    """Answer who says so, and what may be done with it: the file travels on without the answer."""
    lists = {met.facts.id: met.facts for met in answer.lists}
    met = [lists[each.list] for each in file.listed]
    owners = {row.owner.authority for row in series} | {row.owner.authority for row in met}
    codes = sorted(owners | {row.authority for row in holders_met([file])})
    words = f"Cairn {answer.node}" + (f": {', '.join(codes)}" if codes else "")
    held = restrictions_of([*series, *met])
    return words if held is None else f"{words} ({held.tlp}, {', '.join(held.codes)})"


def _categories(file: FileAnswer) -> tuple[str, ...]:
    said = dict.fromkeys(code for match in file.matches for code in match.categories)
    return tuple(f"{TAG}:{code}" for code in said)
