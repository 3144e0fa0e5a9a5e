"""The desk's secret: a file that only the node's owner can read.

It signs sessions and forms, and seals the secrets of authenticator apps.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING

from cairn.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.records.node import NodeConfig

SECRET_FILE = "desk.secret"  # noqa: S105 - the file's name
_SECRET_BYTES = 64
_SHORTEST = 50
"""Characters. Source: Django's deployment check security.W009."""


def desk_secret(config: NodeConfig) -> str:
    """Answer the secret, made now where the node has none.

    Losing it signs everybody out, and voids the authenticator apps.

    Raises:
        ConfigurationError: It is damaged, or cannot be read or written (``node.secret``).
    """
    file = config.folder / SECRET_FILE
    try:
        if not file.exists():
            _make(file)
        secret = file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ConfigurationError(
            f"{file} cannot be read or written: {error.strerror}.", code="node.secret"
        ) from error
    except UnicodeDecodeError:
        secret = ""
    if len(secret) < _SHORTEST:
        raise ConfigurationError(
            f"{file} is damaged. Remove it: a new one is made, everybody signs in again, and "
            "authenticator apps have to be added anew.",
            code="node.secret",
        )
    return secret


def _make(file: Path) -> None:
    """Write a new secret; where two processes do, both use the one that came first."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as opened:
        opened.write(secrets.token_urlsafe(_SECRET_BYTES) + "\n")
        opened.flush()
        os.fsync(opened.fileno())
    try:
        with suppress(FileExistsError):
            file.hardlink_to(part)
    finally:
        part.unlink(missing_ok=True)
