"""Shredding: the key of a picture that nobody holds any more goes, and with it every copy of its file."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from cairn.records.batches import parts
from cairn.records.lock import node_work
from cairn.records.media import Media
from cairn.records.sightings import Sighting
from cairn.records.vault.files import files_in
from cairn.records.vault.keys import VaultKey

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from cairn.records.node import NodeConfig

YOUNG_S = 24 * 3600
"""A file without a key may be one that is being kept at this moment; none takes a day."""


@node_work("a picture is kept as long as anybody holds it, whoever that is")
def shred_unheld(media: Iterable[int]) -> int:
    """Delete the keys of those of these media that nobody holds; in the transaction that lets go of them.

    Answers how many pictures were shredded. A sighting that is withdrawn holds nothing: the picture does not
    come back when it is taken back.
    """
    shredded = 0
    for part in parts(sorted(set(media))):
        # Held, so that a check that keeps one of them at this moment has either done so, or waits for us.
        list(Media.objects.select_for_update().filter(pk__in=part).order_by("pk").values_list("pk"))
        gone = set(part) - held_among(part)
        shredded += VaultKey.objects.filter(media__in=gone).delete()[0]
    return shredded


@node_work("a picture is kept as long as anybody holds it, whoever that is")
def held_among(media: Collection[int]) -> set[int]:
    """Answer which of these media somebody holds, by a sighting that stands."""
    rows = Sighting.objects.filter(media__in=media, withdrawn_at=None)
    return set(rows.values_list("media", flat=True).distinct())


@node_work("the files of the vault are compared with its keys")
def sweep(config: NodeConfig) -> int:
    """Remove the files that have no key, which nobody can read any more, and answer how many that were."""
    swept, oldest = 0, time.time() - YOUNG_S
    names = set(VaultKey.objects.values_list("name", flat=True))
    for file in files_in(config.vault_folder):
        if file.name not in names and file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)
            swept += 1
    return swept
