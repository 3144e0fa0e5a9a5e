"""Reading a VICS file of any size, record by record.

The order of members is free in JSON: the statement of the form, a case's number and its totals may stand
behind gigabytes of media. So media come first, each with the ordinal of its case; what is said of a case
comes when it is closed, and what is said of the file comes last. A record that cannot be read is yielded
with its reason. Where the text itself is broken the reading ends with an error that says where, after every
record before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, TypeAlias

from cairn.errors import InputError
from cairn.intake.json_text import JsonText
from cairn.intake.vics.fields import case_from, media_from
from cairn.intake.vics.form import CONTEXT_KEYS, Form, Kind, parse_form
from cairn.intake.vics.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cairn.intake.json_text import Json
    from cairn.intake.vics.values import Case, Media

_LOOK_AHEAD_CHARS: Final = 64 * 1024
_SIGN_OF_CASES = re.compile(r'"(?:CaseID|CaseNumber)"\s*:|"Media"\s*:\s*\[')
MAX_MEMBERS: Final = 10_000
"""Members of a case or a file beside its media; a dozen are usual."""


class MediaRead(NamedTuple):
    """A media record.

    Attributes:
        number: Of all records in the file's order, from 1.
        case: The ordinal of its case in the file, from 1; 0 in a set of bare media.
        media: What it says.
    """

    number: int
    case: int
    media: Media


class RecordRefused(NamedTuple):
    """A record that is no media record; the file goes on behind it."""

    number: int
    case: int
    why: str


@dataclass(frozen=True, slots=True)
class CaseRead:
    """A case, after its media, and what was counted in them."""

    ordinal: int
    case: Case
    tally: Tally


@dataclass(frozen=True, slots=True)
class FileRead:
    """What the file says of itself, at its end.

    Attributes:
        form: ``None`` where it names none that is known.
        other: Its members beside the form and ``value``.
        tally: What was counted in all its media.
    """

    form: Form | None
    other: Mapping[str, Json]
    tally: Tally


Read: TypeAlias = MediaRead | RecordRefused | CaseRead | FileRead


def read_vics(source: BinaryIO) -> Iterator[Read]:
    """Yield the records of a VICS file, then the file itself.

    Args:
        source: The file's bytes, read once from here to the end. Memory does not grow with the file.

    Raises:
        InputError: It is no VICS file (``vics.none``), or its text is broken (``input.damaged``,
            ``input.limit``), raised after everything before the break.
    """
    whole = Tally()
    part = Tally()
    for raw in walk(JsonText(source)):
        match raw:
            case RawMedia(case, record):
                if isinstance(record, dict):
                    media = media_from(record)
                    whole.add(media)
                    part.add(media)
                    yield MediaRead(whole.records, case, media)
                else:
                    whole.refuse()
                    part.refuse()
                    yield RecordRefused(whole.records, case, "It is no record, but a bare value.")
            case RawCase(case, members):
                yield CaseRead(case, case_from(members), part)
                part = Tally()
            case RawFile(members):
                yield FileRead(_form_of(members), _without_form(members), whole)


class RawMedia(NamedTuple):
    """A media record as it stands in the file; the cursor is right behind it."""

    case: int
    record: Json


class RawCase(NamedTuple):
    """A case's own members, after its media."""

    case: int
    members: dict[str, Json]


class RawFile(NamedTuple):
    """The file's own members beside ``value``, at its end."""

    members: dict[str, Json]


def walk(text: JsonText) -> Iterator[RawMedia | RawCase | RawFile]:
    """Yield what stands in a VICS file, uninterpreted.

    Raises:
        InputError: As ``read_vics``.
    """
    members: dict[str, Json] = {}
    has_value = False
    if text.peek() != "{":
        raise _no_vics()
    for key in text.members():
        if key == "value" and text.peek() == "[":
            if has_value:
                raise InputError("The file has two lists called 'value'.", code="input.damaged")
            has_value = True
            yield from _walk_value(text, _kind(text, members))
        else:
            _remember(members, key, text)
    text.finish()
    if not has_value:
        raise _no_vics()
    yield RawFile(members)


def _walk_value(text: JsonText, kind: Kind) -> Iterator[RawMedia | RawCase]:
    case = 0
    for _ in text.elements():
        if kind is Kind.CASES and text.peek() == "{":
            case += 1
            yield from _walk_case(text, case)
        else:
            yield RawMedia(case, text.value())


def _walk_case(text: JsonText, case: int) -> Iterator[RawMedia | RawCase]:
    members: dict[str, Json] = {}
    for key in text.members():
        if key == "Media" and text.peek() == "[":
            for _ in text.elements():
                yield RawMedia(case, text.value())
        else:
            _remember(members, key, text)
    yield RawCase(case, members)


def _remember(members: dict[str, Json], key: str, text: JsonText) -> None:
    members[key] = text.value()
    if len(members) > MAX_MEMBERS:
        raise InputError(f"More than {MAX_MEMBERS:,} members stand beside the media.", code="input.limit")


def _kind(text: JsonText, members: Mapping[str, Json]) -> Kind:
    """Answer what ``value`` holds: as stated before it, or else by how it begins."""
    form = _form_of(members)
    if form:
        return form.kind
    return Kind.CASES if _SIGN_OF_CASES.search(text.ahead(_LOOK_AHEAD_CHARS)) else Kind.MEDIA


def _form_of(members: Mapping[str, Json]) -> Form | None:
    return next((form for key in CONTEXT_KEYS if (form := parse_form(members.get(key)))), None)


def _without_form(members: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in members.items() if key not in CONTEXT_KEYS or not parse_form(value)}


def _no_vics() -> InputError:
    return InputError("This is no VICS file: it has no object with a list 'value'.", code="vics.none")
