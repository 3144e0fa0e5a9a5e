"""Giving a VICS file the answers of a check, and changing nothing else of it.

The file is copied sign for sign, with its byte-order mark, its order, its spaces and its numbers as they
are. Only in media for which there is an answer, and only for the fields that the answer names, values are
replaced or members added: as flags in the way in which the record writes its other flags.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final

from cairn.intake.json_text import JsonText
from cairn.intake.vics.fields import media_from
from cairn.intake.vics.member_edit import with_members
from cairn.intake.vics.reading import RawMedia, walk
from cairn.intake.vics.single_values import Doubtful, read_flag

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cairn.intake.json_text import Json
    from cairn.intake.vics.values import Media, SeriesSpan

TAG_SEPARATOR: Final = ","
"""The data model calls Tags a list in one text, with commas between them."""

_FLAGS: Final = (
    "VictimIdentified",
    "OffenderIdentified",
    "IsPrecategorized",
    "IsDistributed",
    "IsSuspected",
    "SelfGenerated",
)


@dataclass(frozen=True, slots=True)
class MediaAnswer:
    """What is written into a media record; ``None`` leaves a field as it is.

    Attributes:
        series: The series' name for those who know it.
        victim_identified: Whether its victim is identified.
        offender_identified: Whether its offender is identified.
        is_precategorized: Whether somebody has categorised it already.
        precategorization_source: Who.
        tags: Added to those that the record has, each once.
        spans: The stretches of it that are series', added to its facts, each once.
    """

    series: str | None = None
    victim_identified: bool | None = None
    offender_identified: bool | None = None
    is_precategorized: bool | None = None
    precategorization_source: str | None = None
    tags: tuple[str, ...] = ()
    spans: tuple[SeriesSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswersWritten:
    """What was done to a file: its media, those with an answer, and those that were changed by it."""

    media: int
    answered: int
    changed: int


def write_answers(
    source: BinaryIO, target: BinaryIO, answer_for: Callable[[Media], MediaAnswer | None]
) -> AnswersWritten:
    """Copy a VICS file with the answers written into it. Memory does not grow with the file.

    Args:
        source: The file's bytes; never changed.
        target: Takes the copy. After an error it is not whole, and the caller removes it.
        answer_for: Is asked for every media record; ``None`` leaves it as it is.

    Raises:
        InputError: As ``read_vics``.
    """
    text = JsonText(source, sink=lambda piece: target.write(piece.encode(text.encoding, "surrogateescape")))
    target.write(text.mark)
    media = answered = changed = 0
    for raw in walk(text):
        if not (isinstance(raw, RawMedia) and isinstance(raw.record, dict)):
            continue
        media += 1
        answer = answer_for(media_from(raw.record))
        if answer is None:
            continue
        answered += 1
        changes = _changes(raw.record, answer)
        if changes:
            changed += 1
            text.substitute(with_members(text.last, changes))
    return AnswersWritten(media, answered, changed)


def _changes(record: Mapping[str, Json], answer: MediaAnswer) -> dict[str, Json]:
    """Answer the members that get another value."""
    changes: dict[str, Json] = {}
    for key, flag in (
        ("VictimIdentified", answer.victim_identified),
        ("OffenderIdentified", answer.offender_identified),
        ("IsPrecategorized", answer.is_precategorized),
    ):
        if flag is not None and not _says(record.get(key), flag):
            changes[key] = _written_flag(record, key, flag=flag)
    words = {
        "Series": answer.series,
        "PrecategorizationSource": answer.precategorization_source,
        "Tags": _tags(record.get("Tags"), answer.tags),
    }
    changes.update({key: said for key, said in words.items() if said not in (None, record.get(key))})
    facts = _facts(record.get("Exifs"), answer.spans)
    return changes if facts is None else {**changes, "Exifs": facts}


def _facts(held: Json, spans: tuple[SeriesSpan, ...]) -> list[Json] | None:
    """Answer the facts of a record with these stretches; ``None`` where it has them all, or has no list."""
    there: list[Json] = held if isinstance(held, list) else []
    if not spans or (held is not None and not isinstance(held, list)):
        return None
    facts = [each.as_fact() for each in spans]
    new: list[Json] = [{"PropertyName": each.name, "PropertyValue": each.value} for each in facts]
    said = [_named(each) for each in there]
    added = [each for each in new if _named(each) not in said]
    return [*there, *added] if added else None


def _named(fact: Json) -> tuple[Json, Json]:
    return (fact.get("PropertyName"), fact.get("PropertyValue")) if isinstance(fact, dict) else (None, None)


def _says(value: Json, flag: bool) -> bool:
    try:
        return value is not None and read_flag(value) is flag
    except Doubtful:
        return False


def _written_flag(record: Mapping[str, Json], key: str, *, flag: bool) -> Json:
    """Answer a flag in the way in which this member, or else another flag of the record, is written."""
    for held in (record.get(each) for each in (key, *_FLAGS)):
        if isinstance(held, bool):
            return flag
        if isinstance(held, str) and held.lower() in {"true", "false"}:
            word = "true" if flag else "false"
            return word.upper() if held.isupper() else word.capitalize() if held[0].isupper() else word
    return flag


def _tags(held: Json, added: tuple[str, ...]) -> str | None:
    if not added:
        return None
    written = held if isinstance(held, str) else ""
    there = {tag.strip() for tag in written.split(TAG_SEPARATOR)}
    new = [tag for tag in dict.fromkeys(added) if tag not in there]
    return TAG_SEPARATOR.join(([written] if written.strip() else []) + new) if new else None
