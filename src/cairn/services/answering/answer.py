"""The answer of a check: values that the terminal, the report and a program read, and nothing behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cairn.services.answering.restrictions import Restrictions, restrictions_of
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from cairn.errors import NotComparable
    from cairn.linking import Evidence
    from cairn.linking.judgement import Agreement, Outcome
    from cairn.types import Digests, SeriesStatus, StatedDigests

ANSWER_FORMAT = "cairn-answer/1"


@dataclass(frozen=True, slots=True)
class Contact:
    """An authority, and how to reach it.

    Attributes:
        authority: Its code.
        name: Its full name.
        country: ISO 3166-1 alpha-2.
        contact: Whom to ask, and how.
        hours: When somebody answers, in words; empty where that is not recorded.
        channel: Over which channel, in words; empty as above.
    """

    authority: str
    name: str
    country: str
    contact: str
    hours: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Worker:
    """An authority that works on a series now, and since when it does without a break."""

    who: Contact
    since: datetime


@dataclass(frozen=True, slots=True)
class SeriesFacts:
    """What the asker may know of a series: its state, its holder, and whom to ask.

    Attributes:
        id: A number within this answer alone: the records' own would tell of series in between.
        name: As its owner names it.
        status: How far the work has come.
        status_since: The day of its last change.
        owner: The authority that owns it.
        lead: The authority that leads the work; often the owner.
        workers: Who works on it now, longest first, as far as the asker may know.
        handling_code: What a receiver may do with what this answer says of it.
        handling_words: The restrictions of code H3.
        tlp: How far that may be passed on.
        media: How many media are in it.
        offender_identified: True where an offender in it is identified, as far as the asker may know.
    """

    id: int
    name: str
    status: SeriesStatus
    status_since: date
    owner: Contact
    lead: Contact
    workers: tuple[Worker, ...]
    handling_code: str
    handling_words: str
    tlp: str
    media: int
    offender_identified: bool = False


@dataclass(frozen=True, slots=True)
class Holder:
    """An authority that has recorded a content: how often, and since when."""

    authority: str
    country: str
    contact: str
    sightings: int
    first_recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a pair, as it is shown.

    Attributes:
        own: The standing word of the asker's authority; ``None`` where it has said nothing.
        agreement: What all words come to that the asker may see.
        confirmed_by: The codes of the authorities that say "the same".
        rejected_by: The codes of those that say "not the same".
    """

    own: Outcome | None
    agreement: Agreement
    confirmed_by: tuple[str, ...]
    rejected_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One recorded media that a file meets, why, who holds it, and its series.

    Attributes:
        media: A number within this answer alone: the same media has the same number in every match.
        evidence: Why it is met.
        holders: Who has recorded it, as far as the asker may know.
        series: The numbers of its series within this answer.
        categories: What was said of it, as ``scheme:code``.
        said: What people have said of the file and it as the same picture; ``None`` where nothing.
    """

    media: int
    evidence: Evidence
    holders: tuple[Holder, ...]
    series: tuple[int, ...]
    categories: tuple[str, ...]
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class ListFacts:
    """A hash list that was met: whose it is, whom to ask, and what may be done with it.

    Attributes:
        id: A number within this answer alone.
        name: As its owner names it.
        is_irrelevant: True where an entry means "of no interest".
        owner: The authority that has imported it.
        source: Who made it, where that is said.
        version: As its source calls it.
        imported_on: When this version came.
        handling_code: What a receiver may do with what it tells.
        handling_words: The restrictions of code H3.
        tlp: How far that may be passed on.
    """

    id: int
    name: str
    is_irrelevant: bool
    owner: Contact
    source: str
    version: str
    imported_on: date
    handling_code: str
    handling_words: str
    tlp: str


@dataclass(frozen=True, slots=True)
class Listed:
    """What one list says of a file; empty where it says nothing.

    Attributes:
        list: The list's number within this answer.
        is_irrelevant: As in ``ListFacts``.
        evidence: Why the entry is met.
        category: In the list's own words.
        series: As above.
        reference: How the list names the entry.
        source: Who within the list says so.
        victim_identified: True where the list says that its victim is identified.
        entry: The entry's number, made of its hashes: for this node's own use, never to be told.
    """

    list: int
    is_irrelevant: bool
    evidence: Evidence
    category: str
    series: str
    reference: str
    source: str
    victim_identified: bool
    entry: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ListMet:
    """A list of which the check met something, and how many files met it."""

    facts: ListFacts
    files: int


@dataclass(frozen=True, slots=True)
class PartKnown:
    """A stretch of a video that the same recorded media explain from its begin to its end.

    Attributes:
        from_s: Where it begins, in seconds.
        to_s: Where it ends.
        media: The numbers of these media within this answer, the best first; none where it is new.
    """

    from_s: float
    to_s: float
    media: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class VideoAnswer:
    """What was seen of a video, and which seconds of it are known.

    Attributes:
        mode: Which frames were looked at: ``even`` or ``key-frames``.
        frames: How many.
        comparable: How many of these have a hash that means anything.
        covered_s: How far it was followed.
        stopped: Why no further; ``None`` at its end.
        facts: What its container says: ``container``, ``codec``, ``width``, ``height``, ``rotation``,
            ``duration_s``, ``frame_rate``, ``created_at``, ``encoder``, ``make``, ``model``, ``streams``.
        parts: The whole of it, cut where the explanation changes; empty where nothing is known of it.
    """

    mode: str
    frames: int
    comparable: int
    covered_s: float
    stopped: NotComparable | None
    facts: Mapping[str, Any]
    parts: tuple[PartKnown, ...] = ()


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
class Coverage:
    """What the files were compared with: everything recorded by then that the asker may see.

    Nothing here counts or names what is in the index: it holds what is hidden from the asker too.

    Attributes:
        compared_at: When the comparing began; what was recorded before is in it.
        is_complete: False where parts of the index were refused because their checksums do not hold.
        near_sought: False where only digests were at hand: near copies were not looked for, so that
            "new" says no more than that nobody has recorded these digests.
    """

    compared_at: datetime
    is_complete: bool
    near_sought: bool = True


@dataclass(frozen=True, slots=True)
class DetailedCoverage:
    """What was compared in detail, point by point.

    Nothing here depends on what the asker may not know: so it does not say whether few enough pictures are
    recorded that all were compared, and states what holds in any case.

    Attributes:
        asked: Files that were to be compared in detail, each content once.
        compared: Of these, the ones that were; the others could not be read or decoded again.
        stage: How candidates are found where not all pictures are compared.
        recall: Share of altered copies whose original was among the candidates, as measured: the lower bound.
        measured: Where that was measured.
        altered_policy: The name and version of the policy that says what an altered copy is.
        scene_policy: The same for views of one place.
        is_complete: No part of the index of features was refused.
    """

    asked: int
    compared: int
    stage: str
    recall: float
    measured: str
    altered_policy: str
    scene_policy: str
    is_complete: bool


@dataclass(frozen=True, slots=True)
class SoundCoverage:
    """What was compared by its sound.

    Attributes:
        asked: Files that were to be listened to, each content once.
        heard: Of these, the ones in which something is heard; they were compared.
        silent: Of these, the ones that have sound in which nothing stands out. The others have none, or could
            not be read or decoded.
        policy: The name of the policy that links.
        unrelated_pairs: How many pairs of unrelated sounds it was measured on.
        chance_links: How many of these it linked.
        is_complete: No part of the index of sounds was refused.
        with_common: Files in which a sound of the list of over-common ones was heard; it was left out.
        common: The names of those sounds.
    """

    asked: int
    heard: int
    silent: int
    policy: str
    unrelated_pairs: int
    chance_links: int
    is_complete: bool
    with_common: int = 0
    common: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LearntCoverage:
    """What was compared by a learnt model that the operator supplies, and whose model that is.

    Attributes:
        asked: Files that were to be described, each content once.
        described: Of these, the ones that were; the others could not be read or decoded again.
        model: Its name and version.
        sha256: Of its file, as hexadecimal digits.
        licence: Under which it is used.
        source: Where it came from; empty where that is not said.
        link: What likeness means, as its operator says: ``duplicate`` or ``scene``.
        threshold: The cosine from which on there is a link.
        measured: On what the operator has measured that; empty where nothing is said.
        is_complete: No part of the index of vectors was refused.
    """

    asked: int
    described: int
    model: str
    sha256: str
    licence: str
    source: str
    link: str
    threshold: float
    measured: str
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Method:
    """With what the answer was made: versions and thresholds."""

    cairn: str
    pdq: str
    mode: str
    duplicate_policy: str
    radius_bits: int
    minimum_quality: int


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
