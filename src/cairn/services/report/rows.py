"""One file of the answer as a row of the report: words and figures that are ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.safestring import mark_safe

from cairn.linking import in_words
from cairn.linking.drawing import as_svg
from cairn.linking.points import PlaceAgrees, PointsAgree
from cairn.services.answering.answer_words import (
    amount,
    entry_in_words,
    left_out_in_words,
    said_in_words,
    series_names,
    spans_in_words,
    spoken,
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

    def __init__(self, answer: Answer, copies: Mapping[int, Sequence[int]]) -> None:
        """Write the files of ``answer``, folding the positions ``copies`` into those of the first files."""
        self._answer = answer
        self._copies = copies
        self._series = {met.facts.id: met.facts for met in answer.series}
        self._lists = {met.facts.id: met.facts for met in answer.lists}
        self.folder = common_folder(file.address for file in answer.files)

    def address(self, address: str) -> str:
        """Answer where a file lies, below the folder that all have in common."""
        return visible(address.removeprefix(self.folder))

    def row(self, position: int) -> FileRow:
        """Answer the row of the file at ``position`` of the answer."""
        file = self._answer.files[position]
        why_not = "" if file.why_not is None else visible(file.why_not.sentence)
        return FileRow(
            number=str(position + 1),
            address=self.address(file.address),
            facts=_facts(file),
            video=self._video(file),
            sha256="" if file.digests is None else file.digests.named.removeprefix("sha256:"),
            verdict=file.verdict.value,
            word=spoken(file.verdict),
            why=why_not if file.unreadable is None else visible(unreadable_in_words(file)),
            copy_of="" if file.copy_of is None else self.address(file.copy_of),
            copies=tuple(self._copy(copy) for copy in self._copies.get(position, ())),
            matches=(*map(self._match, file.matches), *map(self._entry, file.listed)),
            left_out=left_out_in_words(file.not_same, file.disputed),
        )

    def _video(self, file: FileAnswer) -> str:
        if file.video is None:
            return ""
        return visible(video_in_words(file.video, series_names(self._series)))

    def _copy(self, position: int) -> tuple[str, str]:
        return str(position + 1), self.address(self._answer.files[position].address)

    def _entry(self, listed: Listed) -> MatchRow:
        facts = self._lists[listed.list]
        return MatchRow(
            evidence=in_words(listed.evidence),
            drawing="",
            media=visible(f"on the list {facts.name}"),
            series=(),
            holders=(visible(f"{facts.owner.authority} ({facts.owner.country}), {facts.owner.contact}"),),
            categories=visible(entry_in_words(listed)),
            spans="",
            said="",
        )

    def _match(self, match: Match) -> MatchRow:
        series = (self._series[number] for number in match.series if number in self._series)
        return MatchRow(
            evidence=in_words(match.evidence),
            drawing=_drawing(match.evidence),
            media=str(match.media),
            series=tuple((facts.id, visible(facts.name), spoken(facts.status)) for facts in series),
            holders=tuple(map(_holder, match.holders)),
            categories=visible(", ".join(match.categories)),
            spans=visible(spans_in_words(match, series_names(self._series))),
            said="" if match.said is None else visible(said_in_words(match.said)),
        )


def _facts(file: FileAnswer) -> str:
    size = "" if file.size_bytes is None else amount(file.size_bytes, "byte")
    area = f"{file.width} × {file.height}" if file.width is not None and file.height is not None else ""
    return visible(" · ".join(fact for fact in (file.media_type, area, size) if fact))


def _holder(holder: Holder) -> str:
    sightings = amount(holder.sightings, "sighting")
    since = holder.first_recorded_at.date().isoformat()
    return visible(f"{holder.authority} ({holder.country}), {sightings} since {since}")


def _drawing(evidence: Evidence) -> str:
    """Answer a picture-free drawing where there is one; it is made of numbers alone, so it is safe."""
    return mark_safe(as_svg(evidence)) if isinstance(evidence, PointsAgree | PlaceAgrees) else ""  # noqa: S308 - see above
