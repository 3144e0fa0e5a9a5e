"""Which recorded media a batch of hashes meets, whoever holds them; what may be told is decided later."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cairn.linking import DigestEqual, neighbours
from cairn.linking.duplicate import near_by_hash
from cairn.records.batches import parts
from cairn.records.lock import node_work
from cairn.records.media import Media
from cairn.services.looking_up.hashes import HashKind
from cairn.types import Orientation, Pdq

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cairn.index import Index
    from cairn.linking import DuplicatePolicy, Evidence
    from cairn.services.looking_up.hashes import Hashes
    from cairn.types import Fingerprints


@dataclass(frozen=True, slots=True)
class Contact:
    """A hash that meets a media."""

    kind: HashKind
    position: int
    media: int
    evidence: Evidence


@node_work("hashes are compared with everybody's media; the door decides what is told")
def contacts(hashes: Hashes, *, index: Index, policy: DuplicatePolicy) -> list[Contact]:
    """Answer every recorded media that a hash meets, by kind and position, nearest first."""
    found: list[Contact] = []
    for kind, rows in hashes.of.items():
        if kind is HashKind.PHOTODNA:
            continue  # Lists alone have such values: nothing that was measured here does.
        # Nobody has shown the content that is asked for: its digests are stated.
        stated = DigestEqual((kind.value,))
        found.extend(_near(rows, index, policy) if kind is HashKind.PDQ else _equal(kind, rows, stated))
    return found


@node_work("a file is compared with everybody's media; the door decides what is told")
def contacts_of_file(file: Fingerprints, *, index: Index, policy: DuplicatePolicy) -> list[Contact]:
    """Answer every recorded media that a file meets: its content first, then near pictures, in any turn."""
    row = np.frombuffer(file.digests.sha256, np.uint8).reshape(1, -1)
    found = list(_equal(HashKind.SHA256, row, DigestEqual()))
    equal = {each.media for each in found}
    if isinstance(file.picture.comparison, Pdq):
        (near,) = neighbours(index, [file.picture.comparison], policy=policy)
        found += [Contact(HashKind.SHA256, 0, media, why) for media, why in near if media not in equal]
    return found


def _near(rows: NDArray[np.uint8], index: Index, policy: DuplicatePolicy) -> Iterator[Contact]:
    """Yield what lies within the radius of the hash as it was given: of its turns nothing is known."""
    matches = index.search(rows, radius=policy.radius_bits)
    columns = (matches.query, matches.id, matches.distance, matches.timestamp_ms)
    once = set()
    for position, media, distance, stamp in zip(*(column.tolist() for column in columns), strict=True):
        if (position, media) not in once:  # of a video its nearest frame: they come by distance
            once.add((position, media))
            why = near_by_hash(distance, Orientation.ORIGINAL, stamp)
            yield Contact(HashKind.PDQ, position, media, why)


def _equal(kind: HashKind, rows: NDArray[np.uint8], evidence: DigestEqual) -> Iterator[Contact]:
    positions: defaultdict[bytes, list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        positions[row.tobytes()].append(position)
    found: list[tuple[int, int]] = []
    for part in parts(list(positions)):
        # An empty file is the same everywhere: that somebody has recorded one says nothing of this one.
        media = Media.objects.filter(**{f"{kind}__in": part}).exclude(size_bytes=0)
        for number, digest in media.values_list("pk", kind.value):
            found.extend((position, number) for position in positions[bytes(digest)])
    for position, number in sorted(found):
        yield Contact(kind, position, number, evidence)
