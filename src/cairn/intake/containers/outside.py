"""RAR, CAB and LHA archives, turned into a TAR by ``bsdtar`` where it is installed.

No reader of RAR installs everywhere without a compiler and may be passed on freely. ``bsdtar`` reads the
archive from its standard input and writes a TAR to its standard output; it gets no name and no password,
may write no file, and works under limits of memory and time. Without it, such archives are named.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.intake.containers import tar
from cairn.intake.containers.reading import CHUNK_BYTES, damaged
from cairn.intake.containers.rules import GIB
from cairn.intake.containers.scratch import Allowance, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cairn.intake.containers.members import Member, Refused
    from cairn.intake.containers.reading import Reader, Source
    from cairn.intake.containers.scratch import Shelf

READER_MEMORY_BYTES = 4 * GIB
"""RAR 5 dictionaries go up to 1 GiB, and newer ones beyond; this leaves room for the program itself."""

READER_SECONDS = 3600
"""Processor time for one archive: 100 GiB at 30 MB/s."""

# A small program that limits itself and then becomes the reader: limits set between fork and exec in this
# process would not be safe beside its threads.
_LAUNCHER = """
import os, resource, sys
memory, seconds = int(sys.argv[1]), int(sys.argv[2])
for limit, value in (
    (resource.RLIMIT_AS, memory),
    (resource.RLIMIT_CPU, seconds),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
):
    resource.setrlimit(limit, (value, value))
os.execv(sys.argv[3], sys.argv[3:])
"""


def find_outside_reader() -> Path | None:
    """Answer where ``bsdtar`` is installed; ``None`` where it is not."""
    found = shutil.which("bsdtar")
    return Path(found) if found else None


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
    with source.reader() as reader, _as_file(reader, shelf) as archive:
        process = _start(archive, shelf)
        try:
            yield from _output(process)
        finally:
            process.kill()
            process.wait()
    if process.returncode != 0:
        raise damaged(
            f"The outside reader stopped with status {process.returncode}: the archive is damaged, "
            "encrypted, or of a kind that it does not read."
        )


@contextmanager
def _as_file(reader: Reader, shelf: Shelf) -> Iterator[int]:
    """Answer a descriptor of exactly the archive: a program from outside knows nothing of windows."""
    whole = Allowance(shelf.rules.scratch_bytes, None, reader.size_bytes)
    descriptor = unpack(reader.chunks(0, reader.size_bytes), allowance=whole, rules=shelf.rules)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _start(archive: int, shelf: Shelf) -> subprocess.Popen[bytes]:
    limits = (str(READER_MEMORY_BYTES), str(READER_SECONDS))
    command = (str(shelf.rules.outside_reader), "-cf", "-", "--format=pax", "@-")
    try:
        return subprocess.Popen(  # noqa: S603  # a fixed command, no shell, and no name from the evidence
            [sys.executable, "-I", "-S", "-c", _LAUNCHER, *limits, *command],
            stdin=archive,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8", "PATH": os.defpath},
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        sentence = f"The outside reader could not be started: {error.strerror}."
        raise InputError(sentence, code="input.unsupported") from error


def _output(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Yield what the reader writes, then wait for its end, so that its status is known."""
    if process.stdout is not None:
        with process.stdout as output:
            while data := os.read(output.fileno(), CHUNK_BYTES):
                yield data
    process.wait()
