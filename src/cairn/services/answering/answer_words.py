"""The words in which an answer is told, the same on the screen and on paper."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from cairn.errors import Reason
from cairn.frames import VideoMode, clock, span_text
from cairn.linking import DigestEqual
from cairn.linking.judgement import Outcome
from cairn.services.answering.restrictions import in_words as handling_in_words
from cairn.services.answering.restrictions import restrictions_of
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from enum import StrEnum

    from cairn.services.answering.answer import FileAnswer, ListMet, SeriesMet
    from cairn.services.answering.coverage import DetailedCoverage, LearntCoverage, SoundCoverage
    from cairn.services.answering.facts import Contact, SeriesFacts
    from cairn.services.answering.matches import Listed, Match, PartKnown, Said, VideoAnswer

MEANINGS = {
    Verdict.IDENTIFIED: "Recorded, in a series whose victim has been identified. Ask the owner of the "
    "series; nobody has to look again.",
    Verdict.KNOWN: "Recorded, byte for byte the same; the victim is not identified, or it is in no series.",
    Verdict.SIMILAR: "Not recorded itself, but linked to recorded media: its picture lies near theirs, or "
    "its details agree as in an altered copy or in another view of one place, or a video shows what another "
    "does. A person has to look.",
    Verdict.NEW: "Nobody whom the asker may see has recorded it, or anything near it that the asker's own "
    "authority has not judged to be another picture. A person has to look.",
    Verdict.IRRELEVANT: "Recorded as of no interest, and nobody says otherwise.",
    Verdict.NOT_COMPARABLE: "Its digests are not recorded, and it has no picture that can be compared, or it "
    "could not be read. The reason is given for every file.",
}
"""What each verdict says, in a sentence or two."""

_REASONS = {
    Reason.EMPTY: "the file has no bytes",
    Reason.UNSUPPORTED: "not a picture format that Cairn reads",
    Reason.UNDECODABLE: "damaged: its picture cannot be decoded",
    Reason.TOO_SMALL: "the picture is too small",
    Reason.TOO_LARGE: "larger than the limits allow",
    Reason.BLANK: "flat: too little detail to compare",
    Reason.ENCRYPTED: "encrypted",
    Reason.DECODER_CRASHED: "the decoder crashed on it",
    Reason.TIMED_OUT: "decoding took too long",
    Reason.NOT_AT_HAND: "the file is not at hand, only its digests",
}

NEAR_NOT_SOUGHT = (
    "Only digests were at hand, and only they were compared. Resized, recompressed or turned copies of "
    "recorded media were not looked for: check the files themselves to find them."
)
STATED_EQUAL = "MD5, SHA-1 or SHA-256 equal, as the case file states them"
MATCH_IS_A_LEAD = "A match is a lead that a person judges."


def spoken(word: StrEnum) -> str:
    """Answer a verdict, a status or a reason as a person says it."""
    return word.value.replace("-", " ")


def reason_in_words(reason: Reason | None) -> str:
    """Answer why files cannot be compared, as a person says it of many files at once."""
    return "no reason was recorded" if reason is None else _REASONS[reason]


def unreadable_in_words(file: FileAnswer) -> str:
    """Answer why the file could not be read, without its address, which is shown beside it."""
    sentence = file.unreadable or ""
    return sentence.removeprefix(file.address).strip() or sentence


def amount(number: int, one: str, many: str | None = None) -> str:
    """Answer a number with its noun.

    >>> amount(1, "file"), amount(12_000, "file")
    ('1 file', '12,000 files')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def met_in_words(met: SeriesMet) -> str:
    """Answer how many files met a series, and in which way."""
    return f"{met.exact:,} exact, {met.similar:,} similar"


def reached_in_words(contact: Contact) -> str:
    """Answer when and over which channel an authority is reached; ``""`` where neither is recorded."""
    return ", ".join(part for part in (contact.channel, contact.hours) if part)


def series_handling_in_words(facts: SeriesFacts) -> str:
    """Answer what may be done with what is told of a series."""
    held = restrictions_of([facts])
    return "" if held is None else handling_in_words(held)


def said_in_words(said: Said) -> str:
    """Answer who says what of two media; both words stay where authorities disagree."""
    parts = [f"the same, says {code}" for code in said.confirmed_by]
    parts += [f"not the same, says {code}" for code in said.rejected_by]
    parts += ["your authority is unsure"] if said.own is Outcome.UNSURE else []
    return "; ".join(parts)


def left_out_in_words(not_same: int, disputed: int) -> str:
    """Answer how many near media are left out by the asker's own word; ``""`` where none are."""
    if not not_same:
        return ""
    left = amount(not_same, "near media", "near media")
    words = f"{left} left out, because your authority has judged: not the same."
    return words + (f" Of {disputed:,}, another authority says: the same." if disputed else "")


def entry_in_words(listed: Listed) -> str:
    """Answer what a list says of a file beside that it knows it; ``""`` where it says nothing more."""
    parts = [f"category {listed.category}"] if listed.category else []
    parts += [f"series {listed.series}"] if listed.series else []
    parts += ["victim identified"] if listed.victim_identified else []
    return ", ".join(parts)


def list_in_words(met: ListMet) -> str:
    """Answer a list that was met, whose it is, and whom to ask."""
    facts = met.facts
    what = "of no interest" if facts.is_irrelevant else "known"
    source = f", made by {facts.source}" if facts.source else ""
    version = f", version {facts.version}" if facts.version else ""
    held = restrictions_of([facts])
    return (
        f"{facts.name} ({what}{source}{version}): {amount(met.files, 'file')}; ask {facts.owner.name} "
        f"({facts.owner.country}), {facts.owner.contact}; {'' if held is None else handling_in_words(held)}"
    )


def details_in_words(details: DetailedCoverage | None) -> str:
    """Answer what was compared in detail, how, and how often that misses; ``""`` where nothing was to be."""
    if details is None:
        return ""
    left = details.asked - details.compared
    words = (
        f"{amount(details.compared, 'picture')} compared in detail with those recorded "
        f"({details.altered_policy}, {details.scene_policy}). Which are worth comparing is found at least as "
        f"well as by {details.stage}: {details.recall:.1%} of altered copies where that was measured."
    )
    if details.with_common:
        words += (
            f" {amount(details.left_out, 'point')} of {amount(details.with_common, 'picture')} left out as "
            f"over-common: {', '.join(details.common)}."
        )
    words += f" {amount(left, 'picture')} could not be read again for it." if left else ""
    return words if details.is_complete else words + " Parts of the index were refused: copies may be missed."


def sounds_in_words(sounds: SoundCoverage | None) -> str:
    """Answer what was compared by its sound; ``""`` where nothing was."""
    if sounds is None or not sounds.asked:
        return ""
    without = sounds.asked - sounds.heard - sounds.silent
    chance = sounds.chance_links or "none"
    words = (
        f"{amount(sounds.heard, 'file')} compared by sound ({sounds.policy}); of "
        f"{sounds.unrelated_pairs:,} pairs of unrelated sounds, {chance} would be linked."
    )
    words += f" In {amount(sounds.silent, 'file')} nothing stands out." if sounds.silent else ""
    if sounds.with_common:
        words += (
            f" Left out of {amount(sounds.with_common, 'file')} as over-common: {', '.join(sounds.common)}."
        )
    words += f" {amount(without, 'file')} without sound that could be decoded." if without else ""
    return words if sounds.is_complete else words + " Parts of the index were refused: links may be missed."


def learnt_in_words(learnt: LearntCoverage | None) -> str:
    """Answer what a learnt model was used for, and whose it is; ``""`` where none was."""
    if learnt is None:
        return ""
    left = learnt.asked - learnt.described
    source = f", from {learnt.source}" if learnt.source else ""
    measured = (
        f"measured as: {learnt.measured}" if learnt.measured else "of which nothing is said to be measured"
    )
    words = (
        f"{amount(learnt.described, 'picture')} compared by the learnt model {learnt.model} (SHA-256 "
        f"{learnt.sha256}, licence {learnt.licence}{source}), which the operator of this node supplies; "
        f"links of the kind {learnt.link} from cosine {learnt.threshold:.3f} on, {measured}."
    )
    words += f" {amount(left, 'picture')} could not be read again for it." if left else ""
    return words if learnt.is_complete else words + " Parts of the index were refused: links may be missed."


def moment(time: datetime) -> str:
    """Answer an aware time in UTC, to the second.

    >>> from datetime import datetime, timezone
    >>> moment(datetime(2026, 3, 1, 12, 30, tzinfo=timezone.utc))
    '2026-03-01 12:30:00 UTC'
    """
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def video_in_words(video: VideoAnswer, names: Mapping[int, str]) -> str:
    """Answer how a video was looked at, and which seconds of it are known.

    Args:
        video: What was seen.
        names: By number of this answer, a series' name with its status.
    """
    how = "key frames alone were looked at" if video.mode == VideoMode.KEY_FRAMES else "looked at"
    words = f"video, {clock(video.covered_s)} {how} in {amount(video.frames, 'frame')}"
    known = [
        f"{clock(part.from_s)}–{clock(part.to_s)} is {_explained(part, names)}"
        for part in video.parts
        if part.media
    ]
    if known:
        rest = "; the rest is new" if any(not part.media for part in video.parts) else ""
        words += ": " + ", ".join(known) + rest
    return words if video.stopped is None else f"{words}. {video.stopped.sentence}"


def any_known(video: VideoAnswer) -> bool:
    """Answer whether some seconds of a video are known."""
    return any(part.media for part in video.parts)


def _explained(part: PartKnown, names: Mapping[int, str]) -> str:
    series = [names[number] for number in part.series if number in names]
    return " and ".join(series) if series else f"recorded (media {part.media[0]}), in no series"


def series_names(series: Mapping[int, SeriesFacts]) -> dict[int, str]:
    """Answer the series of this answer by number, each with its status."""
    return {number: f"{each.name}, {spoken(each.status)}" for number, each in series.items()}


def spans_in_words(match: Match, names: Mapping[int, str]) -> str:
    """Answer which seconds of a recorded media are which series'; ``""`` where each has all of it.

    Args:
        match: The media, as it was met.
        names: By number of this answer, a series' name with its status.
    """
    found = [
        f"{span_text(span.from_s, span.to_s)} of it is {names[span.series]}"
        for span in match.spans
        if span.series in names
    ]
    return ", ".join(found)


def known_in_words(file: FileAnswer, names: Mapping[int, str]) -> str:
    """Answer which seconds of a video are known; ``""`` of one of which none are.

    Args:
        file: Looked at, or equal to a recorded video of which series have stretches.
        names: As above.
    """
    if file.video is not None and any_known(file.video):
        return video_in_words(file.video, names)
    equal = (spans_in_words(each, names) for each in file.matches if isinstance(each.evidence, DigestEqual))
    found = [words for words in equal if words]
    return f"recorded; {', '.join(found)}" if found else ""
