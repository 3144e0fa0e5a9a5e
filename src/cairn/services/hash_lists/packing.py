"""A stretch of a list as the records keep it: hashes column by column, and what else is said, in pieces.

A list has millions of entries. As rows with an index they cost 11 microseconds each to write; as columns of
some thousand they cost next to nothing, and the indexes by which they are found are derived from them.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from cairn.intake.lists import Hash, Said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from cairn.intake.lists import Batch

ENTRY_BITS: Final = 20
"""An entry's number is its chunk's, and its row in it in so many bits: no reader makes longer stretches."""

PIECE_ENTRIES: Final = 1_000
"""What is said of so many entries is packed together: unpacking it for one of them takes a millisecond."""

_ODD: Final = np.uint64(0x9E3779B97F4A7C15)
"""Any large odd number: first and last eight bytes of a hash are both to count."""

STRONGEST_FIRST: Final = (Hash.SHA256, Hash.SHA1, Hash.MD5, Hash.PDQ, Hash.PHOTODNA)


@dataclass(frozen=True, slots=True)
class Columns:
    """The hashes of a stretch.

    Attributes:
        entries: How many entries it has.
        values: By kind ``(n, length) uint8``, zeroes where there is none.
        present: By kind ``(n,) bool``.
    """

    entries: int
    values: Mapping[Hash, NDArray[np.uint8]]
    present: Mapping[Hash, NDArray[np.bool_]]

    def of(self, kind: Hash, row: int) -> bytes | None:
        """Answer a hash of one entry, or ``None``."""
        if kind not in self.values or not self.present[kind][row]:
            return None
        return bytes(self.values[kind][row])

    def keys(self) -> NDArray[np.uint64]:
        """Answer eight bytes made of the strongest hash of each entry, by which repetitions are counted."""
        keys = np.zeros(self.entries, np.uint64)
        for kind in reversed(STRONGEST_FIRST):
            if kind in self.values:
                first, last = (_words(self.values[kind], start) for start in (0, kind.length_bytes - 8))
                keys = np.where(self.present[kind], first * _ODD ^ last, keys)
        return keys


def _words(values: NDArray[np.uint8], start: int) -> NDArray[np.uint64]:
    return np.ascontiguousarray(values[:, start : start + 8]).view(np.uint64).ravel()


def standing(batch: Batch) -> NDArray[np.bool_]:
    """Answer which entries of a batch its source does not take back."""
    retracted = batch.said.get(Said.IS_WITHDRAWN)
    return np.ones(len(batch), np.bool_) if retracted is None else ~np.array(retracted, np.bool_)


def columns_of(batch: Batch, keep: NDArray[np.bool_]) -> Columns:
    """Answer the hashes of the entries that are kept."""
    return Columns(
        entries=int(keep.sum()),
        values={kind: column.values[keep] for kind, column in batch.hashes.items()},
        present={kind: column.present[keep] for kind, column in batch.hashes.items()},
    )


def pack(columns: Columns) -> bytes:
    """Answer the hashes as bytes: a line of JSON, then the columns and where they hold something."""
    head = {"entries": columns.entries, "kinds": [str(kind) for kind in columns.values]}
    parts = [json.dumps(head).encode(), b"\n"]
    for kind, values in columns.values.items():
        parts += [values.tobytes(), np.packbits(columns.present[kind]).tobytes()]
    return b"".join(parts)


def unpack(packed: bytes | memoryview) -> Columns:
    """Answer the hashes that ``pack`` wrote."""
    raw = bytes(packed)
    start = raw.index(b"\n") + 1
    head = json.loads(raw[:start])
    entries = int(head["entries"])
    values, present = {}, {}
    for kind in map(Hash, head["kinds"]):
        size = entries * kind.length_bytes
        values[kind] = np.frombuffer(raw, np.uint8, size, start).reshape(entries, kind.length_bytes)
        start += size
        bits = np.frombuffer(raw, np.uint8, (entries + 7) // 8, start)
        present[kind] = np.unpackbits(bits, count=entries).astype(np.bool_)
        start += (entries + 7) // 8
    return Columns(entries, values, present)


def pack_said(batch: Batch, keep: NDArray[np.bool_]) -> bytes:
    """Answer what the batch says beside hashes, in pieces; empty where it says nothing."""
    rows = np.flatnonzero(keep).tolist()
    columns: dict[str, Any] = {
        str(kind): [values[row] for row in rows]
        for kind, values in batch.said.items()
        if kind is not Said.IS_WITHDRAWN
    }
    facts = {name: [texts[row] for row in rows] for name, texts in batch.facts.items()}
    if not columns and not facts:
        return b""
    pieces = []
    for start in range(0, len(rows), PIECE_ENTRIES):
        piece = {name: values[start : start + PIECE_ENTRIES] for name, values in columns.items()}
        piece["facts"] = {name: texts[start : start + PIECE_ENTRIES] for name, texts in facts.items()}
        pieces.append(zlib.compress(json.dumps(piece).encode(), 1))
    return json.dumps([len(piece) for piece in pieces]).encode() + b"\n" + b"".join(pieces)


def unpack_said(packed: bytes | memoryview, rows: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Answer what is said of these entries, under the names of ``Said``; what is not said is left out."""
    raw = bytes(packed)
    if not raw:
        return {row: {} for row in rows}
    start = raw.index(b"\n") + 1
    ends = np.concatenate([[start], start + np.cumsum(json.loads(raw[:start]))]).tolist()
    pieces: dict[int, dict[str, Any]] = {}
    found = {}
    for row in rows:
        number, within = divmod(row, PIECE_ENTRIES)
        if number not in pieces:
            pieces[number] = json.loads(zlib.decompress(raw[ends[number] : ends[number + 1]]))
        said = {
            name: values[within]
            for name, values in pieces[number].items()
            if name != "facts" and values[within] is not None
        }
        found[row] = said
    return found
