"""Whether what was named for a check is case files of another program, and nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.intake import Item, walk
from cairn.intake.lists import ListFormat, Recognised, recognise_list
from cairn.intake.lists.recognise import HEAD_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cairn.intake import ContainerRules

_BEFORE_JSON = b" \t\r\n\xef\xbb\xbf\xff\xfe\x00"
_ZIP = b"PK\x03\x04"


def case_files(paths: Sequence[Path], containers: ContainerRules | None) -> tuple[Item, ...]:
    """Answer the VICS files at and below the paths, if nothing else is there; else nothing.

    A folder or a ZIP that holds case files alone is the same as these files. The walk ends at the first file
    that is none, so that a seizure costs no more than a look at its first files.

    Raises:
        InputError: A path is missing.
    """
    found: list[Item] = []
    archive: str | None = None  # The one that was met last, while nothing was met in it.
    for entry in walk(paths, containers=containers):
        if archive is not None and not entry.address.startswith(f"{archive}!"):
            return ()
        archive = None
        head = _head(entry) if isinstance(entry, Item) else b""
        if isinstance(entry, Item) and _is_case_file(head):
            found.append(entry)
        elif containers is not None and head.startswith(_ZIP):
            archive = entry.address
        else:
            return ()
    return () if archive is not None else tuple(found)


def _is_case_file(head: bytes) -> bool:
    if not head.lstrip(_BEFORE_JSON).startswith(b"{"):
        return False
    found = recognise_list(head)
    return isinstance(found, Recognised) and found.format is ListFormat.VICS


def _head(item: Item) -> bytes:
    """Answer how a file begins; what cannot be opened begins with nothing."""
    head = b""
    try:
        with os.fdopen(item.open(), "rb", buffering=0) as stream:
            while len(head) < HEAD_BYTES and (piece := stream.read(HEAD_BYTES - len(head))):
                head += piece
    except (InputError, OSError):
        return b""
    return head
