"""How the vault is: what it holds, and whether all of it opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from cairn.errors import CairnError
from cairn.records import audit
from cairn.records.access import Act, require
from cairn.records.connection import database_errors_in_words
from cairn.records.lock import as_the_node, under_lock
from cairn.records.vault.files import Sealed, content, files_in
from cairn.records.vault.keys import VaultKey
from cairn.records.vault.node_key import vault_key
from cairn.services.vault.shredding import sweep

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.records.users import Actor
    from cairn.services.node.opening import Node

_WHY = "the vault is the node's, whoever registered what lies in it"


@dataclass(frozen=True, slots=True)
class VaultStatus:
    """What the vault holds.

    Attributes:
        is_on: Whether what is registered from now on is kept.
        pictures: With a key.
        size_bytes: Of all files.
        without_key: Files that nobody can read any more, and that are not swept away yet.
    """

    is_on: bool
    pictures: int
    size_bytes: int
    without_key: int


@dataclass(frozen=True, slots=True)
class VaultFindings:
    """What a verification found: how many opened, which did not (SHA-256: the code), how many were swept."""

    whole: int
    wrong: Mapping[str, str]
    swept: int


@under_lock
def vault_status(node: Node, *, actor: Actor) -> VaultStatus:
    """Answer what the vault holds, in numbers.

    Raises:
        AccessError: The actor does not manage the node.
    """
    with database_errors_in_words():
        require(actor, Act.NODE_MANAGE, node.authority)
        with as_the_node(_WHY):
            names = set(VaultKey.objects.values_list("name", flat=True))
    files = [(file.name, file.stat().st_size) for file in files_in(node.config.vault_folder)]
    without = sum(name not in names for name, _ in files)
    return VaultStatus(node.config.keeps_pictures, len(names), sum(size for _, size in files), without)


@under_lock
def verify_vault(node: Node, *, actor: Actor) -> VaultFindings:
    """Open everything that the vault holds, compare each digest, and sweep away what has no key.

    Raises:
        AccessError: The actor does not manage the node.
        ConfigurationError: The vault's key is missing (``vault.key``).
    """
    wrong: dict[str, str] = {}
    whole = 0
    with database_errors_in_words():
        require(actor, Act.NODE_MANAGE, node.authority)
        with as_the_node(_WHY):
            rows = list(
                VaultKey.objects.exclude(media__sha256=None)
                .order_by("pk")
                .values_list("media__sha256", "name", "wrapped")
            )
            under = vault_key(node.config) if rows else b""
            for sha256, name, wrapped in rows:
                code = _opened(node, bytes(sha256 or b""), Sealed(name, bytes(wrapped)), under)
                whole += not code
                wrong |= {bytes(sha256 or b"").hex(): code} if code else {}
            swept = sweep(node.config)
        counts = {"whole": whole, "wrong": len(wrong), "swept": swept}
        with transaction.atomic():
            audit.append(audit.AuditTag.VAULT_VERIFIED, actor=actor, counts=counts)
    return VaultFindings(whole, wrong, swept)


def _opened(node: Node, sha256: bytes, sealed: Sealed, under: bytes) -> str:
    """Answer why a picture does not open; an empty text where it does."""
    try:
        for _ in content(node.config.vault_folder, sealed, sha256=sha256, under=under):
            pass
    except CairnError as error:
        return error.code
    except OSError:
        return "vault.unreadable"
    return ""
