"""The answer of a check: values that the terminal, the report and a program read, and nothing behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.services.answering.restrictions import Restrictions, restrictions_of
from cairn.types import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from cairn.errors import NotComparable
    from cairn.services.answering.coverage import (
        Coverage,
        DetailedCoverage,
        LearntCoverage,
        Method,
        SoundCoverage,
    )
    from cairn.services.answering.facts import ListFacts, SeriesFacts
    from cairn.services.answering.matches import Listed, Match, VideoAnswer
    from cairn.types import Digests, StatedDigests

ANSWER_FORMAT = "cairn-answer/1"


@dataclass(frozen=True, slots=True)
class ListMet:
    """A list of which the check met something, and how many files met it."""

    facts: ListFacts
    files: int


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """The verdict of one file and everything that led to it.

    Attributes:
        address: Where the file lies.
        verdict: The one word.
        size_bytes: As read; ``None`` where the file could not be read.
        digests: ``None`` where the file could not be read; as stated where the content is not at hand.
        media_type: By content; ``None`` where not recognised.
        width: Pixels; ``None`` where unknown.
        height: As width.
        quality: PDQ quality; ``None`` where there is no comparable hash.
        why_not: Why the picture cannot be compared; the digests were checked all the same.
        unreadable: Why the file could not be read at all; then nothing was checked.
        copy_of: The address of the first file of this check with the same content, for the later ones.
        matches: Recorded media that the file meets, nearest first.
        not_same: How many near media are left out of ``matches``, because the asker's authority has judged
            that they are not the same picture.
        disputed: Of these, how many another authority calls the same.
        listed: What hash lists say of it, each list once.
        video: What was seen of it as a video; ``None`` where it is none, or was not looked at.
    """

    address: str
    verdict: Verdict
    size_bytes: int | None = None
    digests: Digests | StatedDigests | None = None
    media_type: str | None = None
    width: int | None = None
    height: int | None = None
    quality: int | None = None
    why_not: NotComparable | None = None
    unreadable: str | None = None
    copy_of: str | None = None
    matches: tuple[Match, ...] = ()
    not_same: int = 0
    disputed: int = 0
    listed: tuple[Listed, ...] = ()
    video: VideoAnswer | None = None

    @property
    def saves_a_look(self) -> bool:
        """True where nobody has to look: it is recorded, of no interest, or a copy within the check."""
        settled = {Verdict.IDENTIFIED, Verdict.KNOWN, Verdict.IRRELEVANT}
        return self.verdict in settled or self.copy_of is not None


@dataclass(frozen=True, slots=True)
class SeriesMet:
    """A series of which the check met something.

    Attributes:
        facts: The series.
        exact: How many files are byte for byte in it.
        similar: How many more files are similar to media in it.
    """

    facts: SeriesFacts
    exact: int
    similar: int


@dataclass(frozen=True, slots=True)
class FirstLook:
    """A file to look at first, and why."""

    address: str
    why: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What Cairn says of a seizure.

    Attributes:
        node: The identity of the node that answers.
        authority: The code of the authority that asked.
        authority_name: Its full name.
        paths: What was to be checked, as it was asked for.
        case: The case, or ``None``.
        exhibit: The exhibit, or ``None``.
        started_at: When this check was first started.
        finished_at: When the answer was made.
        resumed: Files whose measurement an earlier, stopped run of the same check had kept.
        recalled: Files that were read and not decoded: the asker's authority had checked their content
            before, or may know it to be recorded, or another file of the check has it.
        files: One entry a file, sorted by address.
        series: The series met, those with most files first.
        look_first: What to look at first, most urgent first.
        coverage: What the files were compared with.
        method: Versions and thresholds.
        details: What was compared in detail; ``None`` where nothing was to be.
        learnt: What a learnt model was used for; ``None`` where none was.
        sounds: What was compared by its sound; ``None`` where nothing was to be.
        input_digest: SHA-256 over the sorted lines ``sha256  address`` of all files.
        registered: Sightings that this run added, or ``None`` where nothing was to be registered.
        unprotected: Protections that the decoder processes did not have on this machine, each with why.
        lists: The hash lists met, those with most files first.
    """

    node: str
    authority: str
    authority_name: str
    paths: tuple[str, ...]
    case: str | None
    exhibit: str | None
    started_at: datetime
    finished_at: datetime
    resumed: int
    recalled: int
    files: tuple[FileAnswer, ...]
    series: tuple[SeriesMet, ...]
    look_first: tuple[FirstLook, ...]
    coverage: Coverage
    method: Method
    input_digest: str
    registered: int | None
    unprotected: tuple[str, ...] = ()
    lists: tuple[ListMet, ...] = ()
    details: DetailedCoverage | None = None
    learnt: LearntCoverage | None = None
    sounds: SoundCoverage | None = None

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many files have each verdict; the sum is the number of files."""
        counts = dict.fromkeys(Verdict, 0)
        for file in self.files:
            counts[file.verdict] += 1
        return counts

    @property
    def handling(self) -> Restrictions | None:
        """What holds for the whole answer, by the series and lists met; ``None`` where none was."""
        return restrictions_of([*(met.facts for met in self.series), *(met.facts for met in self.lists)])

    @property
    def unreadable(self) -> tuple[FileAnswer, ...]:
        """The files that could not be read at all."""
        return tuple(file for file in self.files if file.unreadable is not None)

    @property
    def copies(self) -> int:
        """How many files repeat the content of an earlier file of this check."""
        return sum(file.copy_of is not None for file in self.files)

    @property
    def not_same(self) -> int:
        """How many matches are left out by the word of the asker's own authority."""
        return sum(file.not_same for file in self.files)

    @property
    def disputed(self) -> int:
        """Of those, how many another authority calls the same."""
        return sum(file.disputed for file in self.files)

    @property
    def looks_avoided(self) -> int:
        """How many files nobody has to look at because of this answer."""
        return sum(file.saves_a_look for file in self.files)
