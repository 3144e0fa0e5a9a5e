"""A kept answer becomes the answer again: the opposite of ``answer_json``, for reports made later."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from cairn.errors import IntegrityError, NotComparable, Reason
from cairn.linking import DigestEqual, PdqNear
from cairn.linking.evidence import stored
from cairn.linking.footage import footage_from_stored
from cairn.linking.judgement import Agreement, Outcome
from cairn.linking.learnt import learnt_from_stored
from cairn.linking.photodna import photodna_from_stored
from cairn.linking.points import from_stored
from cairn.linking.sound_spans import sound_from_stored
from cairn.services.answering.answer import Answer, FileAnswer, FirstLook, ListMet, SeriesMet
from cairn.services.answering.answer_json import file_row
from cairn.services.answering.coverage import (
    BY_DIGESTS,
    Coverage,
    DetailedCoverage,
    LearntCoverage,
    Method,
    SoundCoverage,
)
from cairn.services.answering.facts import Contact, Holder, ListFacts, SeriesFacts, Worker
from cairn.services.answering.matches import Listed, Match, PartKnown, Said, SpanOwned, VideoAnswer
from cairn.types import Digests, Orientation, SeriesStatus, StatedDigests, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cairn.linking import Evidence

Row = dict[str, Any]


def answer_from(
    head: Row,
    *,
    series: Iterable[Row],
    lists: Iterable[Row],
    looks: Iterable[Row],
    files: Iterable[Row],
) -> Answer:
    """Answer what was kept in the form of ``cairn-answer/1``, its evidence as ``kept_file`` keeps it.

    Args:
        head: Everything before the lists.
        series: The rows of the series met.
        lists: The rows of the hash lists met.
        looks: The rows of what to look at first.
        files: The rows of the files.
    """
    return Answer(
        node=head["node"],
        authority=head["authority"],
        authority_name=head["authority_name"],
        paths=tuple(head["input"]["paths"]),
        case=head["case"],
        exhibit=head["exhibit"],
        started_at=_moment(head["started_at"]),
        finished_at=_moment(head["finished_at"]),
        resumed=head["resumed"],
        recalled=head["recalled"],
        files=tuple(_file(row, is_stated=head["method"]["mode"] == BY_DIGESTS) for row in files),
        series=tuple(map(_met, series)),
        look_first=tuple(FirstLook(row["address"], row["why"]) for row in looks),
        coverage=Coverage(
            _moment(head["coverage"]["compared_at"]),
            head["coverage"]["is_complete"],
            head["coverage"]["near_sought"],
        ),
        method=Method(**head["method"]),
        input_digest=head["input"]["sha256"],
        registered=head["registered"],
        unprotected=tuple(head["unprotected"]),
        lists=tuple(map(_list, lists)),
        details=_details(head["details"]),
        learnt=LearntCoverage(**head["learnt"]) if head.get("learnt") else None,
        sounds=_sounds(head.get("sounds")),
    )


def _details(row: Row | None) -> DetailedCoverage | None:
    return DetailedCoverage(**{**row, "common": tuple(row.get("common", ()))}) if row else None


def _sounds(row: Row | None) -> SoundCoverage | None:
    return SoundCoverage(**{**row, "common": tuple(row["common"])}) if row else None


def kept_file(file: FileAnswer) -> Row:
    """Answer a file as ``cairn-answer/1`` has it, and what that leaves out of its evidence."""
    row = file_row(file)
    for shown, match in zip(row["matches"], file.matches, strict=True):
        shown["evidence"]["kept"] = _kept(match.evidence)
    for shown, listed in zip(row["listed"], file.listed, strict=True):
        shown["evidence"]["kept"] = _kept(listed.evidence)
        shown["is_irrelevant"] = listed.is_irrelevant
    return row


def _kept(evidence: Evidence) -> Row:
    if isinstance(evidence, DigestEqual):
        return {"kind": "digest-equal", "stated": list(evidence.stated)}
    return stored(evidence)


def _met(row: Row) -> SeriesMet:
    owner = Contact(
        row["owner"],
        row["owner_name"],
        row["country"],
        row["contact"],
        row["contact_hours"],
        row["contact_channel"],
    )
    facts = SeriesFacts(
        id=row["id"],
        name=row["name"],
        status=SeriesStatus(row["status"]),
        status_since=date.fromisoformat(row["status_since"]),
        owner=owner,
        lead=_contact(row["lead"]),
        workers=tuple(Worker(_contact(each), _moment(each["since"])) for each in row["workers"]),
        handling_code=row["handling_code"],
        handling_words=row["handling_words"],
        tlp=row["tlp"],
        media=row["media"],
        offender_identified=row["offender_identified"],
    )
    return SeriesMet(facts, row["met"]["exact"], row["met"]["similar"])


def _contact(row: Row) -> Contact:
    return Contact(
        row["authority"],
        row["name"],
        row["country"],
        row["contact"],
        row["contact_hours"],
        row["contact_channel"],
    )


def _list(row: Row) -> ListMet:
    facts = ListFacts(
        id=row["id"],
        name=row["name"],
        is_irrelevant=row["kind"] == "irrelevant",
        owner=_contact(row["owner"]),
        source=row["source"],
        version=row["version"],
        imported_on=date.fromisoformat(row["imported_on"]),
        handling_code=row["handling_code"],
        handling_words=row["handling_words"],
        tlp=row["tlp"],
    )
    return ListMet(facts, row["files"])


def _file(row: Row, *, is_stated: bool) -> FileAnswer:
    why_not = row["not_comparable"]
    matches = tuple(map(_match, row["matches"]))
    return FileAnswer(
        address=row["address"],
        verdict=Verdict(row["verdict"]),
        size_bytes=row["size_bytes"],
        digests=_digests(row, is_stated=is_stated),
        media_type=row["media_type"],
        width=row["width"],
        height=row["height"],
        quality=row["quality"],
        why_not=why_not and NotComparable(Reason(why_not["reason"]), why_not["sentence"]),
        unreadable=row["unreadable"],
        copy_of=row["copy_of"],
        matches=matches,
        not_same=row["not_same"],
        disputed=row["disputed"],
        listed=tuple(map(_listed, row["listed"])),
        video=_video(row["video"], matches) if row.get("video") else None,
    )


def _video(row: Row, matches: Sequence[Match]) -> VideoAnswer:
    stopped = row["stopped"]
    series = {match.media: match.series for match in matches}
    return VideoAnswer(
        mode=row["mode"],
        frames=row["frames"],
        comparable=row["comparable"],
        covered_s=row["covered_s"],
        stopped=stopped and NotComparable(Reason(stopped["reason"]), stopped["sentence"]),
        facts=row["facts"],
        parts=tuple(_part(part, series) for part in row["parts"]),
        shots=tuple(row.get("shots", ())),
    )


def _part(row: Row, series: Mapping[int, Sequence[int]]) -> PartKnown:
    """Answer a stretch; one of before series had stretches is of every series of its media."""
    met = row.get("series", [each for media in row["media"] for each in series.get(media, ())])
    return PartKnown(row["from_s"], row["to_s"], tuple(row["media"]), tuple(dict.fromkeys(met)))


def _listed(row: Row) -> Listed:
    return Listed(
        list=row["list"],
        is_irrelevant=row["is_irrelevant"],
        evidence=_evidence(row["evidence"]["kept"]),
        category=row["category"],
        series=row["series"],
        reference=row["reference"],
        source=row["source"],
        victim_identified=row["victim_identified"],
    )


def _digests(row: Row, *, is_stated: bool) -> Digests | StatedDigests | None:
    raw = [None if row[kind] is None else bytes.fromhex(row[kind]) for kind in ("md5", "sha1", "sha256")]
    if raw == [None] * 3:
        return None
    return StatedDigests(*raw) if is_stated else Digests(*(digest or b"" for digest in raw))


def _match(row: Row) -> Match:
    return Match(
        media=row["media"],
        evidence=_evidence(row["evidence"]["kept"]),
        holders=tuple(map(_holder, row["holders"])),
        series=tuple(row["series"]),
        categories=tuple(row["categories"]),
        said=row["said"] and _said(row["said"]),
        spans=tuple(SpanOwned(**each) for each in row.get("spans", ())),
    )


def _evidence(kept: Row) -> Evidence:
    if kept["kind"] == "digest-equal":
        return DigestEqual(tuple(kept["stated"]))
    if kept["kind"] == "pdq-near":
        return PdqNear(kept["distance_bits"], Orientation(kept["orientation"]))
    found = (
        from_stored(kept)
        or learnt_from_stored(kept)
        or sound_from_stored(kept)
        or footage_from_stored(kept)
        or photodna_from_stored(kept)
    )
    if found is None:
        raise IntegrityError("An answer holds evidence of a kind that is not known.", code="answer.evidence")
    return found


def _said(row: Row) -> Said:
    return Said(
        row["own"] and Outcome(row["own"]),
        Agreement(row["agreement"]),
        tuple(row["confirmed_by"]),
        tuple(row["rejected_by"]),
    )


def _holder(row: Row) -> Holder:
    return Holder(
        row["authority"],
        row["country"],
        row["contact"],
        row["sightings"],
        _moment(row["first_recorded_at"]),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
