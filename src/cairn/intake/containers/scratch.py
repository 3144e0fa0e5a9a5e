"""Unpacked bytes lie in files without a name: in memory while they are small, on disk when they are large.

Nothing is ever written under a name that a container chose, and nothing beside the evidence. A file without
a name is gone when its last descriptor is closed, also when the process is killed.
"""

from __future__ import annotations

import errno
import os
import tempfile
import threading
import weakref
from collections import OrderedDict
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.intake.containers.reading import Reader
from cairn.intake.containers.rules import BLOCKS_KEPT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cairn.intake.containers.rules import ContainerRules


def over_limit(sentence: str) -> InputError:
    """Answer the error that names the limit which stopped Cairn."""
    return InputError(sentence, code="input.limit")


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much one stream may unpack to.

    Attributes:
        most_bytes: Where unpacking stops.
        stored_bytes: What it was before, for the ratio; ``None`` where it is not packed.
        declared_bytes: What the container says it unpacks to; ``None`` where it does not say.
    """

    most_bytes: int
    stored_bytes: int | None
    declared_bytes: int | None = None

    def check(self, size_bytes: int, rules: ContainerRules) -> None:
        """Raise the error that names the limit, if ``size_bytes`` is beyond one.

        Raises:
            InputError: A limit is exceeded (``input.limit``), or there is more than the container
                declared (``input.damaged``).
        """
        if self.declared_bytes is not None and size_bytes > self.declared_bytes:
            raise InputError("It unpacks to more than the container says.", code="input.damaged")
        if size_bytes > self.most_bytes:
            raise over_limit(f"It unpacks to more than the limit of {self.most_bytes:,} bytes.")
        if self.stored_bytes is None or size_bytes <= rules.ratio_grace_bytes:
            return
        if size_bytes > rules.ratio * max(1, self.stored_bytes):
            raise over_limit(
                f"It unpacks to more than {rules.ratio} times its packed size, which is the limit, "
                "as a decompression bomb does."
            )


def unpack(chunks: Iterable[bytes], *, allowance: Allowance, rules: ContainerRules) -> int:
    """Write the chunks into a file without a name, and answer a read-only descriptor of it.

    Args:
        chunks: The unpacked bytes.
        allowance: Where to stop.
        rules: The policy; says where memory ends and disk begins.

    Returns:
        A descriptor at offset 0, which the caller closes.

    Raises:
        InputError: The chunks are damaged, a limit is exceeded, or there is no room.
    """
    writer = _Writer(rules)
    try:
        _fill(writer, chunks, allowance=allowance, rules=rules)
        return writer.finish()
    finally:
        writer.close()


def _fill(writer: _Writer, chunks: Iterable[bytes], *, allowance: Allowance, rules: ContainerRules) -> None:
    for chunk in chunks:
        allowance.check(writer.size_bytes + len(chunk), rules)
        writer.write(chunk)
    if allowance.declared_bytes is not None and writer.size_bytes < allowance.declared_bytes:
        raise InputError("The data ends too early.", code="input.damaged")


class _Writer:
    """Memory first; once that is too small, an unlinked file on disk."""

    def __init__(self, rules: ContainerRules) -> None:
        self._rules = rules
        self._reader: int | None = None  # Of the file on disk; a file in memory is opened anew.
        if hasattr(os, "memfd_create"):
            self._descriptor = os.memfd_create("cairn")
        else:
            self._descriptor, self._reader = _on_disk(rules)
        self.size_bytes = 0

    def write(self, data: bytes) -> None:
        if self._reader is None and self.size_bytes + len(data) > self._rules.memory_bytes:
            self._move_to_disk()
        with _room():
            _write_all(self._descriptor, data)
        self.size_bytes += len(data)

    def finish(self) -> int:
        """Answer a descriptor that can only read, at the first byte."""
        if self._reader is not None:
            return os.dup(self._reader)
        with suppress(OSError):  # Without /proc, only a file on disk can be opened a second time.
            return os.open(f"/proc/self/fd/{self._descriptor}", os.O_RDONLY | os.O_CLOEXEC)
        return os.dup(self._move_to_disk())

    def close(self) -> None:
        os.close(self._descriptor)
        if self._reader is not None:
            os.close(self._reader)

    def _move_to_disk(self) -> int:
        memory = self._descriptor
        self._descriptor, self._reader = _on_disk(self._rules)
        try:
            with _room():
                for data in Reader(memory, 0, self.size_bytes).chunks(0, self.size_bytes):
                    _write_all(self._descriptor, data)
        finally:
            os.close(memory)
        return self._reader


def _on_disk(rules: ContainerRules) -> tuple[int, int]:
    """Make a file, open it for writing and for reading, and take its name away."""
    with _room():
        writer, name = tempfile.mkstemp(prefix="cairn-", dir=rules.scratch_folder)
        try:
            return writer, os.open(name, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
        except OSError:
            os.close(writer)
            raise
        finally:
            Path(name).unlink()


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


@contextmanager
def _room() -> Iterator[None]:
    """Turn the system's refusal to write into a sentence."""
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.ENOMEM}
        words = "there is no room left" if full else str(error.strerror)
        raise InputError(
            f"It could not be unpacked into the folder for temporary files: {words}. Make room, or name "
            "another folder.",
            code="input.scratch",
        ) from error


class _Block:
    """An unpacked container, and what was wrong with it; its descriptor closes with the last user."""

    def __init__(self, descriptor: int, problem: InputError | None) -> None:
        self.descriptor = descriptor
        self.problem = problem
        self.size_bytes = os.fstat(descriptor).st_size
        weakref.finalize(self, os.close, descriptor)


class Shelf:
    """The few unpacked containers that are kept, the most recently used last.

    A member that is opened while its container is on the shelf costs only its own unpacking; one whose
    container has gone costs the container's unpacking again. Walking and opening in the same order
    therefore unpacks each container once or twice, whatever its size.
    """

    def __init__(self, rules: ContainerRules) -> None:
        """Start empty."""
        self.rules = rules
        self._blocks: OrderedDict[int, _Block] = OrderedDict()
        self._lock = threading.RLock()  # Unpacking a container can need the container around it.
        self._next_key = 0

    def place(
        self,
        chunks: Callable[[], Iterable[bytes]],
        *,
        stored_bytes: int | None,
        declared_bytes: int | None = None,
    ) -> BlockSource:
        """Answer a source of the unpacked chunks; nothing is unpacked before it is read."""
        with self._lock:
            self._next_key += 1
            allowance = Allowance(self.rules.scratch_bytes, stored_bytes, declared_bytes)
            return BlockSource(self, self._next_key, chunks, allowance)

    def take(self, source: BlockSource) -> _Block:
        """Answer the source's block, unpacked again if it has gone from the shelf."""
        with self._lock:
            block = self._blocks.get(source.key) or self._unpack(source)
            self._blocks[source.key] = block
            self._blocks.move_to_end(source.key)
            while len(self._blocks) > 1 and self._is_full():
                self._blocks.popitem(last=False)
            return block

    def _is_full(self) -> bool:
        held = sum(block.size_bytes for block in self._blocks.values())
        return len(self._blocks) > BLOCKS_KEPT or held > self.rules.scratch_bytes

    def _unpack(self, source: BlockSource) -> _Block:
        """Keep what came out before a damage: the members before it can still be read."""
        problem: InputError | None = None

        def until_damage() -> Iterator[bytes]:
            nonlocal problem
            try:
                yield from source.chunks()
            except InputError as error:
                if error.code != "input.damaged":
                    raise
                problem = error

        allowance = Allowance(source.allowance.most_bytes, source.allowance.stored_bytes)
        descriptor = unpack(until_damage(), allowance=allowance, rules=self.rules)
        return _Block(descriptor, problem)


@dataclass(frozen=True, slots=True)
class BlockSource:
    """A packed stream that is unpacked as a whole when it is read, and kept for a while."""

    shelf: Shelf
    key: int
    chunks: Callable[[], Iterable[bytes]]
    allowance: Allowance

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """Open it for the length of a ``with`` block.

        Raises:
            InputError: A limit is exceeded or there is no room. Damage is not raised: what came out
                before it is read, and ``problem`` says what was wrong.
        """
        block = self.shelf.take(self)  # Held here, so that it outlives its place on the shelf.
        yield Reader(block.descriptor, 0, block.size_bytes)

    def problem(self) -> InputError | None:
        """Answer what was wrong with the stream, or ``None``; unpacks it if need be."""
        return self.shelf.take(self).problem
