"""Opening a kept picture: into memory, verified, for the decoder and for nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.records.lock import node_work
from cairn.records.vault.files import Sealed, opened
from cairn.records.vault.keys import VaultKey
from cairn.records.vault.node_key import vault_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from cairn.records.media import Media
    from cairn.records.node import NodeConfig


@node_work("the vault's keys are the node's; who may look was asked before")
def kept(config: NodeConfig, media: Media) -> Callable[[], int] | None:
    """Answer what opens the picture of a media for reading, or ``None`` where the vault does not hold it.

    The caller has asked the door whether the actor may see it. The opener raises ``IntegrityError`` where the
    file does not prove itself.
    """
    row = VaultKey.objects.filter(media=media).first()
    if row is None or media.sha256 is None:
        return None
    sealed, sha256 = Sealed(row.name, bytes(row.wrapped)), bytes(media.sha256)
    under = vault_key(config)
    return lambda: opened(config.vault_folder, sealed, sha256=sha256, under=under)
