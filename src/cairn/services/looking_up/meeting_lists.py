"""Which hash lists a batch of hashes, or a file, meets: as far as whoever asks may meet them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.intake.lists import Hash
from cairn.services.looking_up.hashes import HashKind
from cairn.types import Pdq

if TYPE_CHECKING:
    from cairn.services.answering.matches import Listed
    from cairn.services.hash_lists.meeting import ListRecollection
    from cairn.services.looking_up.hashes import Hashes
    from cairn.types import Fingerprints

Entries = dict[tuple[HashKind, int], tuple["Listed", ...]]
"""What lists say of each question, where they say anything."""


def entries(hashes: Hashes, lists: ListRecollection) -> Entries:
    """Answer what lists say of hashes, each by itself: that two belong to one content is not known."""
    return {
        (kind, position): row
        for kind, rows in hashes.of.items()
        for position, row in lists.of_hashes(Hash(kind.value), rows).items()
    }


def entries_of_file(file: Fingerprints, lists: ListRecollection) -> Entries:
    """Answer what lists say of a file: by all its digests, and near its picture in any turn."""
    picture = file.picture.comparison
    (row,) = lists.of([file.digests], [picture if isinstance(picture, Pdq) else None])
    return {(HashKind.SHA256, 0): row} if row else {}
