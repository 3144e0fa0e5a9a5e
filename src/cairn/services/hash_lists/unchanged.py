"""Which entries a new version of a list has as the one before: who was given that is not given them again.

An entry stands unchanged where it has the same hashes, the list says the same of it, and the same may be done
with the list. Each keeps the number of the version since which that holds, so that whoever has not asked for
several versions is told right.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np

from cairn.records.giving import ListGiven
from cairn.records.lists import ListChunk
from cairn.records.lock import node_work
from cairn.services.hash_lists.entries import entry_keys
from cairn.services.hash_lists.packing import unpack, unpack_said

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cairn.records.lists import ListVersion

    Numbers = NDArray[np.uint64]

_ODD = np.uint64(0x9E3779B97F4A7C15)


@node_work("what an authority was given of lists is the node's to remember")
def keep_unchanged(before: ListVersion, version: ListVersion) -> None:
    """Write for each entry of a version since when it stands as it does; nothing where nobody was given it.

    Args:
        before: The version that stood.
        version: The one that takes its place.
    """
    told = (before.markings, before.source) == (version.markings, version.source)
    given = ListGiven.objects.filter(hash_list=version.hash_list_id).exclude(version=None)
    if not told or not given.exists():
        return
    words, stands = _standing(before)
    for chunk in ListChunk.objects.filter(version=version).order_by("pk").iterator(chunk_size=5):
        mine = _words(chunk)
        place = np.searchsorted(words, mine)
        place[place == len(words)] = 0
        same = (words[place] == mine) if len(words) else np.zeros(len(mine), np.bool_)
        kept = np.full(len(mine), version.pk, np.uint64)
        kept[same] = stands[place[same]]
        chunk.unchanged = kept.tobytes() if same.any() else b""
        chunk.save(update_fields=["unchanged"])


def unchanged_since(chunk: ListChunk) -> Numbers | None:
    """Answer since which version each entry stands as it does; ``None`` where it is this one for all."""
    return np.frombuffer(chunk.unchanged, np.uint64) if chunk.unchanged else None


def _standing(version: ListVersion) -> tuple[Numbers, Numbers]:
    """Answer a word for each entry of a version, sorted, and since which version each stands as it does."""
    words, stands = [np.zeros(0, np.uint64)], [np.zeros(0, np.uint64)]
    for chunk in ListChunk.objects.filter(version=version).order_by("pk").iterator(chunk_size=5):
        since = unchanged_since(chunk)
        words.append(_words(chunk))
        stands.append(np.full(len(words[-1]), version.pk, np.uint64) if since is None else since)
    joined, since_when = np.concatenate(words), np.concatenate(stands)
    order = np.argsort(joined, kind="stable")
    return joined[order], since_when[order]


def _words(chunk: ListChunk) -> Numbers:
    """Answer eight bytes for each entry, made of its hashes and of all that the list says of it."""
    keys = entry_keys(unpack(chunk.columns))
    if not chunk.said:
        return keys
    said = unpack_said(chunk.said, range(chunk.entries))
    texts = [json.dumps(said[row], sort_keys=True) for row in range(chunk.entries)]
    once = {text: _number(text) for text in set(texts)}
    return (keys ^ np.array([once[text] for text in texts], np.uint64)) * _ODD


def _number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
