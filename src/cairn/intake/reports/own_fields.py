"""The fields of Cairn's own report format: each is what it has to be, or the refusal says where it is not."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from cairn.errors import InputError
from cairn.intake.hash_text import parse_hexadecimal, parse_photodna
from cairn.intake.moments import moment
from cairn.intake.reports.values import Marker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cairn.intake.json_text import Json
    from cairn.intake.moments import Moment
    from cairn.intake.reports.values import Facts

MAX_TEXT_CHARS: Final = 10_000
MAX_NAME_CHARS: Final = 1_000
OWN_PREFIX: Final = "x-"

HASH_READERS: Final[Mapping[str, Callable[[str], bytes | None]]] = {
    "md5": lambda text: parse_hexadecimal(text, 16),
    "sha1": lambda text: parse_hexadecimal(text, 20),
    "sha256": lambda text: parse_hexadecimal(text, 32),
    "pdq": lambda text: parse_hexadecimal(text, 32),
    "photodna": parse_photodna,
}
_COUNTRY = re.compile(r"[A-Z]{2}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_E = TypeVar("_E", bound=StrEnum)


def require_object(value: Json, place: str, known: set[str]) -> dict[str, Json]:
    """Answer an object that has only known names and those of the sender's own."""
    if not isinstance(value, dict):
        raise invalid(f"{place} is no object")
    for key in value:
        if key not in known and not key.startswith(OWN_PREFIX):
            raise invalid(
                f"{place} has a name that is not known; one of the sender's own begins with '{OWN_PREFIX}'"
            )
    return value


def own_members(record: Mapping[str, Json], place: str) -> Facts:
    """Answer the members of the sender's own."""
    own = {key: value for key, value in record.items() if key.startswith(OWN_PREFIX)}
    return tuple((key, read_text(own, key, place) or "") for key in own)


def read_list(record: Mapping[str, Json], key: str, place: str) -> list[Json]:
    """Answer a list, empty where there is none."""
    value = record.get(key, [])
    if not isinstance(value, list):
        raise invalid(f"'{key}' of {place} is no list")
    return value


def read_text(
    record: Mapping[str, Json], key: str, place: str, *, most: int = MAX_TEXT_CHARS, is_due: bool = False
) -> str | None:
    """Answer a text, or ``None`` where there is none and none is due."""
    value = record.get(key)
    if value is None and not is_due:
        return None
    if not isinstance(value, str) or len(value) > most or (is_due and not value.strip()):
        raise invalid(f"'{key}' of {place} is no text of at most {most:,} characters")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise invalid(f"'{key}' of {place} has half a character in it") from None
    return value


def read_number(record: Mapping[str, Json], key: str, place: str, *, most: int) -> int | None:
    """Answer a whole number."""
    value = record.get(key)
    if value is None or (type(value) is int and 0 <= value <= most):
        return value
    raise invalid(f"'{key}' of {place} is no whole number from 0 to {most}")


def read_flag(record: Mapping[str, Json], key: str, place: str) -> bool | None:
    """Answer a flag."""
    value = record.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise invalid(f"'{key}' of {place} is neither true nor false")


def read_time(record: Mapping[str, Json], key: str, place: str, *, is_due: bool = False) -> Moment | None:
    """Answer a time that names its zone."""
    value = record.get(key)
    if value is None and not is_due:
        return None
    found = moment(value) if isinstance(value, str) and _TIME.fullmatch(value) else None
    if found is None:
        raise invalid(f"'{key}' of {place} is no time with its zone, such as 2024-05-01T10:00:00Z")
    return found


def read_country(record: Mapping[str, Json], place: str) -> str | None:
    """Answer two capital letters."""
    value = record.get("country")
    if value is None or (isinstance(value, str) and _COUNTRY.fullmatch(value)):
        return value
    raise invalid(f"'country' of {place} is not two capital letters")


def read_word(record: Mapping[str, Json], key: str, words: type[_E], place: str) -> _E | None:
    """Answer one of some words."""
    value = record.get(key)
    if value is None:
        return None
    found = next((each for each in words if each.value == value), None)
    if found is None:
        raise invalid(f"'{key}' of {place} is none of {', '.join(words)}")
    return found


def read_markers(record: Mapping[str, Json], place: str) -> tuple[Marker, ...]:
    """Answer markers, each once."""
    markers = read_list(record, "markers", place)
    found = [read_word({"markers": each}, "markers", Marker, place) for each in markers]
    if None in found or len(set(found)) != len(found):
        raise invalid(f"'markers' of {place} has one twice, or none")
    return tuple(each for each in found if each)


def read_hashes(value: Json, place: str) -> dict[str, Any]:
    """Answer hashes by their fields."""
    found = {}
    for kind, text in require_object(value, f"'hashes' of {place}", set(HASH_READERS)).items():
        parse = HASH_READERS.get(kind)
        parsed = parse(text) if parse and isinstance(text, str) else None
        if parsed is None:
            raise invalid(f"'{kind}' of {place} is no such hash")
        found[kind] = parsed
    return found


def read_file(item: Mapping[str, Json], place: str) -> str | None:
    """Answer the path of a file beside the report: below it, and nowhere else."""
    path = read_text(item, "file", place, most=MAX_NAME_CHARS)
    if path is None:
        return None
    parts = path.split("/")
    if any(part in {"", ".", ".."} for part in parts) or set(path) & set("\\:\0"):
        raise invalid(f"'file' of {place} does not lead to a file below the report")
    return path


def invalid(why: str) -> InputError:
    """Answer the refusal of a report, with what is wrong where."""
    return InputError(f"This is no report as Cairn describes it: {why}.", code="report.invalid")
