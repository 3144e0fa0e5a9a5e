"""The key that wraps the keys of the kept pictures: a file that only the node's owner can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.errors import ConfigurationError
from cairn.records.secret_file import make_secret_file
from cairn.records.vault.sealed import KEY_BYTES, new_key

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.records.node import NodeConfig

KEY_FILE = "vault.key"


def vault_key(config: NodeConfig, *, may_make: bool = False) -> bytes:
    """Answer the key; where the vault holds something and the key is gone, no new one takes its place.

    Args:
        config: The node.
        may_make: Make one where the vault is empty and has none.

    Raises:
        ConfigurationError: It is missing or damaged, or cannot be read or made (``vault.key``).
    """
    file = config.folder / KEY_FILE
    try:
        if may_make and not file.exists() and not any(config.vault_folder.glob("*/*")):
            make_secret_file(file, new_key().hex())
        text = file.read_text(encoding="ascii").strip()
        key = bytes.fromhex(text)
    except FileNotFoundError:
        raise _unusable(file, "is missing") from None
    except OSError as error:
        raise _unusable(file, f"cannot be read or written ({error.strerror})") from error
    except (UnicodeDecodeError, ValueError):
        raise _unusable(file, "is damaged") from None
    if len(key) != KEY_BYTES:
        raise _unusable(file, "is damaged")
    return key


def _unusable(file: Path, what: str) -> ConfigurationError:
    return ConfigurationError(
        f"{file} {what}, and without it no kept picture opens. Put it back from a backup, or see 'The key' "
        "in the documentation of the vault.",
        code="vault.key",
    )
