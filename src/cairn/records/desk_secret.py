"""The desk's secret: a file that only the node's owner can read.

It signs sessions and forms, and seals the secrets of authenticator apps.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from cairn.errors import ConfigurationError
from cairn.records.secret_file import make_secret_file

if TYPE_CHECKING:
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
            make_secret_file(file, secrets.token_urlsafe(_SECRET_BYTES))
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
