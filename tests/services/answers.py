"""Answers made up for the tests of how an answer is told: realistic, hostile, and large."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from cairn.errors import NotComparable, Reason
from cairn.linking import DigestEqual, PdqNear, PhotoDnaNear
from cairn.linking.clip.link import ClipLink
from cairn.linking.clip.spans import Span
from cairn.linking.footage import FrameNear
from cairn.linking.judgement import Agreement
from cairn.linking.learnt import LearntNear
from cairn.linking.left_out import LeftOut
from cairn.linking.points import PlaceAgrees, PointsAgree
from cairn.linking.sound_spans import SoundAgrees, SoundSpan
from cairn.services.answering.answer import Answer, FileAnswer, FirstLook, ListMet, SeriesMet
from cairn.services.answering.coverage import (
    Coverage,
    DetailedCoverage,
    LearntCoverage,
    Method,
    SoundCoverage,
)
from cairn.services.answering.facts import Contact, Holder, ListFacts, SeriesFacts, Worker
from cairn.services.answering.matches import Listed, Match, PartKnown, Said, SpanOwned, VideoAnswer
from cairn.services.checking.priority import look_first
from cairn.types import Digests, Orientation, SeriesStatus, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cairn.linking import Evidence

FOLDER = "/mnt/exhibit-4/"
NOON = datetime(2026, 3, 2, 12, 0, 5, tzinfo=UTC)

ZEELAND = Contact(
    "NL-UNIT", "Victim Identification Unit, Zeeland", "NL", "vid@unit.example.nl, +31 00 000 0000"
)
SWEDEN = Contact(
    "SE-UNIT", "National Unit, Sweden", "SE", "desk@unit.example.se", "Mon-Fri 8-17 CET", "SIENA"
)
CANADA = Contact("CA-HOTLINE", "Children's Hotline of Canada", "CA", "duty@hotline.example.ca")
HARBOUR = SeriesFacts(
    1,
    "Harbour Room",
    SeriesStatus.SAFEGUARDED,
    date(2025, 9, 14),
    ZEELAND,
    ZEELAND,
    (),
    "H0",
    "",
    "TLP:AMBER",
    214,
)
LANTERN = SeriesFacts(
    2,
    "Green Lantern",
    SeriesStatus.IN_PROGRESS,
    date(2026, 1, 30),
    SWEDEN,
    ZEELAND,
    (Worker(SWEDEN, datetime(2026, 2, 3, 9, tzinfo=UTC)),),
    "H3",
    "Ask Sweden before anybody is told.",
    "TLP:RED",
    37,
)
STAIRS = SeriesFacts(
    3,
    "Blue Stairs",
    SeriesStatus.UNIDENTIFIED,
    date(2024, 11, 3),
    CANADA,
    CANADA,
    (),
    "H1",
    "",
    "TLP:GREEN",
    9,
)
HOLDERS = {
    code: Holder(code, code[:2], contact, sightings, datetime(2024, 5, 1, 8, tzinfo=UTC))
    for code, contact, sightings in (
        ("NL-UNIT", ZEELAND.contact, 3),
        ("SE-UNIT", SWEDEN.contact, 1),
        ("CA-HOTLINE", CANADA.contact, 12),
    )
}

DISPUTED = Said(None, Agreement.DISPUTED, ("SE-UNIT",), ("CA-UNIT",))


def digests_of(name: str) -> Digests:
    content = name.encode("utf-8", "backslashreplace")
    # Made-up digests, so that two of them differ in the way that real ones do.
    return Digests(hashlib.sha256(content).digest()[:16], hashlib.sha1(content).digest(), sha256_of(content))  # noqa: S324 - not for security


def sha256_of(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def picture(name: str, verdict: Verdict, *matches: Match, copy_of: str | None = None) -> FileAnswer:
    return FileAnswer(
        address=FOLDER + name,
        verdict=verdict,
        size_bytes=2_134_567 + len(name),
        digests=digests_of(copy_of.removeprefix(FOLDER) if copy_of else name),
        media_type="image/jpeg",
        width=4032,
        height=3024,
        quality=100,
        copy_of=copy_of,
        matches=matches,
    )


def equal(media: int, holders: Sequence[str], *series: SeriesFacts, categories: Sequence[str] = ()) -> Match:
    known = tuple(HOLDERS[code] for code in holders)
    return Match(media, DigestEqual(), known, tuple(row.id for row in series), tuple(categories))


def near(media: int, bits: int, turned: Orientation, holders: Sequence[str], *series: SeriesFacts) -> Match:
    known = tuple(HOLDERS[code] for code in holders)
    return Match(media, PdqNear(bits, turned), known, tuple(row.id for row in series), ())


COPY = PointsAgree(
    policy="altered-10-11/1",
    change="perspective",
    is_mirrored=True,
    places=41,
    alike=60,
    spanned_of_file=0.8,
    spanned_of_known=0.62,
    shared=0.7,
    outline=((0.1, 0.2), (0.9, 0.2), (0.9, 0.9), (0.1, 0.9)),
    lines=(((0.5, 0.5), (0.6, 0.6)), ((0.1, 0.9), (0.2, 0.8))),
    file_frame=(512, 384),
    known_frame=(384, 512),
    tried=(("similarity", False, 4), ("perspective", True, 41)),
    unrelated_pairs=4_037_337,
    chance_links=1,
    left_out=(LeftOut("learnt-1", 214, 12),),
)
PLACE = PlaceAgrees(
    policy="scene-planes-motion/1",
    planes=(14, 7),
    in_motion=30,
    alike=80,
    likelihood_ratio=9500.0,
    lines=COPY.lines,
    file_frame=(512, 384),
    known_frame=(512, 384),
    same_places=127,
    different_places=10_033,
    chance_links=2,
)
DETAILS = DetailedCoverage(
    asked=55,
    compared=54,
    stage="ivfpq-votes/3",
    recall=0.991,
    measured="docs/method/scenes.md",
    altered_policy=COPY.policy,
    scene_policy=PLACE.policy,
    is_complete=True,
    with_common=2,
    left_out=415,
    common=("learnt-1",),
)


ALIKE = LearntNear("copy-net/2", "5e" * 32, "MIT", "duplicate", 0.9312, 0.75, "our own pictures")
LEARNT = LearntCoverage(
    asked=55,
    described=54,
    model=ALIKE.policy,
    sha256=ALIKE.sha256,
    licence=ALIKE.licence,
    source="our own training",
    link=ALIKE.link,
    threshold=ALIKE.threshold,
    measured=ALIKE.measured,
    is_complete=True,
)

HEARD = SoundAgrees(
    policy="sound-points/2",
    spans=(SoundSpan(10_000, 65_000, 0, 55_000, 420, 700, 900.0),),
    speed=1.0,
    keeps_pitch=True,
    shared_of_file=0.9,
    shared_of_known=1.0,
    unrelated_pairs=4_840,
    chance_links=0,
)
SOUNDS = SoundCoverage(
    asked=7,
    heard=5,
    silent=1,
    policy=HEARD.policy,
    unrelated_pairs=HEARD.unrelated_pairs,
    chance_links=HEARD.chance_links,
    is_complete=True,
    with_common=1,
    common=("Jingle",),
)


FOLLOWED = ClipLink(
    (Span(7.0, 15.0, 2.0, 10.0, 1.0, Orientation.ORIGINAL, 32, 6, 8, 9, 96, 3.1),),
    (Span(30.0, 33.0, 11.0, 14.0, 1.0, Orientation.ORIGINAL, 12, 1, 10, 10, 0, 0.4),),
    share_of_file=0.2,
    share_of_known=0.8,
    policy="clip-1/1",
)
VIDEO = VideoAnswer(
    mode="even",
    frames=52,
    comparable=50,
    covered_s=40.0,
    stopped=NotComparable(Reason.UNDECODABLE, "The video is damaged after 40 seconds."),
    facts={
        "container": "matroska,webm",
        "codec": "vp9",
        "width": 1920,
        "height": 1080,
        "rotation": 0,
        "duration_s": 61.5,
        "frame_rate": 30.0,
        "created_at": None,
        "encoder": "Lavf61",
        "make": "",
        "model": "",
        "streams": ["video:vp9"],
    },
    parts=(PartKnown(0.0, 7.0, ()), PartKnown(7.0, 15.0, (405,), (2,)), PartKnown(15.0, 40.0, ())),
    shots=(0.0, 7.25, 15.0),
)
"""What is known of one of the files, where the answer treats it as a video."""


def by_points(media: int, evidence: Evidence) -> Match:
    return Match(media, evidence, (HOLDERS["SE-UNIT"],), (), ())


def blank(name: str, reason: Reason, sentence: str, *matches: Match) -> FileAnswer:
    verdict = Verdict.KNOWN if matches else Verdict.NOT_COMPARABLE
    why_not = NotComparable(reason, sentence)
    return replace(picture(name, verdict, *matches), quality=None, why_not=why_not)


def unreadable(name: str, reason: str) -> FileAnswer:
    address = FOLDER + name
    return FileAnswer(address, Verdict.NOT_COMPARABLE, unreadable=f"{address} {reason}")


def _sha256(file: FileAnswer) -> str:
    return file.digests.named.removeprefix("sha256:") if file.digests else "-"


def input_digest(files: Iterable[FileAnswer]) -> str:
    lines = (f"{_sha256(file)}  {file.address}\n" for file in files)
    return sha256_of("".join(lines).encode("utf-8", "backslashreplace")).hex()


def answer_of(
    files: Iterable[FileAnswer],
    *,
    series: Sequence[SeriesMet] = (),
    looks: Sequence[FirstLook] = (),
    case: str | None = "2026-0417",
    is_complete: bool = True,
) -> Answer:
    known = tuple(sorted(files, key=lambda file: file.address))
    return Answer(
        node="nl-node-1",
        authority="NL-UNIT",
        authority_name="Demonstration unit, Netherlands",
        paths=("/evidence/phone",),
        case=case,
        exhibit=None if case is None else "phone-1",
        started_at=NOON.replace(minute=0, second=0, hour=11),
        finished_at=NOON,
        resumed=0,
        recalled=0,
        files=known,
        series=tuple(series),
        look_first=tuple(looks),
        coverage=Coverage(NOON.replace(second=0), is_complete),
        method=Method("0.1.0", "pdq/1", "fast", "pdq-31/1", 31, 50),
        input_digest=input_digest(known),
        registered=None,
    )


BASELINE = ListFacts(
    id=1,
    name="Baseline",
    is_irrelevant=False,
    owner=HARBOUR.owner,
    source="ICSE",
    version="2026-11",
    imported_on=NOON.date(),
    handling_code="H0",
    handling_words="",
    tlp="TLP:AMBER",
)


def sample_answer() -> Answer:
    """A seizure of 150 files as an investigator meets it."""
    files = list(_sample_files())
    series = [met(facts, files) for facts in (HARBOUR, LANTERN, STAIRS)]
    looks = look_first(files, {facts.id: facts for facts in (HARBOUR, LANTERN, STAIRS)})
    lists = (ListMet(BASELINE, 1),)
    return replace(
        answer_of(files, series=series, looks=looks),
        lists=lists,
        details=DETAILS,
        learnt=LEARNT,
        sounds=SOUNDS,
    )


def _sample_files() -> Iterator[FileAnswer]:
    for number in range(55):
        match = equal(number, ["NL-UNIT", "SE-UNIT"], HARBOUR, categories=["baseline:1"])
        yield picture(f"DCIM/100/IMG_{number:04}.jpg", Verdict.IDENTIFIED, match)
    first = FOLDER + "DCIM/100/IMG_0007.jpg"
    for name in ("Backup/IMG_0007 (1).jpg", "Backup/IMG_0007 (2).jpg", "WhatsApp/IMG-20250102.jpg"):
        match = equal(7, ["NL-UNIT", "SE-UNIT"], HARBOUR, categories=["baseline:1"])
        yield picture("DCIM/z/" + name, Verdict.IDENTIFIED, match, copy_of=first)
    for number in range(11):
        yield picture(
            f"DCIM/101/IMG_{number:04}.jpg", Verdict.KNOWN, equal(100 + number, ["SE-UNIT"], LANTERN)
        )
    entry = Listed(1, False, DigestEqual(("md5",)), "baseline", "Pier", "4711", "", victim_identified=False)
    value = replace(entry, evidence=PhotoDnaNear(1_204, "photodna-40000/1"))
    for number in range(8):
        known = picture(f"Download/{number}.jpg", Verdict.KNOWN, equal(200 + number, ["CA-HOTLINE"]))
        yield replace(known, listed={0: (entry,), 1: (value,)}.get(number, ()))
    turns = list(Orientation)
    for number in range(9):
        series = (LANTERN, STAIRS, HARBOUR)[number // 4]
        found = [near(300 + number, 3 * number, turns[number % 8], ["SE-UNIT", "CA-HOTLINE"], series)]
        found += [near(400, 30, Orientation.ORIGINAL, ["NL-UNIT"], HARBOUR)] if number == 2 else []
        found = [replace(match, said=DISPUTED) for match in found] if number == 3 else found
        closer: tuple[Evidence, ...] = (
            COPY,
            PLACE,
            ALIKE,
            HEARD,
            FOLLOWED,
            FrameNear(6, turns[0], 192.2, in_file=True),
        )
        found += [by_points(401 + nth, each) for nth, each in enumerate(closer)] if number == 4 else []
        found = [
            replace(match, series=(LANTERN.id,), spans=(SpanOwned(LANTERN.id, 2.0, 9.5),))
            if match.evidence is FOLLOWED
            else match
            for match in found
        ]
        yield replace(
            picture(f"Telegram/photo_{number}.jpg", Verdict.SIMILAR, *found),
            not_same=2 * (number == 5),
            disputed=int(number == 5),
            video=VIDEO if number == 4 else None,
        )
    for number in range(46):
        yield picture(f"DCIM/102/IMG_{number:04}.jpg", Verdict.NEW)
    yield picture("Telegram/copy.jpg", Verdict.NEW, copy_of=FOLDER + "DCIM/102/IMG_0011.jpg")
    for number in range(7):
        yield picture(
            f"System/icon_{number}.png",
            Verdict.IRRELEVANT,
            equal(500 + number, ["NL-UNIT"], categories=["baseline:0"]),
        )
    yield from _sample_oddities()


def _sample_oddities() -> Iterator[FileAnswer]:
    flat = "The picture is nearly blank: its quality is 0, and hashes below 50 are not compared."
    for name in ("wall.jpg", "dark.jpg", "white.png"):
        yield blank(f"DCIM/103/{name}", Reason.BLANK, flat)
    known = equal(600, ["SE-UNIT"])
    yield blank("DCIM/103/known-wall.jpg", Reason.BLANK, flat, known)
    truncated = "The picture cannot be decoded: its data end in the middle."
    yield blank("DCIM/103/IMG_0002.jpg", Reason.UNDECODABLE, truncated)
    yield replace(
        blank("notes.txt", Reason.UNSUPPORTED, "Its content is no picture that Cairn reads."),
        media_type=None,
        width=None,
        height=None,
        size_bytes=812,
    )
    yield unreadable("Private/diary.jpg", "may not be read by this user.")
    yield unreadable("link", "is a symbolic link, which is not followed or opened.")
    yield picture("Telegram/فيديو العطلة.jpg", Verdict.NEW)
    yield picture("Telegram/holiday\u202egpj.exe", Verdict.NEW)


def met(facts: SeriesFacts, files: Sequence[FileAnswer]) -> SeriesMet:
    ways = [{type(match.evidence) for match in file.matches if facts.id in match.series} for file in files]
    exact = sum(DigestEqual in way for way in ways)
    return SeriesMet(facts, exact, sum(way == {PdqNear} for way in ways))


def hostile_answer() -> Answer:
    """Every text that comes from outside tries to be something else."""
    evil = "<script>alert('x')</script>[bold red]\x1b[2J\u202e\u2066&\"'.jpg"
    somebody = Contact(evil, evil, "XX", evil, evil, evil)
    series = replace(
        STAIRS,
        name="Evil " + evil,
        owner=somebody,
        lead=replace(somebody, authority="XX-UNIT"),
        workers=(Worker(somebody, NOON),),
        handling_code="H3",
        handling_words=evil,
    )
    holder = Holder("XX-UNIT", "XX", evil, 1, NOON)
    match = Match(1, PdqNear(6, Orientation.ROTATED_90), (holder,), (series.id,), ("evil:" + evil,))
    files = [
        picture(evil, Verdict.SIMILAR, match),
        picture("long/" + "ä" * 3000 + ".jpg", Verdict.NEW),
        picture("two\nlines\tand\x00nothing\udcff.jpg", Verdict.NEW),
        picture("copy" + evil, Verdict.SIMILAR, match, copy_of=FOLDER + evil),
        blank("blank" + evil, Reason.BLANK, "Blank: " + evil),
        unreadable("none" + evil, "is " + evil),
    ]
    looks = [FirstLook(FOLDER + evil, "similar to " + series.name)]
    return answer_of(files, series=[SeriesMet(series, 0, 2)], looks=looks, case=evil, is_complete=False)


def large_answer(count: int) -> Answer:
    """As many files as asked for, a third of them in a series."""
    match = equal(7, ["NL-UNIT", "SE-UNIT"], HARBOUR, categories=["baseline:1"])
    files = [
        picture(f"DCIM/{number // 1000:04}/IMG_{number:07}.jpg", Verdict.KNOWN, match)
        if number % 3 == 0
        else picture(f"DCIM/{number // 1000:04}/IMG_{number:07}.jpg", Verdict.NEW)
        for number in range(count)
    ]
    looks = [FirstLook(file.address, "new") for file in files if file.verdict is Verdict.NEW]
    return answer_of(files, series=[SeriesMet(HARBOUR, len(files) // 3, 0)], looks=looks)


def empty_answer() -> Answer:
    """An empty folder was checked, for no case."""
    return replace(answer_of((), case=None), registered=0, resumed=4, recalled=3)
