"""Whole columns of text become hashes, flags, numbers and words; what cannot be read is named by its row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from cairn.intake.hash_text import parse_hexadecimal, parse_photodna
from cairn.intake.lists.entry import Hash, HashColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

_FLAGS: Final[Mapping[str, bool]] = {
    "y": True,
    "yes": True,
    "t": True,
    "true": True,
    "1": True,
    "n": False,
    "no": False,
    "f": False,
    "false": False,
    "0": False,
}
"""The ICSE export writes y/n, yes/no, t/f or true/false in any case; other lists write 1/0."""

NOT_SAID: Final = frozenset({"", "null", "none", "-", "n/a"})
"""What stands for "there is none" in lists that were seen."""

MOST_DIGITS: Final = 19

_T = TypeVar("_T")


def hash_column(texts: Sequence[str], kind: Hash) -> tuple[HashColumn, list[int]]:
    """Read a column of hashes.

    Args:
        texts: One for each row; empty where there is none.
        kind: What they are.

    Returns:
        The column, and the rows whose text is neither a hash of this kind nor nothing.
    """
    whole = _all_hexadecimal(texts, kind.length_bytes)
    if whole is not None:
        return HashColumn(whole, np.ones(len(texts), dtype=np.bool_)), []
    values = np.zeros((len(texts), kind.length_bytes), dtype=np.uint8)
    present = np.zeros(len(texts), dtype=np.bool_)
    wrong = []
    for row, text in enumerate(texts):
        if not text:
            continue
        bare = text.strip()
        found = parse_hash(bare, kind)
        if found is not None:
            values[row] = np.frombuffer(found, dtype=np.uint8)
            present[row] = True
        elif bare.lower() not in NOT_SAID:
            wrong.append(row)
    return HashColumn(values, present), wrong


def parse_hash(text: str, kind: Hash) -> bytes | None:
    """Answer a hash from its text, or ``None``."""
    return parse_photodna(text) if kind is Hash.PHOTODNA else parse_hexadecimal(text, kind.length_bytes)


def flag_column(texts: Sequence[str]) -> tuple[list[bool | None], list[int]]:
    """Read a column of flags, and answer the rows that are neither."""
    flags = _each(texts, lambda text: _FLAGS.get(text.strip().lower()))
    return flags, _unread(texts, flags)


def number_column(texts: Sequence[str]) -> tuple[list[int | None], list[int]]:
    """Read a column of whole numbers, and answer the rows that are none."""
    numbers = _each(texts, _number)
    return numbers, _unread(texts, numbers)


def text_column(texts: Sequence[str]) -> list[str | None]:
    """Read a column of words: an empty one says nothing."""
    return _each(texts, lambda text: text.strip() or None)


def _each(texts: Sequence[str], read: Callable[[str], _T | None]) -> list[_T | None]:
    """Read every text; those that occur often are read once."""
    known = {text: read(text) for text in set(texts)}
    return list(map(known.__getitem__, texts))


def _number(text: str) -> int | None:
    bare = text.strip()
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= MOST_DIGITS else None


def _unread(texts: Sequence[str], values: Sequence[object]) -> list[int]:
    if None not in values:
        return []
    return [
        row
        for row, value in enumerate(values)
        if value is None and texts[row].strip().lower() not in NOT_SAID
    ]


def _all_hexadecimal(texts: Sequence[str], length_bytes: int) -> NDArray[np.uint8] | None:
    """Read a column whose every text is a hash, which is nearly always so; ``None`` where it is not so."""
    joined = "".join(texts)
    if len(joined) != len(texts) * 2 * length_bytes or set(map(len, texts)) - {2 * length_bytes}:
        return None
    try:
        found = bytes.fromhex(joined)
    except ValueError:
        return None
    if len(found) != len(texts) * length_bytes:  # It takes spaces between the digits.
        return None
    return np.frombuffer(found, dtype=np.uint8).reshape(len(texts), length_bytes)
