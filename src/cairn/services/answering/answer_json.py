"""The answer for programs: ``cairn-answer/1``, every key of which is described in ``docs/answer-format.md``.

It is written one file a line and never held as one text, so that an answer about half a million files needs
no more memory than the answer itself. Every character outside ASCII is escaped, so that a hostile file name
does nothing to the terminal or the tool that reads it.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC
from typing import IO, TYPE_CHECKING, Any

from cairn.services.answering.answer import ANSWER_FORMAT
from cairn.services.answering.answer_evidence import evidence_row
from cairn.services.checking.whole_file import written_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path

    from cairn.services.answering.answer import Answer, FileAnswer, ListMet, SeriesMet
    from cairn.services.answering.coverage import DetailedCoverage, LearntCoverage
    from cairn.services.answering.facts import Contact, Holder
    from cairn.services.answering.matches import Listed, Match, Said, VideoAnswer

Row = dict[str, Any]


def as_json(answer: Answer) -> dict[str, object]:
    """Answer the whole answer as values that JSON knows, in the order in which they are written."""
    return {**head_row(answer), **{key: list(rows) for key, rows in _lists(answer)}}


def dump_json(answer: Answer, stream: IO[str]) -> None:
    """Write the answer as JSON, a line a series and a file, ending in a line end."""
    write_object(stream, head_row(answer), _lists(answer))


def write_object(stream: IO[str], head: Row, lists: Iterable[tuple[str, Iterable[Row]]]) -> None:
    """Write one JSON object: the head's values, then each list with a line a row, never held as one text."""
    for number, (key, value) in enumerate(head.items()):
        stream.write("{\n" if number == 0 else ",\n")
        stream.write(f"{json.dumps(key)}: {json.dumps(value)}")
    for key, rows in lists:
        stream.write(f",\n{json.dumps(key)}: [")
        for number, row in enumerate(rows):
            stream.write(("\n" if number == 0 else ",\n") + json.dumps(row))
        stream.write("\n]")
    stream.write("\n}\n")


def write_json(answer: Answer, path: Path) -> None:
    """Write the answer as JSON; the file is there whole or not at all.

    Raises:
        InputError: The place cannot hold a file.
        ConfigurationError: The disk is full or reports an error.
    """
    with written_whole(path) as stream:
        dump_json(answer, stream)


def head_row(answer: Answer) -> Row:
    """Answer what the answer says before its lists."""
    return {
        "format": ANSWER_FORMAT,
        "node": answer.node,
        "authority": answer.authority,
        "authority_name": answer.authority_name,
        "case": answer.case,
        "exhibit": answer.exhibit,
        "started_at": _moment(answer.started_at),
        "finished_at": _moment(answer.finished_at),
        "resumed": answer.resumed,
        "recalled": answer.recalled,
        "input": {
            "paths": list(answer.paths),
            "files": len(answer.files),
            "sha256": answer.input_digest.lower(),
        },
        "counts": {verdict.value: count for verdict, count in answer.counts.items()},
        "unreadable": len(answer.unreadable),
        "copies": answer.copies,
        "looks_avoided": answer.looks_avoided,
        "not_same": answer.not_same,
        "disputed": answer.disputed,
        "registered": answer.registered,
        "handling": handling_row(answer),
        "unprotected": list(answer.unprotected),
        "coverage": {
            "compared_at": _moment(answer.coverage.compared_at),
            "is_complete": answer.coverage.is_complete,
            "near_sought": answer.coverage.near_sought,
        },
        "details": answer.details and _details(answer.details),
        "learnt": answer.learnt and _learnt(answer.learnt),
        "sounds": answer.sounds and {**asdict(answer.sounds), "common": list(answer.sounds.common)},
        "method": {
            "cairn": answer.method.cairn,
            "pdq": answer.method.pdq,
            "mode": answer.method.mode,
            "duplicate_policy": answer.method.duplicate_policy,
            "radius_bits": answer.method.radius_bits,
            "minimum_quality": answer.method.minimum_quality,
        },
    }


def _details(details: DetailedCoverage) -> Row:
    return {
        "asked": details.asked,
        "compared": details.compared,
        "stage": details.stage,
        "recall": details.recall,
        "measured": details.measured,
        "altered_policy": details.altered_policy,
        "scene_policy": details.scene_policy,
        "is_complete": details.is_complete,
        "with_common": details.with_common,
        "left_out": details.left_out,
        "common": list(details.common),
    }


def _learnt(learnt: LearntCoverage) -> Row:
    return asdict(learnt)


def _lists(answer: Answer) -> Iterator[tuple[str, Iterable[Row]]]:
    yield "series", map(series_row, answer.series)
    yield "lists", map(list_row, answer.lists)
    yield "look_first", ({"address": look.address, "why": look.why} for look in answer.look_first)
    yield "files", map(file_row, answer.files)


def series_row(met: SeriesMet) -> Row:
    """Answer what is said of a series that was met."""
    facts = met.facts
    return {
        "id": facts.id,
        "name": facts.name,
        "status": facts.status.value,
        "status_since": facts.status_since.isoformat(),
        "owner": facts.owner.authority,
        "owner_name": facts.owner.name,
        "country": facts.owner.country,
        "contact": facts.owner.contact,
        "contact_hours": facts.owner.hours,
        "contact_channel": facts.owner.channel,
        "lead": _contact(facts.lead),
        "workers": [_contact(row.who) | {"since": _moment(row.since)} for row in facts.workers],
        "handling_code": facts.handling_code,
        "handling_words": facts.handling_words,
        "tlp": facts.tlp,
        "offender_identified": facts.offender_identified,
        "media": facts.media,
        "met": {"exact": met.exact, "similar": met.similar},
    }


def _contact(contact: Contact) -> Row:
    return {
        "authority": contact.authority,
        "name": contact.name,
        "country": contact.country,
        "contact": contact.contact,
        "contact_hours": contact.hours,
        "contact_channel": contact.channel,
    }


def handling_row(answer: Answer) -> Row | None:
    """Answer what a receiver may do with the whole answer; ``None`` where no series was met."""
    held = answer.handling
    if held is None:
        return None
    return {"codes": list(held.codes), "words": list(held.words), "tlp": held.tlp}


def file_row(file: FileAnswer) -> Row:
    """Answer what is said of one file."""
    why_not = file.why_not
    return {
        "address": file.address,
        "verdict": file.verdict.value,
        "size_bytes": file.size_bytes,
        **digest_row(file),
        "media_type": file.media_type,
        "width": file.width,
        "height": file.height,
        "quality": file.quality,
        "not_comparable": why_not and {"reason": why_not.reason.value, "sentence": why_not.sentence},
        "unreadable": file.unreadable,
        "copy_of": file.copy_of,
        "not_same": file.not_same,
        "disputed": file.disputed,
        "matches": [match_row(match) for match in file.matches],
        "listed": [listed_row(listed) for listed in file.listed],
        "video": file.video and video_row(file.video),
    }


def video_row(video: VideoAnswer) -> Row:
    """Answer what was seen of a video, and which seconds of it are known."""
    stopped = video.stopped
    return {
        "mode": video.mode,
        "frames": video.frames,
        "comparable": video.comparable,
        "covered_s": round(video.covered_s, 3),
        "stopped": stopped and {"reason": stopped.reason.value, "sentence": stopped.sentence},
        "facts": dict(video.facts),
        "parts": [
            {
                "from_s": round(part.from_s, 3),
                "to_s": round(part.to_s, 3),
                "media": list(part.media),
                "series": list(part.series),
            }
            for part in video.parts
        ],
        "shots": [round(at, 3) for at in video.shots],
    }


def list_row(met: ListMet) -> Row:
    """Answer what is said of a hash list that was met."""
    facts = met.facts
    return {
        "id": facts.id,
        "name": facts.name,
        "kind": "irrelevant" if facts.is_irrelevant else "known",
        "owner": _contact(facts.owner),
        "source": facts.source,
        "version": facts.version,
        "imported_on": facts.imported_on.isoformat(),
        "handling_code": facts.handling_code,
        "handling_words": facts.handling_words,
        "tlp": facts.tlp,
        "files": met.files,
    }


def listed_row(listed: Listed) -> Row:
    """Answer what one list says of a file."""
    return {
        "list": listed.list,
        "evidence": evidence_row(listed.evidence),
        "category": listed.category,
        "series": listed.series,
        "reference": listed.reference,
        "source": listed.source,
        "victim_identified": listed.victim_identified,
    }


def digest_row(file: FileAnswer) -> Row:
    """Answer the digests as digits; ``None`` for what is not known of the file."""
    raw = {kind: getattr(file.digests, kind, None) for kind in ("md5", "sha1", "sha256")}
    return {kind: None if digest is None else digest.hex() for kind, digest in raw.items()}


def match_row(match: Match) -> Row:
    """Answer what is said of one recorded media that is met."""
    return {
        "media": match.media,
        "evidence": evidence_row(match.evidence),
        "holders": [_holder(holder) for holder in match.holders],
        "series": list(match.series),
        "categories": list(match.categories),
        "said": match.said and _said(match.said),
        "spans": [asdict(span) for span in match.spans],
    }


def _said(said: Said) -> Row:
    return {
        "own": said.own and said.own.value,
        "agreement": said.agreement.value,
        "confirmed_by": list(said.confirmed_by),
        "rejected_by": list(said.rejected_by),
    }


def _holder(holder: Holder) -> Row:
    return {
        "authority": holder.authority,
        "country": holder.country,
        "contact": holder.contact,
        "sightings": holder.sightings,
        "first_recorded_at": _moment(holder.first_recorded_at),
    }


def _moment(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
