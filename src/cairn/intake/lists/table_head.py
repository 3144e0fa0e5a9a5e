"""Finding out from the first lines of a CSV file what its columns hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cairn.intake.lists.bits import tell_64_digits
from cairn.intake.lists.columns import NOT_SAID, parse_hash
from cairn.intake.lists.entry import Hash
from cairn.intake.lists.layout import (
    Layout,
    Role,
    hashkeeper_layout,
    headed_layout,
    icse_layout,
    nsrl_layout,
)
from cairn.intake.lists.rows import Dialect, split_rows
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

_DELIMITERS: Final = (";", ",", "\t", "|")
_HEADERS: Final = (
    ("icse", icse_layout),
    ("nsrl-text", nsrl_layout),
    ("hashkeeper", hashkeeper_layout),
    ("headed-table", headed_layout),
)
MOST_COLUMNS: Final = 1000


def find_table(lines: Sequence[str], *, bare_64: Hash | None) -> tuple[str, Layout] | str:
    """Answer the kind of table and its layout, or in a sentence why there is none.

    Args:
        lines: The first lines of the file that are neither blank nor comments.
        bare_64: What hashes of 64 digits are, where somebody knows it.
    """
    for delimiter in sorted(_DELIMITERS, key=lines[0].count, reverse=True):
        dialect = Dialect(delimiter)
        width = _width(lines[0], dialect)
        header = _row(lines[0], width, dialect)
        if header is None or width > MOST_COLUMNS:
            continue
        names = _unique(header)
        for kind, layout_for in _HEADERS:
            roles = layout_for(names)
            if roles is not None:
                return kind, Layout(names, roles, dialect)
        bare = _bare(lines, width, dialect, bare_64)
        if bare is not None:
            return bare if isinstance(bare, str) else ("bare-table", bare)
    return Sentence(
        "This is text, but no list that is known: most of its lines have no hash, and its first line is no "
        "header that names one. A profile can say what its columns mean."
    )


def _width(line: str, dialect: Dialect) -> int:
    """Answer how many fields a line has."""
    count, is_within = 1, False
    for sign in line:
        is_within ^= sign == dialect.quote
        count += sign == dialect.delimiter and not is_within
    return count


def _row(line: str, width: int, dialect: Dialect) -> tuple[str, ...] | None:
    rows = split_rows([line], first_line=1, width=width, dialect=dialect).rows
    return tuple(field.strip() for field in rows[0]) if rows else None


def _unique(names: tuple[str, ...]) -> tuple[str, ...]:
    """Give columns without a name, or with one that occurred, a name of their own."""
    found: list[str] = []
    for number, name in enumerate(names, start=1):
        found.append(name if name and name not in found else f"column {number}")
    return tuple(found)


def _bare(lines: Sequence[str], width: int, dialect: Dialect, bare_64: Hash | None) -> Layout | str | None:
    """Answer the layout of rows without a header, by what their columns hold."""
    rows = [row for line in lines if (row := _row(line, width, dialect)) is not None]
    roles: dict[str, Role] = {}
    for number, texts in enumerate(zip(*rows, strict=True), start=1):
        filled = [text for text in texts if text.lower() not in NOT_SAID]
        kind = _kind(filled, bare_64)
        if kind == "unclear":
            return Sentence(
                "Column %(number)s has hashes of 64 digits, too few to tell whether they are SHA-256 or PDQ.",
                number=str(number),
            )
        if isinstance(kind, Hash) and kind not in roles.values():
            roles[f"column {number}"] = kind
    if not roles:
        return None
    return Layout(tuple(f"column {number + 1}" for number in range(width)), roles, dialect, has_header=False)


def _kind(texts: Sequence[str], bare_64: Hash | None) -> Hash | str | None:
    """Answer what a column holds, if all of its texts are hashes of one kind."""
    if not texts:
        return None
    for kind in (Hash.MD5, Hash.SHA1, Hash.PHOTODNA):
        if all(parse_hash(text, kind) for text in texts):
            return kind
    long = [parse_hash(text, Hash.SHA256) for text in texts]
    if not all(long):
        return None
    return bare_64 or tell_64_digits([each for each in long if each]) or "unclear"
