"""The sums of an answer that reconcile: every file counted once, whichever way they are split."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.errors import Reason
    from cairn.services.answering.answer import Answer, FileAnswer
    from cairn.services.answering.facts import Holder


@dataclass(frozen=True, slots=True)
class Looks:
    """How the files split into those that a person has to see and those that not.

    Attributes:
        files: All of them: the sum of the next four.
        recorded: Identified, known or irrelevant: nobody has to look.
        copies: Further copies, within this check, of files that are none of these.
        to_look: Named under "look at first".
        nothing_to_compare: The rest: listed with their reasons.
    """

    files: int
    recorded: int
    copies: int
    to_look: int
    nothing_to_compare: int

    @property
    def avoided(self) -> int:
        """How many files nobody has to look at."""
        return self.recorded + self.copies


def looks(answer: Answer) -> Looks:
    """Answer how many looks the answer saves, and how many it leaves."""
    counts = answer.counts
    recorded = counts[Verdict.IDENTIFIED] + counts[Verdict.KNOWN] + counts[Verdict.IRRELEVANT]
    files, avoided, to_look = len(answer.files), answer.looks_avoided, len(answer.look_first)
    return Looks(files, recorded, avoided - recorded, to_look, files - avoided - to_look)


def reasons(files: Sequence[FileAnswer]) -> tuple[tuple[Reason | None, int], ...]:
    """Answer how many readable files are not comparable, by reason, the most frequent first."""
    found = Counter(
        None if file.why_not is None else file.why_not.reason
        for file in files
        if file.verdict is Verdict.NOT_COMPARABLE and file.unreadable is None
    )
    return tuple(sorted(found.items(), key=lambda row: (-row[1], str(row[0]))))


@dataclass(frozen=True, slots=True)
class HolderMet:
    """An authority that has recorded what some of the files meet, and whom to ask there.

    Attributes:
        authority: Its code.
        country: ISO 3166-1 alpha-2.
        contact: Whom to ask.
        files: How many files of this check meet something that it recorded.
    """

    authority: str
    country: str
    contact: str
    files: int


def holders_met(files: Sequence[FileAnswer]) -> tuple[HolderMet, ...]:
    """Answer every authority whose records were met, those with most files first."""
    numbers: defaultdict[str, int] = defaultdict(int)
    facts: dict[str, Holder] = {}
    for file in files:
        holders = {holder.authority: holder for match in file.matches for holder in match.holders}
        facts.update(holders)
        for code in holders:
            numbers[code] += 1
    met = [HolderMet(code, facts[code].country, facts[code].contact, n) for code, n in numbers.items()]
    return tuple(sorted(met, key=lambda row: (-row.files, row.authority)))
