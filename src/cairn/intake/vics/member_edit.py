"""Replacing members in the text of one JSON object, and leaving every other sign of it as it is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cairn.intake.json_text import Json

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")


def with_members(text: str, members: Mapping[str, Json]) -> str:
    """Answer the object with these members: replaced where it has them, else added at its end.

    Args:
        text: One whole object, already found to be valid.
        members: Their names and new values. A name that occurs twice in the object is replaced twice.
    """
    pieces: list[str] = []
    done, missing = 0, dict(members)
    last = (1, 1, 1)
    for key, name_at, start, end in _members(text):
        last = (name_at, start, end)
        if key in members:
            pieces += [text[done:start], json.dumps(members[key])]
            done = end
            missing.pop(key, None)
    pieces += [text[done : last[2]], _added(text, missing, last), text[last[2] :]]
    return "".join(pieces)


def _members(text: str) -> Iterator[tuple[str, int, int, int]]:
    """Yield of every member its name, where the name begins, and where its value begins and ends."""
    at = _behind_space(text, 1)
    while text[at] == '"':
        key, end = _DECODER.raw_decode(text, at)
        start = _behind_space(text, _behind_space(text, end) + 1)
        _, end = _DECODER.raw_decode(text, start)
        yield key, at, start, end
        comma = _behind_space(text, end)
        if text[comma] != ",":
            return
        at = _behind_space(text, comma + 1)


def _added(text: str, missing: Mapping[str, Json], last: tuple[int, int, int]) -> str:
    """Write members in the way in which the last one is written: after the same space, and with its colon."""
    name_at, start, end = last
    if end == 1:
        return ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in missing.items())
    before = text[_start_of_space(text, name_at) : name_at]
    colon = ": " if text[start - 1] in " \t\r\n" else ":"
    return "".join(f",{before}{json.dumps(key)}{colon}{json.dumps(value)}" for key, value in missing.items())


def _behind_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None  # noqa: S101 - the pattern matches nothing too
    return found.end()


def _start_of_space(text: str, at: int) -> int:
    while text[at - 1] in " \t\r\n":
        at -= 1
    return at
