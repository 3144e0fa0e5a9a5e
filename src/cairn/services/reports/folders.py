"""Which files of what was named are reports: files as they are, and of folders what is one by content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.evidence import opened
from cairn.intake.reports import recognise_report
from cairn.intake.reports.recognise import HEAD_BYTES
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


def report_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield the files, in the order of their names within a folder; what else lies there is passed over.

    Raises:
        InputError: A folder has no report in it (``report.unknown``).
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = [each for each in sorted(path.rglob("*")) if each.is_file() and _is_report(each)]
        if not found:
            raise InputError(Sentence("There is no report in %(path)s.", path=path), code="report.unknown")
        yield from found


def _is_report(path: Path) -> bool:
    try:
        with opened(path) as stream:
            return recognise_report(stream.read(HEAD_BYTES)) is not None
    except InputError:
        return False
