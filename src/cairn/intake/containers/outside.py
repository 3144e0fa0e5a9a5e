"""RAR, CAB and LHA archives, turned into a TAR by a reader from outside where the rules name one.

No reader of RAR installs everywhere without a compiler and may be passed on freely, and no hostile byte
should meet one in this process. So the rules name something that gets the archive as an open file and hands
out a TAR, which is read like any other.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from cairn.intake.containers import tar
from cairn.intake.containers.scratch import Allowance, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.intake.containers.members import Member, Refused
    from cairn.intake.containers.reading import Reader, Source
    from cairn.intake.containers.scratch import Shelf


class OutsideReader(Protocol):
    """Turns an archive into a TAR; reads hostile bytes in a confined process only."""

    def as_tar(self, archive: int) -> Iterator[bytes]:
        """Yield the TAR of an archive that is open for reading.

        Raises:
            InputError: It cannot be read to its end; raised after all that could.
        """
        ...

    def missing_protections(self) -> Sequence[str]:
        """Answer which protections its process lacks on this machine, each with why, in words."""
        ...


def members(source: Source, shelf: Shelf) -> Iterator[Member | Refused]:
    """Yield the files of the archive, as the outside reader hands them out.

    Args:
        source: Opens the archive.
        shelf: Keeps the TAR that it is turned into; its rules name the reader.

    Raises:
        InputError: The reader cannot be run, or reports a damage; raised after all that it handed out.
    """
    block = shelf.place(lambda: _as_tar(source, shelf), stored_bytes=None)
    with block.reader() as reader:
        yield from tar.block_members(reader, block)


def _as_tar(source: Source, shelf: Shelf) -> Iterator[bytes]:
    outside = shelf.rules.outside_reader
    if outside is not None:
        with source.reader() as reader, _as_file(reader, shelf) as archive:
            yield from outside.as_tar(archive)


@contextmanager
def _as_file(reader: Reader, shelf: Shelf) -> Iterator[int]:
    """Answer a descriptor of exactly the archive: a program from outside knows nothing of windows."""
    whole = Allowance(shelf.rules.scratch_bytes, None, reader.size_bytes)
    descriptor = unpack(reader.chunks(0, reader.size_bytes), allowance=whole, rules=shelf.rules)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
