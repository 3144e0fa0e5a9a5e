"""The check's end of the line to a process that reads an image: one question, one answer, within a time."""

from __future__ import annotations

import contextlib
import os
import select
import subprocess
import time
import weakref
from typing import TYPE_CHECKING

from cairn.errors import ConfigurationError, InputError
from cairn.fingerprints.sandbox.message import HEADER_BYTES, MAXIMUM_BODY_BYTES, Hello, take
from cairn.fingerprints.sandbox.protections import ProtectionState, insist
from cairn.readers.disk_words import (
    ANSWER_BYTES,
    Answer,
    Question,
    pack_question,
    parse_answer,
    parse_header,
)
from cairn.readers.starting import ENVIRONMENT, command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.fingerprints.sandbox.protections import Protection
    from cairn.intake.containers.reading import Reader

WALL_S = 120.0
"""How long one question may take: four times its processor time, because disks are slow."""


_LAST_S = 5.0


class ReaderEnded(Exception):  # noqa: N818 - an event that the image's owner handles
    """The process has ended or was ended; the argument says how, in words."""


class DiskLine:
    """A running process that has an image open."""

    def __init__(
        self,
        pieces: Sequence[Reader],
        *,
        is_ewf: bool,
        require: frozenset[Protection] = frozenset(),
        wall_s: float = WALL_S,
    ) -> None:
        """Start it, and hear how it is held.

        Args:
            pieces: The image's files, open; the process gets the descriptors.
            is_ewf: True for E01 and Ex01.
            require: Protections without which nothing is read.
            wall_s: How long one answer may take.

        Raises:
            InputError: It cannot be started, or a required protection is off.
            ReaderEnded: It ended before it was ready.
        """
        self._wall_s = wall_s
        descriptors = {piece.descriptor for piece in pieces}
        numbers = [n for piece in pieces for n in (piece.descriptor, piece.start, piece.size_bytes)]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, no shell
                [*command("disk_process"), str(int(is_ewf)), *map(str, numbers)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=tuple(descriptors),
                env=ENVIRONMENT,
                cwd="/",
                bufsize=0,
                start_new_session=True,  # Ctrl-C is for the check to handle.
            )
        except OSError as error:
            sentence = f"The image's reader could not be started: {error.strerror}."
            raise InputError(sentence, code="input.unsupported") from error
        self._end = weakref.finalize(self, _end, self._process)
        try:
            self.protections = self._hello()
            insist(self.protections, require)
        except ConfigurationError as error:
            self.close()
            raise InputError(error.sentence, code="input.unsupported") from error
        except BaseException:
            self.close()
            raise

    def ask(self, question: Question) -> Answer:
        """Answer what the process answers.

        Raises:
            ReaderEnded: It ended, or took too long.
            MessageError: Its answer is not of the agreed form.
        """
        until_s = time.monotonic() + self._wall_s
        try:
            assert self._process.stdin is not None  # noqa: S101 - a pipe, as ordered
            self._process.stdin.write(pack_question(question))
        except OSError:
            raise ReaderEnded(self._how_it_ended()) from None
        kind, length = parse_header(self._read(ANSWER_BYTES, until_s))
        return parse_answer(kind, self._read(length, until_s), question)

    @property
    def is_alive(self) -> bool:
        """Answer whether the process still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the process."""
        self._end()

    def _hello(self) -> tuple[ProtectionState, ...]:
        until_s = time.monotonic() + self._wall_s
        heard = bytearray(self._read(HEADER_BYTES, until_s))
        missing = min(int.from_bytes(heard[4:8], "big"), MAXIMUM_BODY_BYTES)
        heard += self._read(missing, until_s)
        message = take(heard)
        if not isinstance(message, Hello):
            raise ReaderEnded("did not say how it is held")
        return message.protections

    def _read(self, length: int, until_s: float) -> bytes:
        """Answer exactly so many bytes of what it says."""
        assert self._process.stdout is not None  # noqa: S101 - a pipe, as ordered
        descriptor = self._process.stdout.fileno()
        data = bytearray()
        while len(data) < length:
            waiting_s = until_s - time.monotonic()
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            if waiting_s <= 0 or not poll.poll(waiting_s * 1000):
                self.close()
                raise ReaderEnded(f"took longer than {self._wall_s:,.0f} s and was ended")
            more = os.read(descriptor, length - len(data))
            if not more:
                raise ReaderEnded(self._how_it_ended())
            data += more
        return bytes(data)

    def _how_it_ended(self) -> str:
        try:
            status = self._process.wait(_LAST_S)
        except subprocess.TimeoutExpired:
            return "fell silent and was ended"
        return f"was ended by signal {-status}" if status < 0 else f"stopped with status {status}"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):  # A dead disk can hold it for as long as it likes.
        process.wait(_LAST_S)
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
