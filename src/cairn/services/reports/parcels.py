"""Files of a report that come in pieces, before the report itself does: bounded, and kept for a day."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cairn.errors import InputError
from cairn.fingerprints.sandbox import DecoderPool
from cairn.records.access import Act, missing, require
from cairn.records.lock import under_lock
from cairn.records.node import GIB
from cairn.sentences import Sentence
from cairn.services.receiving.arriving import Area, files_below, require_free
from cairn.services.reports.taking import take_report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cairn.records.node import NodeConfig
    from cairn.records.users import Actor
    from cairn.services.checking.measuring import OpenPool
    from cairn.services.node.opening import Node
    from cairn.services.receiving.arriving import Part, Readable
    from cairn.services.reports.taking import Acknowledgement

PARCEL_BYTES: Final = 2 * GIB
PARCEL_FILES: Final = 2_000
"""Of one parcel: as much as is measured while a program waits. What is larger is dropped into a folder."""
MOST_PARCELS: Final = 4
"""Of one authority at once, so that nobody takes all the room."""
KEPT_S: Final = 24 * 3600.0
"""How long a parcel that nothing comes to is kept."""
_NAME: Final = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is here of a parcel.

    Attributes:
        name: By which whoever opened it goes on.
        files: The size of each file that is whole, by its path.
        half_sent: How many files are here only in part.
    """

    name: str
    files: Mapping[str, int]
    half_sent: int


@under_lock
def open_parcel(config: NodeConfig, *, actor: Actor) -> Parcel:
    """Open a parcel for the files of a report; those that were forgotten are deleted.

    Raises:
        AccessError: The actor may not report.
        InputError: The authority has too many that are open (``upload.full``).
    """
    require(actor, Act.REPORT_TAKE)
    drop_old_parcels(config)
    place = _place_of(config, actor)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    if len(list(place.iterdir())) >= MOST_PARCELS:
        raise InputError(
            Sentence("%(parcels)s parcels are open: hand them in, or drop them.", parcels=MOST_PARCELS),
            code="upload.full",
        )
    name = secrets.token_hex(16)
    (place / name).mkdir(mode=0o700)
    return Parcel(name, {}, 0)


@under_lock
def show_parcel(config: NodeConfig, name: str, *, actor: Actor) -> Parcel:
    """Answer what is here of a parcel.

    Raises:
        AccessError: The authority has no such parcel (``access.missing``).
    """
    area = _area(config, name, actor)
    return Parcel(name, area.listed(), area.half_sent())


@under_lock
def received_of(config: NodeConfig, name: str, path: str, size_bytes: int, *, actor: Actor) -> int:
    """Answer how many bytes of a file of a parcel are here.

    Raises:
        AccessError: The authority has no such parcel (``access.missing``).
        InputError: The path is none (``upload.name``).
    """
    return _area(config, name, actor).received(path, size_bytes)


@under_lock
def receive_piece(config: NodeConfig, name: str, part: Part, stream: Readable, *, actor: Actor) -> int:
    """Keep some bytes of a file of a parcel, and answer how many of the file are here now.

    Raises:
        AccessError: The authority has no such parcel (``access.missing``).
        InputError: The path is none, another file has it, or there is too much (``upload.name``,
            ``upload.size``, ``upload.full``).
        ConfigurationError: The node's disk is full (``upload.disk``).
    """
    area = _area(config, name, actor)

    def reserve(size_bytes: int, *, is_new: bool) -> None:
        require_free(area.folder, size_bytes)
        sizes = [each.stat().st_size for each in files_below(area.folder)]
        if sum(sizes) + size_bytes > PARCEL_BYTES or len(sizes) + is_new > PARCEL_FILES:
            raise InputError(
                Sentence(
                    "A parcel has at most %(gib)s GiB and %(files)s files. What is larger is dropped into a "
                    "folder of the node.",
                    gib=PARCEL_BYTES // GIB,
                    files=PARCEL_FILES,
                ),
                code="upload.full",
            )

    received = area.receive(part, stream, reserve=reserve)
    os.utime(area.folder)
    return received


@under_lock
def drop_parcel(config: NodeConfig, name: str, *, actor: Actor) -> None:
    """Delete a parcel and what came in it.

    Raises:
        AccessError: The authority has no such parcel (``access.missing``).
    """
    shutil.rmtree(_area(config, name, actor).folder, ignore_errors=True)


@under_lock
def take_parcel(
    node: Node, name: str, report: Path, *, actor: Actor, open_pool: OpenPool = DecoderPool
) -> tuple[Acknowledgement, ...]:
    """Take in a report with the files of a parcel, as ``take_sent`` does; the parcel is deleted then.

    A parcel whose report is refused stays as it is, so that what is missing can be sent.

    Raises:
        AccessError: The authority has no such parcel (``access.missing``).
        InputError: Files are here only in part (``upload.half-sent``); or as ``take_report`` refuses.
        ConfigurationError: The records cannot be reached.
    """
    area = _area(node.config, name, actor)
    halves = area.half_sent()
    if halves:
        raise InputError(
            Sentence("%(halves)s of the files were sent only in part.", halves=halves),
            code="upload.half-sent",
        )
    area.files.mkdir(mode=0o700, exist_ok=True)
    taken = take_report(node, report, actor=actor, sent=area.files, open_pool=open_pool)
    shutil.rmtree(area.folder, ignore_errors=True)
    return taken


def drop_old_parcels(config: NodeConfig) -> None:
    """Delete the parcels that nothing came to for a day."""
    for folder in config.parcels_folder.glob("*/*"):
        with suppress(FileNotFoundError):  # Taken or dropped a moment ago.
            if time.time() - folder.stat().st_mtime > KEPT_S:
                shutil.rmtree(folder, ignore_errors=True)


def _place_of(config: NodeConfig, actor: Actor) -> Path:
    return config.parcels_folder / str(actor.authority.pk)


def _area(config: NodeConfig, name: str, actor: Actor) -> Area:
    """Answer where a parcel of the actor's authority lies; what is another's is not there."""
    require(actor, Act.REPORT_TAKE)
    folder = _place_of(config, actor) / name
    if not _NAME.fullmatch(name) or not folder.is_dir():
        raise missing()
    return Area(folder)
