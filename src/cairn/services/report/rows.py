"""One file of the answer as a row of the report: words and figures that are ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.safestring import mark_safe

from cairn.linking import in_words
from cairn.linking.drawing import as_svg
from cairn.linking.points import PlaceAgrees, PointsAgree
from cairn.sentences import Amount, Sentence, dotted
from cairn.services.answering.answer_words import (
    entry_in_words,
    left_out_in_words,
    said_in_words,
    series_names,
    spans_in_words,
    unreadable_in_words,
    video_in_words,
)
from cairn.services.visible import common_folder, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cairn.linking import Evidence
    from cairn.services.answering.answer import Answer, FileAnswer
    from cairn.services.answering.facts import Holder
    from cairn.services.answering.matches import Listed, Match
    from cairn.services.report.telling import Teller


@dataclass(frozen=True, slots=True)
class MatchRow:
    """One recorded media that a file meets."""

    evidence: str
    drawing: str
    media: str
    series: tuple[tuple[int, str, str], ...]
    holders: tuple[str, ...]
    categories: str
    spans: str
    said: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """One content of the check: its first file, and further files with the same content."""

    number: str
    address: str
    facts: str
    video: str
    sha256: str
    verdict: str
    word: str
    why: str
    copy_of: str
    copies: tuple[tuple[str, str], ...]
    matches: tuple[MatchRow, ...]
    left_out: str


@dataclass(frozen=True, slots=True)
class LookRow:
    """One line of what to look at first."""

    order: str
    number: str
    address: str
    why: str


class Writer:
    """Puts the files of one answer into words."""

    def __init__(self, answer: Answer, copies: Mapping[int, Sequence[int]], told: Teller) -> None:
        """Write the files of ``answer``, folding the positions ``copies`` into those of the first files."""
        self._answer, self._told = answer, told
        self._copies = copies
        self._series = {met.facts.id: met.facts for met in answer.series}
        self._lists = {met.facts.id: met.facts for met in answer.lists}
        self._names = series_names(self._series, told.tongue)
        self.folder = common_folder(file.address for file in answer.files)

    def address(self, address: str) -> str:
        """Answer where a file lies, below the folder that all have in common."""
        return visible(address.removeprefix(self.folder))

    def row(self, position: int) -> FileRow:
        """Answer the row of the file at ``position`` of the answer."""
        file = self._answer.files[position]
        why_not = "" if file.why_not is None else self._told(file.why_not.sentence)
        return FileRow(
            number=str(position + 1),
            address=self.address(file.address),
            facts=_facts(file, self._told),
            video=self._video(file),
            sha256="" if file.digests is None else file.digests.named.removeprefix("sha256:"),
            verdict=file.verdict.value,
            word=self._told.word(file.verdict),
            why=why_not if file.unreadable is None else self._told(unreadable_in_words(file)),
            copy_of="" if file.copy_of is None else self.address(file.copy_of),
            copies=tuple(self._copy(copy) for copy in self._copies.get(position, ())),
            matches=(*map(self._match, file.matches), *map(self._entry, file.listed)),
            left_out=self._told(left_out_in_words(file.not_same, file.disputed)),
        )

    def _video(self, file: FileAnswer) -> str:
        if file.video is None:
            return ""
        return self._told(video_in_words(file.video, self._names))

    def _copy(self, position: int) -> tuple[str, str]:
        return str(position + 1), self.address(self._answer.files[position].address)

    def _entry(self, listed: Listed) -> MatchRow:
        facts = self._lists[listed.list]
        return MatchRow(
            evidence=self._told(in_words(listed.evidence)),
            drawing="",
            media=self._told(Sentence("on the list %(name)s", name=facts.name)),
            series=(),
            holders=(visible(f"{facts.owner.authority} ({facts.owner.country}), {facts.owner.contact}"),),
            categories=self._told(entry_in_words(listed)),
            spans="",
            said="",
        )

    def _match(self, match: Match) -> MatchRow:
        series = (self._series[number] for number in match.series if number in self._series)
        return MatchRow(
            evidence=self._told(in_words(match.evidence)),
            drawing=_drawing(match.evidence, self._told),
            media=str(match.media),
            series=tuple((facts.id, visible(facts.name), self._told.word(facts.status)) for facts in series),
            holders=tuple(_holder(each, self._told) for each in match.holders),
            categories=visible(", ".join(match.categories)),
            spans=self._told(spans_in_words(match, self._names)),
            said="" if match.said is None else self._told(said_in_words(match.said)),
        )


def _facts(file: FileAnswer, told: Teller) -> str:
    size = "" if file.size_bytes is None else Amount("%(n)s byte", "%(n)s bytes", file.size_bytes)
    area = f"{file.width} × {file.height}" if file.width is not None and file.height is not None else ""
    return told(dotted([fact for fact in (file.media_type, area, size) if fact]))


def _holder(holder: Holder, told: Teller) -> str:
    return told(
        Sentence(
            "%(authority)s (%(country)s), %(sightings)s since %(day)s",
            authority=holder.authority,
            country=holder.country,
            sightings=Amount("%(n)s sighting", "%(n)s sightings", holder.sightings),
            day=holder.first_recorded_at.date().isoformat(),
        )
    )


def _drawing(evidence: Evidence, told: Teller) -> str:
    """Answer a picture-free drawing where there is one; its shapes and words are ours, so it is safe."""
    return mark_safe(as_svg(evidence, told)) if isinstance(evidence, PointsAgree | PlaceAgrees) else ""  # noqa: S308 - see above
