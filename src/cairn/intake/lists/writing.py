"""Writing hash lists that other programs read: one hash a line, or a table.

A table may be opened in a spreadsheet, which takes text that begins with certain signs for a formula; such
text gets an apostrophe in front. Notes, such as handling and TLP, stand at the top as comments.
"""

from __future__ import annotations

import base64
import csv
import io
from typing import TYPE_CHECKING, BinaryIO, Final

from cairn.intake.lists.entry import Hash, ListEntry, Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
"""Source: OWASP, "CSV Injection"."""

COLUMNS: Final = (
    *Hash,
    Said.SIZE_BYTES,
    Said.MEDIA_TYPE,
    Said.CATEGORY,
    Said.SERIES,
    Said.IS_DISTRIBUTED,
    Said.VICTIM_IDENTIFIED,
    Said.OFFENDER_IDENTIFIED,
    Said.IS_WITHDRAWN,
    Said.REFERENCE,
    Said.SOURCE,
    Said.NAME,
    Said.DATED,
)
"""The columns of a table; they are those that a reader of headers finds again."""


def write_hash_lines(
    target: BinaryIO,
    entries: Iterable[ListEntry],
    kind: Hash,
    *,
    notes: Sequence[str] = (),
) -> int:
    """Write the hashes of one kind, one a line, and answer how many.

    PDQ hashes and PhotoDNA values get their kind before them: a reader could take them for other hashes.

    Args:
        target: Takes the bytes.
        entries: Those without such a hash, and those that are withdrawn, are left out.
        kind: Which hash.
        notes: Written first, as comments.
    """
    _write_notes(target, notes)
    head = "" if kind in {Hash.MD5, Hash.SHA1, Hash.SHA256} else f"{kind} "
    count = 0
    for entry in entries:
        value = getattr(entry, kind)
        if value is not None and not entry.is_withdrawn:
            target.write(f"{head}{_written(kind, value)}\n".encode("ascii"))
            count += 1
    return count


def write_table(target: BinaryIO, entries: Iterable[ListEntry], *, notes: Sequence[str] = ()) -> int:
    """Write a CSV table with a header (RFC 4180, UTF-8, LF), and answer how many entries.

    Args:
        target: Takes the bytes.
        entries: Withdrawn ones are written as such: their readers must learn of it.
        notes: Written first, as comments.
    """
    _write_notes(target, notes)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for entry in entries:
        writer.writerow([_cell(entry, column) for column in COLUMNS])
        count += 1
        if text.tell() > _BUFFER_CHARS:
            _flush(text, target)
    _flush(text, target)
    return count


_BUFFER_CHARS: Final = 1 << 20


def _flush(text: io.StringIO, target: BinaryIO) -> None:
    target.write(text.getvalue().encode("utf-8", "backslashreplace"))
    text.seek(0)
    text.truncate()


def _cell(entry: ListEntry, column: Hash | Said) -> str:
    value = getattr(entry, column)
    if value is None:
        return ""
    if isinstance(column, Hash):
        return _written(column, value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    return _harmless(str(value))


def _harmless(text: str) -> str:
    """Answer the text in one line, and so that no spreadsheet takes it for a formula."""
    line = " ".join(text.split("\n")).replace("\r", " ")
    return f"'{line}" if line.startswith(FORMULA_SIGNS) else line


def _written(kind: Hash, value: bytes) -> str:
    return base64.b64encode(value).decode() if kind is Hash.PHOTODNA else value.hex()


def _write_notes(target: BinaryIO, notes: Sequence[str]) -> None:
    lines = [line for note in notes for line in note.splitlines() or [""]]
    target.writelines(f"# {line}\n".encode("utf-8", "backslashreplace") for line in lines)
