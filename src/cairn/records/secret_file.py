"""A file with a secret that only the node's owner can read: made whole, once, whoever else makes it too."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def make_secret_file(file: Path, secret: str) -> None:
    """Write a new secret; where two processes do, both use the one that came first.

    Args:
        file: Where; it is complete on the disk once it is there.
        secret: ASCII, one line.

    Raises:
        OSError: It cannot be written.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(secret + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    try:
        with suppress(FileExistsError):
            file.hardlink_to(part)
    finally:
        part.unlink(missing_ok=True)
