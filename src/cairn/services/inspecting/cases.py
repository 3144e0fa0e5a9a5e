"""Looking at VICS files without recording anything: what they say they are, and what contradicts that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.evidence import opened
from cairn.intake.vics import CaseRead, FileRead, MediaRead, RecordRefused, Tally, contradictions, read_vics

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from cairn.intake.vics import Form, Read


@dataclass(slots=True)
class CaseInspection:
    """What was found in the files of one set.

    Attributes:
        forms: Of each file: its version and kind; ``None`` where it says none.
        cases: The cases, in the order in which they end.
        tally: What was counted in all media of all files.
        contradictions: Where the totals of cases do not agree with their media, in sentences.
        broken: Why a file could not be read to its end, if so; everything before was counted.
    """

    forms: list[Form | None] = field(default_factory=list)
    cases: list[CaseRead] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    contradictions: list[str] = field(default_factory=list)
    broken: InputError | None = None


def inspect_cases(
    paths: Sequence[Path], *, on_doubt: Callable[[int, str], None], on_media: Callable[[int], None]
) -> CaseInspection:
    """Read VICS files to their ends, and answer what is in them.

    Args:
        paths: The files of one set.
        on_doubt: Is told the number of a record and what is odd about it, in a sentence.
        on_media: Is told how many media were read.

    Raises:
        InputError: A file cannot be opened, or is no VICS file (``vics.none``).
    """
    found = CaseInspection()
    for path in paths:
        with opened(path) as stream:
            try:
                for read in read_vics(stream):
                    _take(read, found, on_doubt)
                    if isinstance(read, MediaRead):
                        on_media(found.tally.records)
            except InputError as error:
                if error.code == "vics.none":
                    raise
                found.broken = error
    found.contradictions = contradictions(found.cases)
    return found


def _take(read: Read, found: CaseInspection, on_doubt: Callable[[int, str], None]) -> None:
    match read:
        case MediaRead():
            found.tally.add(read.media)
            for doubt in read.media.doubts:
                on_doubt(read.number, f"'{doubt.field}' {doubt.why}.")
        case RecordRefused():
            found.tally.refuse()
            on_doubt(read.number, read.why)
        case CaseRead():
            found.cases.append(read)
        case FileRead():
            found.forms.append(read.form)
