"""What an entry of a list is called: by a number made of its hashes, and outside by a name that tells none.

Two entries with the same hashes are one. The number stays where a new version has the entry again. Outside it
is encrypted, one block under the list's own secret, so that nobody can try whether a hash that they know is
on a list, and the name leads back here without a search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from cairn.intake.lists import Hash, Said
from cairn.services.hash_lists.packing import Columns, unpack_said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from cairn.records.lists import HashList, ListChunk

_WORD: Final = 8
_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
"""Any large odd number: every eight bytes of a hash, and the kind of hash, are to count."""
_TOP: Final = np.uint64(32)


def entry_keys(columns: Columns) -> NDArray[np.uint64]:
    """Answer the number of each entry, made of all its hashes; zero where an entry was taken out.

    Two of ten million different entries share one with a probability below one in 300,000.
    """
    keys = np.zeros(columns.entries, np.uint64)
    for place, kind in enumerate(Hash, start=1):
        if kind not in columns.values:
            continue
        mixed = np.full(columns.entries, np.uint64(place), np.uint64)
        starts = [*range(0, kind.length_bytes - _WORD, _WORD), kind.length_bytes - _WORD]
        for start in starts:
            piece = np.ascontiguousarray(columns.values[kind][:, start : start + _WORD])
            mixed = (mixed ^ piece.view(np.uint64).ravel()) * _ODD
            mixed ^= mixed >> _TOP
        keys = np.where(columns.present[kind], keys ^ mixed, keys)
    return keys


def entry_key(columns: Columns, row: int) -> int:
    """Answer the number of one entry."""
    one = slice(row, row + 1)
    values = {kind: each[one] for kind, each in columns.values.items()}
    present = {kind: each[one] for kind, each in columns.present.items()}
    return int(entry_keys(Columns(1, values, present))[0])


def entry_names(held: HashList, keys: Iterable[int]) -> list[str]:
    """Answer what these entries of a list are called outside: 32 hexadecimal digits each."""
    blocks = b"".join(key.to_bytes(_WORD) + held.pk.to_bytes(_WORD) for key in keys)
    found = _cipher(held).encryptor().update(blocks).hex()
    return [found[start : start + 4 * _WORD] for start in range(0, len(found), 4 * _WORD)]


def entry_of_name(held: HashList, name: str) -> int | None:
    """Answer which entry of this list is called so; ``None`` where the name is not one of this list's."""
    try:
        block = bytes.fromhex(name)
    except ValueError:
        return None
    if len(block) != 2 * _WORD:
        return None
    found = _cipher(held).decryptor().update(block)
    return int.from_bytes(found[:_WORD]) if found[_WORD:] == held.pk.to_bytes(_WORD) else None


def are_videos(chunk: ListChunk) -> NDArray[np.bool_]:
    """Answer which entries of a stretch are called videos by their list; all others pass as images."""
    said = unpack_said(chunk.said, range(chunk.entries))
    return np.fromiter((is_video(said[row]) for row in range(chunk.entries)), np.bool_, chunk.entries)


def is_video(said: Mapping[str, object]) -> bool:
    """Answer whether an entry of which this is said is called a video."""
    return str(said.get(Said.MEDIA_TYPE) or "").lower().startswith("video")


def _cipher(held: HashList) -> Cipher[modes.ECB]:
    # One block each, and every block is another: nothing repeats that a mode would have to hide.
    return Cipher(algorithms.AES(bytes(held.entry_secret)), modes.ECB())  # noqa: S305 - as the line above says
