"""How a single value of the data model is read and written; what it may not be is said and never guessed."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from cairn.intake.hash_text import parse_hexadecimal, parse_photodna

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.intake.json_text import Json

_FLAGS: Final[dict[object, bool]] = {
    "true": True,
    "false": False,
    "1": True,
    "0": False,
    "yes": True,
    "no": False,
}


_MOST_DIGITS: Final = 19


class Doubtful(ValueError):  # noqa: N818 - it is caught where it is raised for, and becomes a Doubt
    """A value that the field may not hold; the message says why."""


def read_flag(value: object) -> bool | None:
    """Answer a flag: JSON's own, or a word of any case. An empty word says nothing."""
    if value is True or value is False:
        return value
    if isinstance(value, (str, int)):
        word = str(value).strip().lower()
        if not word:
            return None
        if word in _FLAGS:
            return _FLAGS[word]
    raise Doubtful("is neither true nor false")


def read_text(value: object) -> str:
    """Answer text as it is, and a number as it is written; half characters become question marks."""
    if type(value) is str:
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if type(value) is int:
        return str(value)
    raise Doubtful("is no text")


def read_number(value: object) -> int:
    """Answer a whole number, also from its decimal digits."""
    if type(value) is int:
        return value
    if isinstance(value, str) and len(value) <= _MOST_DIGITS and value.isascii() and value.isdigit():
        return int(value)
    raise Doubtful("is no whole number")


def hexadecimal_reader(length_bytes: int) -> Callable[[Any], bytes | None]:
    """Answer the reader of a hash of this length; an empty text says nothing."""
    signs = 2 * length_bytes

    def read(value: object) -> bytes | None:
        if type(value) is str and len(value) == signs:
            found = parse_hexadecimal(value, length_bytes)
            if found is not None:
                return found
        if value == "":
            return None
        raise Doubtful(f"is not {signs} hexadecimal digits")

    return read


def read_photodna(value: object) -> bytes | None:
    """Answer the 144 bytes of a PhotoDNA value from 192 signs of base64 or 288 hexadecimal digits."""
    if value == "":
        return None
    found = parse_photodna(value) if isinstance(value, str) else None
    if found is None:
        raise Doubtful("is not a PhotoDNA value")
    return found


def write_hexadecimal(value: bytes) -> str:
    """Answer upper-case digits, as the tools of the field write them."""
    return value.hex().upper()


def write_base64(value: bytes) -> str:
    """Answer base64 in one line."""
    return base64.b64encode(value).decode()


def write_same(value: Json) -> Json:
    """Answer the value, which is JSON already."""
    return value
