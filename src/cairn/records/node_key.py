"""The node's signing key: a file in its folder that only its owner can read, and never in the database.

So whoever rules the database alone can rewrite the log, but cannot sign what they have made of it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from cairn.errors import ConfigurationError, InputError
from cairn.transparency import Signer, VerifierKey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cairn.records.node import NodeConfig

KEY_FILE = "node.key"
RETIRED_FILE = "retired-keys"


def log_name(config: NodeConfig) -> str:
    """Answer the name under which the node signs: it never changes, and says nothing of the authority."""
    return f"cairn/{config.identity}"


def require_own_key(config: NodeConfig, key: VerifierKey) -> None:
    """Make sure that the key is one of this node's, by its name.

    Raises:
        InputError: It is of another node (``key.foreign``).
    """
    if key.name != log_name(config):
        raise InputError(
            f"That is the key of {key.name}; the keys of this node are called {log_name(config)}.",
            code="key.foreign",
        )


def read_signer(config: NodeConfig) -> Signer | None:
    """Answer the node's signer, or ``None`` where the node has no key.

    Raises:
        ConfigurationError: The file is no Ed25519 key, or may not be read (``node.key``).
    """
    file = config.folder / KEY_FILE
    try:
        private = load_pem_private_key(file.read_bytes(), password=None)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be read: {error.strerror}.", code="node.key") from error
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _damaged(file) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise _damaged(file)
    return Signer(log_name(config), private)


def make_signer(config: NodeConfig) -> Signer:
    """Make a key for a node that has none, and answer its signer; the caller holds the counterfoil's lock.

    Raises:
        ConfigurationError: The folder cannot be written (``node.key``).
    """
    signer = Signer(log_name(config), Ed25519PrivateKey.generate())
    file = config.folder / KEY_FILE
    part = config.folder / f".{KEY_FILE}.part"
    try:
        part.unlink(missing_ok=True)
        _write_new(part, _pem(signer))
        part.replace(file)
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}.", code="node.key") from error
    return signer


def renew_signer(config: NodeConfig, *, lost: VerifierKey | None = None) -> Signer:
    """Put a new key in the place of the old one, and keep the old one's public half; lock as above.

    Args:
        config: The node.
        lost: The public half of a key whose file is lost, from wherever it was published.

    Raises:
        ConfigurationError: The folder cannot be read or written (``node.key``).
        InputError: The lost key is one of another node (``key.foreign``).
    """
    if lost is not None:
        require_own_key(config, lost)
    signer = read_signer(config)
    old = lost if signer is None else signer.verifier
    if old is not None:
        try:
            with (config.folder / RETIRED_FILE).open("a", encoding="utf-8") as retired:
                retired.write(old.text + "\n")
                retired.flush()
                os.fsync(retired.fileno())
        except OSError as error:
            raise ConfigurationError(
                f"The key in {config.folder} cannot be exchanged: {error.strerror}.", code="node.key"
            ) from error
    return make_signer(config)


def trusted_keys(config: NodeConfig) -> Sequence[VerifierKey]:
    """Answer the public keys that the node has signed with: the present one first, then retired ones.

    Raises:
        ConfigurationError: The files are damaged or may not be read (``node.key``).
    """
    signer = read_signer(config)
    keys = [] if signer is None else [signer.verifier]
    file = config.folder / RETIRED_FILE
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        return [*keys, *map(VerifierKey.parse, reversed(lines))]
    except FileNotFoundError:
        return keys
    except (OSError, UnicodeDecodeError, InputError):
        raise _damaged(file) from None


def _pem(signer: Signer) -> bytes:
    return signer.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that nobody else could read at any moment."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _damaged(file: Path) -> ConfigurationError:
    return ConfigurationError(
        f"{file} is damaged. Put it back from a backup, or see 'Keys' in the documentation of the audit log.",
        code="node.key",
    )
