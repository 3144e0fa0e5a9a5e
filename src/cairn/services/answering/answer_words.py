"""The words in which an answer is told, the same on the screen and on paper."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from cairn.errors import Reason
from cairn.frames import VideoMode, clock, clock_end, span_text
from cairn.linking import DigestEqual
from cairn.linking.judgement import Outcome
from cairn.sentences import ENGLISH, Amount, Sentence, both, listed_apart
from cairn.sentences import listed as together
from cairn.services.answering.restrictions import in_words as handling_in_words
from cairn.services.answering.restrictions import restrictions_of
from cairn.types import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from enum import StrEnum

    from cairn.sentences import Tongue
    from cairn.services.answering.answer import FileAnswer, ListMet, SeriesMet
    from cairn.services.answering.facts import Contact, SeriesFacts
    from cairn.services.answering.matches import Listed, Match, PartKnown, Said, VideoAnswer

MEANINGS = {
    Verdict.IDENTIFIED: Sentence(
        "Recorded, in a series whose victim has been identified. Ask the owner of the series; nobody has to "
        "look again."
    ),
    Verdict.KNOWN: Sentence(
        "Recorded, byte for byte the same; the victim is not identified, or it is in no series."
    ),
    Verdict.SIMILAR: Sentence(
        "Not recorded itself, but linked to recorded media: its picture lies near theirs, or its details "
        "agree as in an altered copy or in another view of one place, or a video shows what another does. A "
        "person has to look."
    ),
    Verdict.NEW: Sentence(
        "Nobody whom the asker may see has recorded it, or anything near it that the asker's own authority "
        "has not judged to be another picture. A person has to look."
    ),
    Verdict.IRRELEVANT: Sentence("Recorded as of no interest, and nobody says otherwise."),
    Verdict.NOT_COMPARABLE: Sentence(
        "Its digests are not recorded, and it has no picture that can be compared, or it could not be read. "
        "The reason is given for every file."
    ),
}
"""What each verdict says, in a sentence or two."""

_REASONS = {
    Reason.EMPTY: Sentence("the file has no bytes"),
    Reason.UNSUPPORTED: Sentence("a format that Cairn does not read, or a video that was left out"),
    Reason.UNDECODABLE: Sentence("damaged: its picture cannot be decoded"),
    Reason.TOO_SMALL: Sentence("the picture is too small"),
    Reason.TOO_LARGE: Sentence("larger than the limits allow"),
    Reason.BLANK: Sentence("flat: too little detail to compare"),
    Reason.ENCRYPTED: Sentence("encrypted"),
    Reason.DECODER_CRASHED: Sentence("the decoder crashed on it"),
    Reason.TIMED_OUT: Sentence("decoding took too long"),
    Reason.NOT_AT_HAND: Sentence("the file is not at hand, only its digests"),
}

NEAR_NOT_SOUGHT = Sentence(
    "Only digests were at hand, and only they were compared. Resized, recompressed or turned copies of "
    "recorded media were not looked for: check the files themselves to find them."
)
STATED_EQUAL = Sentence("MD5, SHA-1 or SHA-256 equal, as the case file states them")
MATCH_IS_A_LEAD = Sentence("A match is a lead that a person judges.")


def spoken(word: StrEnum) -> str:
    """Answer a verdict, a status or a reason as a person says it."""
    return word.value.replace("-", " ")


def reason_in_words(reason: Reason | None) -> str:
    """Answer why files cannot be compared, as a person says it of many files at once."""
    return Sentence("no reason was recorded") if reason is None else _REASONS[reason]


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


def in_files(number: int) -> Amount:
    """Answer how many files."""
    return Amount("%(n)s file", "%(n)s files", number)


def in_pictures(number: int) -> Amount:
    """Answer how many pictures."""
    return Amount("%(n)s picture", "%(n)s pictures", number)


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
    parts = [Sentence("the same, says %(authority)s", authority=code) for code in said.confirmed_by]
    parts += [Sentence("not the same, says %(authority)s", authority=code) for code in said.rejected_by]
    parts += [Sentence("your authority is unsure")] if said.own is Outcome.UNSURE else []
    return listed_apart(parts)


def left_out_in_words(not_same: int, disputed: int) -> str:
    """Answer how many near media are left out by the asker's own word; ``""`` where none are."""
    if not not_same:
        return ""
    others = Sentence(" Of %(media)s, another authority says: the same.", media=disputed) if disputed else ""
    return Sentence(
        "%(media)s near media left out, because your authority has judged: not the same.%(others)s",
        media=not_same,
        others=others,
    )


def entry_in_words(listed: Listed) -> str:
    """Answer what a list says of a file beside that it knows it; ``""`` where it says nothing more."""
    parts = [Sentence("category %(category)s", category=listed.category)] if listed.category else []
    parts += [Sentence("series %(name)s", name=listed.series)] if listed.series else []
    parts += [Sentence("victim identified")] if listed.victim_identified else []
    return together(parts)


def list_in_words(met: ListMet) -> str:
    """Answer a list that was met, whose it is, and whom to ask."""
    facts = met.facts
    held = restrictions_of([facts])
    return Sentence(
        "%(name)s (%(what)s%(source)s%(version)s): %(files)s; ask %(owner)s (%(country)s), %(contact)s; "
        "%(handling)s",
        name=facts.name,
        what=Sentence("of no interest") if facts.is_irrelevant else Sentence("known"),
        source=Sentence(", made by %(source)s", source=facts.source) if facts.source else "",
        version=Sentence(", version %(version)s", version=facts.version) if facts.version else "",
        files=in_files(met.files),
        owner=facts.owner.name,
        country=facts.owner.country,
        contact=facts.owner.contact,
        handling="" if held is None else handling_in_words(held),
    )


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
    known = [
        Sentence(
            "%(begin)s–%(end)s is %(what)s",
            begin=clock(part.from_s),
            end=clock_end(part.to_s),
            what=_explained(part, names),
        )
        for part in video.parts
        if part.media
    ]
    is_whole = all(part.media for part in video.parts)
    rest = "" if is_whole or not known else Sentence("; the rest is new")
    words = Sentence(
        "video, %(length)s %(how)s in %(frames)s%(known)s%(rest)s",
        length=clock_end(video.covered_s),
        how=_KEY_FRAMES if video.mode == VideoMode.KEY_FRAMES else _LOOKED,
        frames=Amount("%(n)s frame", "%(n)s frames", video.frames),
        known=Sentence(": %(parts)s", parts=together(known)) if known else "",
        rest=rest,
    )
    if video.stopped is None:
        return words
    return Sentence("%(said)s. %(why)s", said=words, why=video.stopped.sentence)


_KEY_FRAMES, _LOOKED = Sentence("key frames alone were looked at"), Sentence("looked at")


def any_known(video: VideoAnswer) -> bool:
    """Answer whether some seconds of a video are known."""
    return any(part.media for part in video.parts)


def _explained(part: PartKnown, names: Mapping[int, str]) -> str:
    series = [names[number] for number in part.series if number in names]
    if series:
        return both(series)
    return Sentence("recorded (media %(number)s), in no series", number=str(part.media[0]))


def series_names(series: Mapping[int, SeriesFacts], tongue: Tongue = ENGLISH) -> dict[int, str]:
    """Answer the series of this answer by number, each with its status."""
    return {
        number: Sentence("%(name)s, %(status)s", name=each.name, status=tongue.word(each.status))
        for number, each in series.items()
    }


def spans_in_words(match: Match, names: Mapping[int, str]) -> str:
    """Answer which seconds of a recorded media are which series'; ``""`` where each has all of it.

    Args:
        match: The media, as it was met.
        names: By number of this answer, a series' name with its status.
    """
    found = [
        Sentence(
            "%(span)s of it is %(series)s",
            span=span_text(span.from_s, span.to_s),
            series=names[span.series],
        )
        for span in match.spans
        if span.series in names
    ]
    return together(found)


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
    return Sentence("recorded; %(parts)s", parts=together(found)) if found else ""
