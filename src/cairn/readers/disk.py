"""Reads forensic and disk images: E01, Ex01 and plain copies, through a confined process for each image.

The process is started when the image is first asked about and started again when it ends; a file that ends
it costs that file. A few processes live at a time, whatever the number of images.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import threading
from collections import OrderedDict
from contextlib import ExitStack
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.fingerprints.sandbox.body import MessageError
from cairn.readers.disk_line import DiskLine, ReaderEnded
from cairn.readers.disk_words import PAGE_ENTRIES, ROOT, Answer, Ask, Page, Question, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cairn.fingerprints.sandbox.protections import Protection, ProtectionState
    from cairn.intake.containers.images import Image, Node
    from cairn.intake.containers.reading import Source

LIVE_PROCESSES = 4
"""Images whose process is kept; each takes about 40 MB at rest."""

MOST_ENDS = 16
"""How often the process of one image may end before the rest of the image is given up: each costs a start,
and two minutes where it hung."""

_SENTENCES = {
    Refusal.IMAGE: "The image cannot be opened: it is damaged, encrypted, or a piece of it is missing.",
    Refusal.FILE_SYSTEM: "There is no file system that Cairn reads; it may be damaged or encrypted.",
    Refusal.FOLDER: "The folder is damaged in the image's file system.",
    Refusal.FILE: "The file's content is damaged or not in the image.",
    Refusal.DISK: "Reading failed: the disk that the image lies on reports an error.",
    Refusal.MEMORY: "The image's reader needs more memory than its limit.",
    Refusal.QUESTION: "The image's reader did not understand the question.",
}
_CODES = {Refusal.DISK: "input.disk", Refusal.MEMORY: "input.limit", Refusal.FILE_SYSTEM: "input.unsupported"}
_PACKAGES = ("pytsk3", "pyewf")


def find_disk_reader(require: frozenset[Protection] = frozenset()) -> DiskReader | None:
    """Answer a reader where the extra packages are installed and this system can confine a process.

    Args:
        require: Protections without which nothing is read.
    """
    if sys.platform not in {"linux", "darwin"}:
        return None
    return DiskReader(require) if all(map(importlib.util.find_spec, _PACKAGES)) else None


class DiskReader:
    """Opens images, each in a process of its own, and keeps the last few of these processes."""

    def __init__(self, require: frozenset[Protection] = frozenset()) -> None:
        """Start with none.

        Args:
            require: Protections without which nothing is read.
        """
        self.require = require
        self._live: OrderedDict[int, _DiskImage] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, segments: Sequence[Source], *, is_ewf: bool) -> Image:
        """Answer the image that these files are, in their order."""
        return _DiskImage(self, tuple(segments), is_ewf=is_ewf)

    def protections(self) -> tuple[ProtectionState, ...]:
        """Answer how the process that reads an image is held on this machine; one is started for this.

        Raises:
            InputError: It could not be started.
        """
        try:
            line = DiskLine([], is_ewf=False, require=self.require)
        except (ReaderEnded, MessageError) as error:
            sentence = f"The image's reader does not run on this machine: {error}."
            raise InputError(sentence, code="input.unsupported") from error
        line.close()
        return line.protections

    def close(self) -> None:
        """End the processes that nobody is asking; an image that is asked again starts another."""
        for image in [*self._live.values()]:
            image.rest()

    def note(self, image: _DiskImage) -> None:
        """Note that an image has a process, and end the ones that were used longest ago."""
        with self._lock:
            self._live[id(image)] = image
            self._live.move_to_end(id(image))
            surplus = [*self._live.values()][:-LIVE_PROCESSES]
        for old in surplus:
            if old.rest():
                with self._lock:
                    self._live.pop(id(old), None)

    def forget(self, image: _DiskImage) -> None:
        """Note that an image has no process any more."""
        with self._lock:
            self._live.pop(id(image), None)


class _DiskImage:
    """One image; see ``cairn.intake.containers.images.Image``."""

    def __init__(self, reader: DiskReader, segments: tuple[Source, ...], *, is_ewf: bool) -> None:
        self._reader = reader
        self._segments = segments
        self._is_ewf = is_ewf
        self._line: DiskLine | None = None
        self._ends = 0
        self._lock = threading.Lock()
        self.stored_bytes, self.mark = self._measure()

    def partitions(self) -> Sequence[int]:
        """Answer where the partitions begin, in bytes."""
        answer = self._ask(Question(Ask.PARTITIONS))
        return answer if isinstance(answer, tuple) else ()

    def folder(self, start: int, number: int | None) -> Iterator[Node]:
        """Yield the entries of a folder; where one of them ends the process, those before it."""
        first, count = 0, PAGE_ENTRIES
        while True:
            record = ROOT if number is None else number
            try:
                page = self._ask(Question(Ask.FOLDER, start, record, first, count))
            except InputError as error:
                if count == 1 or error.code != "input.damaged":
                    raise
                count = 1
                continue
            if not isinstance(page, Page):
                return
            yield from page.nodes
            first += len(page.nodes)
            if not page.has_more:
                return

    def read(self, start: int, number: int, offset: int, length: int) -> bytes:
        """Answer exactly ``length`` bytes of a file."""
        answer = self._ask(Question(Ask.STRETCH, start, number, offset, length))
        return answer if isinstance(answer, bytes) else b""

    def rest(self) -> bool:
        """End the process, unless it is being asked something; True where there is none now."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            self._close()
        finally:
            self._lock.release()
        return True

    def _measure(self) -> tuple[int, str]:
        """Answer the size of all pieces, and a short mark of their sizes, times and places."""
        size_bytes, mark = 0, hashlib.sha256()
        for segment in self._segments:
            with segment.reader() as reader:
                status = os.fstat(reader.descriptor)
                size_bytes += reader.size_bytes
                if len(self._segments) > 1:  # Of a single file, the item's own signature says it.
                    mark.update(f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino} ".encode())
        return size_bytes, mark.hexdigest()[:16]

    def _ask(self, question: Question) -> Answer:
        """Ask the process, which is started where there is none.

        Raises:
            InputError: It refused, ended, hung or answered in no agreed form.
        """
        with self._lock:
            answer = self._answer(question)
            if answer is Refusal.DISK:
                self._close()  # Its descriptors are those of a disk that may come back as another device.
        if isinstance(answer, Refusal):
            raise InputError(_SENTENCES[answer], code=_CODES.get(answer, "input.damaged"))
        return answer

    def _answer(self, question: Question) -> Answer:
        if self._ends >= MOST_ENDS:
            raise InputError(
                f"The image's reader ended {MOST_ENDS} times on it, and the rest of it was given up.",
                code="input.damaged",
            )
        if self._line is not None and not self._line.is_alive:
            self._close()  # Between two questions: it ends with the thread that started it.
        try:
            if self._line is None:
                self._line = self._start()
            return self._line.ask(question)
        except (ReaderEnded, MessageError) as error:
            self._ends += 1
            self._close()
            why = error.args[0] if isinstance(error, ReaderEnded) else "gave an answer of no agreed form"
            raise InputError(
                f"The image's reader, a confined process, {why}. This part of the image was not read.",
                code="input.damaged",
            ) from error
        except BaseException:  # Ctrl-C between a question and its answer: the next one would get this answer.
            self._close()
            raise

    def _start(self) -> DiskLine:
        with ExitStack() as opened:
            readers = [opened.enter_context(segment.reader()) for segment in self._segments]
            line = DiskLine(readers, is_ewf=self._is_ewf, require=self._reader.require)
        self._reader.note(self)
        return line

    def _close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
            self._reader.forget(self)
