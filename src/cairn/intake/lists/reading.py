"""Opening a list, whatever it is: recognised by its content, then read in batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.evidence import opened
from cairn.intake.lists import recognise as kinds
from cairn.intake.lists.batching import batches
from cairn.intake.lists.encase import read_encase
from cairn.intake.lists.entry import ListEntry, Remark
from cairn.intake.lists.hash_lines import read_hash_lines
from cairn.intake.lists.nsrl_sqlite import read_nsrl_database
from cairn.intake.lists.recognise import ListFormat, NotRecognised, Recognised, recognise_list
from cairn.intake.lists.shared_entries import Page, read_shared_entries
from cairn.intake.lists.stopncii import read_stopncii
from cairn.intake.lists.table import read_table
from cairn.intake.lists.vics_entries import read_vics_entries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

    from cairn.intake.lists.entry import Batch, Hash
    from cairn.intake.lists.profile import Profile


@dataclass(slots=True)
class Reckoning:
    """How the lines of a list add up: ``lines`` = ``entries`` + ``set_aside`` + ``passed_over``, always."""

    lines: int = 0
    entries: int = 0
    set_aside: int = 0
    passed_over: int = 0
    doubtful: int = 0

    def add(self, batch: Batch) -> None:
        """Count a batch."""
        self.lines += batch.line_count
        self.entries += len(batch)
        self.set_aside += sum(remark.lines for remark in batch.set_aside)
        self.passed_over += batch.passed_over
        self.doubtful += len(batch.doubts)

    @property
    def adds_up(self) -> bool:
        """Whether every line is accounted for."""
        return self.lines == self.entries + self.set_aside + self.passed_over


def recognise_file(
    path: Path, *, profile: Profile | None = None, bare_64: Hash | None = None
) -> Recognised | NotRecognised:
    """Answer what kind of list a file is.

    Raises:
        InputError: It cannot be opened, or the profile does not fit it.
    """
    with opened(path) as stream:
        return recognise_list(_head(stream), profile=profile, bare_64=bare_64)


def read_list(path: Path, recognised: Recognised) -> Iterator[Batch]:
    """Yield the batches of a list.

    Args:
        path: The file; it is only read.
        recognised: What it is, from ``recognise_file``.

    Raises:
        InputError: It cannot be opened, or not be read to its end; raised after everything before.
    """
    if recognised.format is ListFormat.NSRL_DATABASE:
        with opened(path):
            pass  # The door for evidence refuses what is no regular file, with its sentence.
        yield from read_nsrl_database(path)
        return
    with opened(path) as stream:
        yield from read_stream(stream, recognised)


def read_stream(stream: BinaryIO, recognised: Recognised) -> Iterator[Batch]:
    """Yield the batches of a list that is not a database, from its bytes.

    Raises:
        InputError: As ``read_list``.
    """
    match recognised.format:
        case ListFormat.ENCASE:
            yield from read_encase(stream)
        case ListFormat.HASH_LINES:
            yield from read_hash_lines(stream, bare_64=recognised.bare_64)
        case ListFormat.SHARED_ENTRIES:
            yield from batches(each for each in read_shared_entries(stream) if not isinstance(each, Page))
        case ListFormat.STOPNCII:
            yield from batches(read_stopncii(stream))
        case ListFormat.VICS:
            yield from batches(read_vics_entries(stream))
        case _:
            if recognised.layout is None:
                raise InputError(f"Nothing reads {kinds.WORDS[recognised.format]} here.", code="list.unknown")
            yield from read_table(stream, recognised.layout)


def _head(stream: BinaryIO) -> bytes:
    head = b""
    while len(head) < kinds.HEAD_BYTES:
        piece = stream.read(kinds.HEAD_BYTES - len(head))
        if not piece:
            break
        head += piece
    return head


__all__ = ["ListEntry", "Reckoning", "Remark", "read_list", "read_stream", "recognise_file"]
