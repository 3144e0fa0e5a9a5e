"""Where a picture can be had: in the vault, else in the evidence while it is mounted, else nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cairn.errors import CairnError, InputError
from cairn.evidence import open_for_reading, printable
from cairn.records.jobs import CheckItem
from cairn.records.sightings import Sighting
from cairn.sentences import Sentence
from cairn.services.showing.viewer import FRAME_VIEWER, VIEWER
from cairn.services.vault.opening import kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cairn.records.media import Media
    from cairn.records.node import NodeConfig
    from cairn.records.users import Actor
    from cairn.types import Preview

MOST_ADDRESSES = 5
"""Copies that are tried: where five are gone, the disk is."""


def preview_of(
    config: NodeConfig, media: Media, authority: Actor, *, moments_ms: tuple[int, ...] = ()
) -> Preview:
    """Answer the small picture of a media, from the first place that has it whole.

    Args:
        config: The node.
        media: One that the actor sees.
        authority: Whose evidence is looked for: what others hold lies on their disks.
        moments_ms: Of a video, the frames that are shown at these moments, on one sheet.

    Raises:
        InputError: It is nowhere to be had now (``picture.nowhere``), or cannot be shown.
    """
    problem: CairnError = InputError(
        Sentence(
            "The picture is not to be had: it is not in the vault, and the folder in which it was "
            "found is not "
            "mounted."
        ),
        code="picture.nowhere",
    )
    for place in _places(config, media, authority):
        try:
            if moments_ms:
                return FRAME_VIEWER.show(place, sha256=bytes(media.sha256 or b""), moments_ms=moments_ms)
            return VIEWER.show(place, sha256=bytes(media.sha256 or b""))
        except CairnError as error:
            problem = problem if error.code.startswith("input.") else error
    raise problem


def _places(config: NodeConfig, media: Media, authority: Actor) -> Iterator[Callable[[], int]]:
    in_vault = kept(config, media)
    if in_vault is not None:
        yield in_vault
    sightings = Sighting.objects.filter(media=media, authority=authority.authority, withdrawn_at=None)
    items = CheckItem.objects.filter(media=media, check_run__authority=authority.authority)
    seen: set[str] = set()
    for rows in (sightings, items):
        for address in rows.order_by("-pk").values_list("address", flat=True)[:MOST_ADDRESSES]:
            path = Path(address)
            # An address of a member of an archive, or of a name that is no text, is no path of a file.
            if address not in seen and path.is_absolute() and printable(path) == address:
                seen.add(address)
                yield lambda path=path: open_for_reading(path)  # type: ignore[misc]  # bound now
