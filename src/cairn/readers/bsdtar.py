"""RAR, CAB and LHA archives through the program ``bsdtar``, which is confined before it starts.

It gets the archive as its standard input and writes a TAR to its standard output. It is told no name and no
password, may write no file, and works under limits of memory and time.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cairn.errors import CairnError, InputError
from cairn.fingerprints.sandbox.message import HEADER_BYTES, MAXIMUM_BODY_BYTES, Hello, take
from cairn.fingerprints.sandbox.protections import Protection
from cairn.intake.containers.reading import CHUNK_BYTES, damaged
from cairn.intake.containers.rules import GIB
from cairn.readers.starting import ENVIRONMENT, command

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.fingerprints.sandbox.protections import ProtectionState

READER_MEMORY_BYTES = 4 * GIB
"""RAR 5 dictionaries go up to 1 GiB, and newer ones beyond; this leaves room for the program itself."""

READER_SECONDS = 3600
"""Processor time for one archive: 100 GiB at 30 MB/s."""

SYSTEM_TREES = tuple(
    map(
        Path,
        (
            "/usr/lib", "/usr/lib64", "/usr/lib32", "/lib", "/lib64", "/usr/local/lib",
            "/usr/share/locale", "/etc/ld.so.cache",
        ),
    )
)  # fmt: skip
"""Where a program's libraries lie; nothing else can it open."""


NEVER_WITH_A_PROGRAM = frozenset({Protection.EMPTY_ROOT, Protection.NOT_DUMPABLE})
"""What cannot be kept when a process becomes another program."""


def find_bsdtar() -> Path | None:
    """Answer where ``bsdtar`` is installed; ``None`` where it is not."""
    found = shutil.which("bsdtar")
    return Path(found) if found else None


class BsdTar:
    """Turns archives into TARs; see ``cairn.intake.containers.outside.OutsideReader``."""

    def __init__(
        self,
        program: Path,
        *,
        trees: Sequence[Path] = SYSTEM_TREES,
    ) -> None:
        """Note the program; nothing is started.

        Args:
            program: The executable.
            trees: Where its libraries lie; all that it may open.
        """
        self._program = program
        self._trees = tuple(trees)

    def as_tar(self, archive: int) -> Iterator[bytes]:
        """Yield the TAR of an archive that is open for reading.

        Raises:
            InputError: It cannot be read to its end; raised after all that could.
        """
        with self._started(archive, "-cf", "-", "--format=pax", "@-") as (process, _):
            yield from _output(process)
        if process.returncode != 0:
            raise damaged(
                f"The outside reader stopped with status {process.returncode}: the archive is damaged, "
                "encrypted, or of a kind that it does not read."
            )

    def protections(self) -> tuple[ProtectionState, ...]:
        """Answer how the program is held on this machine; it is started once, to say its version.

        Raises:
            InputError: It could not be started.
        """
        nothing = os.open(os.devnull, os.O_RDONLY)
        try:
            with self._started(nothing, "--version") as (process, states):
                words = b"".join(_output(process))
        finally:
            os.close(nothing)
        if process.returncode != 0 or not words:
            sentence = f"bsdtar does not run when it is confined (status {process.returncode})."
            raise InputError(sentence, code="input.unsupported")
        return states

    def missing_protections(self) -> Sequence[str]:
        """Answer which protections the program lacks on this machine, each with why, in words."""
        try:
            states = self.protections()
        except CairnError as error:
            return (error.sentence,)
        return [f"{state.protection}: {state.detail}" for state in states if not state.active]

    @contextmanager
    def _started(
        self, archive: int, *arguments: str
    ) -> Iterator[tuple[subprocess.Popen[bytes], tuple[ProtectionState, ...]]]:
        heard, told = os.pipe()
        limits = (str(READER_MEMORY_BYTES), str(READER_SECONDS))
        trees = (str(len(self._trees)), *map(str, self._trees))
        words = [*command("bsdtar_launcher"), str(told), *limits, *trees, str(self._program), *arguments]
        try:
            process = subprocess.Popen(  # noqa: S603  # a fixed command, no shell, no name from the evidence
                words,
                stdin=archive,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=[told],
                env=ENVIRONMENT | {"PATH": os.defpath},
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            os.close(heard)
            sentence = f"The outside reader could not be started: {error.strerror}."
            raise InputError(sentence, code="input.unsupported") from error
        finally:
            os.close(told)
        try:
            yield process, _hello(heard)
        finally:
            with suppress(OSError):
                process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _hello(heard: int) -> tuple[ProtectionState, ...]:
    """Answer what the launcher says before it becomes the program; nothing where it could not."""
    with os.fdopen(heard, "rb") as stream:  # Ends when the program starts, or with the launcher.
        said = bytearray(stream.read(HEADER_BYTES + MAXIMUM_BODY_BYTES))
    message = take(said)
    return message.protections if isinstance(message, Hello) else ()


def _output(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    """Yield what the reader writes, then wait for its end, so that its status is known."""
    if process.stdout is not None:
        while data := os.read(process.stdout.fileno(), CHUNK_BYTES):
            yield data
    process.wait()
