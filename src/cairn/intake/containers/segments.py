"""Which files one image is kept in: E01, E02 … and 001, 002 …, found beside the first by their names.

An image is a set of files only by the way in which its program names them. Source: the naming schema in the
documentation of the libewf project, "Expert Witness Compression Format", segment files.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.intake.containers.reading import OpenedSource, Source, damaged

if TYPE_CHECKING:
    from collections.abc import Callable

Beside = tuple[str, "Callable[[str], int]"]
"""The name of a file, and what opens a file of another name in its folder, as ``Item.open`` does."""

MOST_SEGMENTS = 2000
"""2 TB in pieces of 1 GB."""

_EWF, _EWF2 = b"EVF\x09\x0d\x0a\xff\0", b"EVF2\x0d\x0a\x81\0"
_EWF_NAME = re.compile(r"(?i)\.(e|s|ex)01$")
_RAW_NAME = re.compile(r"\.0?0[01]$")
_LETTERS = 26
_LAST_DIGITS = 99


def is_ewf(head: bytes) -> bool:
    """Answer whether a file that begins so is a piece of an E01 or Ex01 image."""
    return head.startswith((_EWF, _EWF2))


def number_of(head: bytes) -> int:
    """Answer which piece of an image a file is: as it says itself; 1 for what is no E01 or Ex01."""
    if head.startswith(_EWF):
        return int.from_bytes(head[9:11], "little")
    return int.from_bytes(head[12:16], "little") if head.startswith(_EWF2) else 1


def ending(first: str, number: int) -> str:
    """Answer the ending of piece ``number``, in the manner of the first one's.

    Args:
        first: Such as ``E01``, ``e01``, ``Ex01``, ``001``.
        number: From 1.

    >>> [ending("E01", number) for number in (2, 99, 100, 126, 776)]
    ['E02', 'E99', 'EAA', 'EBA', 'FAA']
    """
    if first.isdigit():
        return f"{int(first) + number - 1:0{len(first)}}"
    stem = first[:-2]
    if number <= _LAST_DIGITS:
        return f"{stem}{number:02}"
    rest, low = divmod(number - _LAST_DIGITS - 1, _LETTERS)
    leap, high = divmod(rest, _LETTERS)
    letters = chr(ord("A") + high) + chr(ord("A") + low)
    return stem[:-1] + chr(ord(stem[-1]) + leap) + (letters if first[0].isupper() else letters.lower())


def pieces(first: Source, beside: Beside | None, *, ewf: bool) -> list[Source]:
    """Answer all files of the image that begins with ``first``, as far as they lie beside it.

    Args:
        first: The first piece.
        beside: Its name and its neighbours; ``None`` inside a container, where an image is one file.
        ewf: True for E01 and Ex01; else a plain copy of the disk.
    """
    found = [first]
    name, opens = beside or ("", None)
    match = (_EWF_NAME if ewf else _RAW_NAME).search(name)
    if match is None or opens is None:
        return found
    stem = name[: match.start() + 1]
    for number in range(2, MOST_SEGMENTS + 1):
        source = _there(f"{stem}{ending(match[0][1:], number)}", opens)
        if source is None:
            break
        found.append(source)
    return found


def _there(name: str, opens: Callable[[str], int]) -> Source | None:
    source = OpenedSource(lambda: opens(name))
    try:
        with source.reader():
            return source
    except InputError as error:
        if error.code == "input.missing":
            return None
        raise


def first_is_missing(head: bytes, beside: Beside | None) -> InputError | None:
    """Answer what is wrong with a later piece: nothing where the first lies beside it."""
    name, opens = beside or ("", None)
    stem, dot, own = name.rpartition(".")
    if opens is not None and dot:
        cases = "Ex01" if head.startswith(_EWF2) else "E01"
        for start in (cases, cases.lower(), cases.replace("E", own[:1] or "E")):
            if _there(f"{stem}.{start}", opens) is not None:
                return None
    return damaged(
        f"It is piece {number_of(head):,} of a forensic image, and the first piece is not beside it. "
        "Put all pieces into one folder."
    )
