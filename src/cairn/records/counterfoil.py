"""The counterfoil of the log: outside the database, the hash of every entry that a head was signed over.

It lies in the node's folder: one file of hashes, 32 bytes for each entry, and the last signed head with the
frontier of its tree. It makes two things possible that the database alone cannot give: no head is ever signed
over a log that was rewritten since the last one, and an entry that was changed, removed or moved is found by
its position even where every hash in the database was rewritten to fit.

The head counts, and what it does not cover is written over: so a crash at any moment leaves a counterfoil
that is whole, and at most one head behind.
"""

from __future__ import annotations

import base64
import fcntl
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.errors import CairnError, ConfigurationError, IntegrityError
from cairn.transparency import HASH_BYTES, Frontier, SignedHead, parse_head

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FOLDER = "audit"
_LEAVES, _HEAD, _LOCK = "hashes", "head", "lock"
_CHUNK_LEAVES = 32_768


@dataclass(frozen=True, slots=True)
class Stub:
    """What the counterfoil knows of the log: the last signed head, and its frontier."""

    head: SignedHead
    frontier: Frontier


class Counterfoil:
    """The counterfoil in a node's folder."""

    def __init__(self, node_folder: Path) -> None:
        """Point at it; nothing is read or made yet."""
        self._folder = node_folder / FOLDER

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Let one process at a time sign and write; others wait.

        Raises:
            ConfigurationError: The folder cannot be written (``audit.counterfoil``).
        """
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            lock = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def read(self) -> Stub | None:
        """Answer the last head, or ``None`` where none was kept; its signature is not verified here.

        Raises:
            IntegrityError: It is damaged, or holds fewer hashes than its head covers (``audit.counterfoil``).
        """
        try:
            text = (self._folder / _HEAD).read_text(encoding="utf-8")
            hashes, _, note = text.partition("\n\n")
            head = parse_head(note)
            joined = b"".join(base64.b64decode(line, validate=True) for line in hashes.split("\n"))
            frontier = Frontier.from_bytes(head.head.size, joined)
            length = (self._folder / _LEAVES).stat().st_size
        except FileNotFoundError:
            return None
        except (OSError, ValueError, CairnError) as error:
            raise self._damaged() from error
        if frontier.root != head.head.root or length < frontier.size * HASH_BYTES:
            raise self._damaged()
        return Stub(head, frontier)

    def leaves(self, *, end: int) -> Iterator[bytes]:
        """Answer the hashes of the entries up to, and without, ``end``; fewer where the file is shorter."""
        try:
            with (self._folder / _LEAVES).open("rb") as file:
                while end > 0:
                    chunk = file.read(min(end, _CHUNK_LEAVES) * HASH_BYTES)
                    if not chunk:
                        return
                    yield from _cut(chunk)
                    end -= _CHUNK_LEAVES
        except FileNotFoundError:
            return

    def keep(self, leaves: Iterable[bytes], *, after: int, head: SignedHead, frontier: Frontier) -> None:
        """Write the hashes of the entries from position ``after`` on, and then the head that covers them.

        Raises:
            ConfigurationError: The folder cannot be written (``audit.counterfoil``).
        """
        try:
            file = os.open(self._folder / _LEAVES, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            with os.fdopen(file, "wb") as stream:
                stream.truncate(after * HASH_BYTES)
                stream.seek(after * HASH_BYTES)
                stream.writelines(leaves)
                stream.flush()
                os.fsync(stream.fileno())
            lines = (base64.b64encode(each).decode() for each in frontier.hashes)
            self._replace("\n".join(lines) + "\n\n" + head.text)
        except OSError as error:
            raise self._unwritable(error) from error

    def _replace(self, text: str) -> None:
        """Put a new head in the place of the old one, whole or not at all."""
        part = self._folder / f".{_HEAD}.part"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(self._folder / _HEAD)

    def _damaged(self) -> IntegrityError:
        return IntegrityError(
            f"The counterfoil of the audit log in {self._folder} is damaged. Keep it, find out why, and see "
            "'The counterfoil' in the documentation of the audit log.",
            code="audit.counterfoil",
        )

    def _unwritable(self, error: OSError) -> ConfigurationError:
        return ConfigurationError(
            f"{self._folder} cannot be written: {error.strerror}.", code="audit.counterfoil"
        )


def _cut(chunk: bytes) -> Iterator[bytes]:
    """Answer the whole hashes in the chunk."""
    for at in range(0, len(chunk) - HASH_BYTES + 1, HASH_BYTES):
        yield chunk[at : at + HASH_BYTES]
