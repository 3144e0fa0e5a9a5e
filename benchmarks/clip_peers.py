"""The peers that clips are recognised by in the same run, where they are installed: vPDQ and TMK.

vPDQ is ``threatexchange``'s own signal with its own rule: 80 % of the query's frames, one a second, within 31
bits of a frame of the known video. TMK is Thorn's ``perception``: cosines of at least 0.7 on both levels, as
in the reference tool.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHARE = 80.0
QUALITY = 50
RADIUS_BITS = 31
TMK_LEAST = 0.7


@dataclass(frozen=True, slots=True)
class Peer:
    """A tool that is measured beside.

    Attributes:
        name: As printed.
        measure: Answers what it keeps of a file.
        links: Answers whether it takes a query and a known file for the same.
    """

    name: str
    measure: Callable[[Path], Any]
    links: Callable[[Any, Any], bool]


def peers() -> list[Peer]:
    """Answer the peers that are installed, of those that ``CAIRN_BENCH_PEERS`` names; else all."""
    found = []
    wanted = os.environ.get("CAIRN_BENCH_PEERS", "vPDQ TMK").split()
    if "vPDQ" in wanted and find_spec("threatexchange") and find_spec("vpdq"):
        found.append(Peer("vPDQ", _vpdq, _vpdq_links))
    if "TMK" in wanted and find_spec("perception"):
        found.append(Peer("TMK", _tmk, _tmk_links))
    return found


def _vpdq(path: Path) -> Any:
    from threatexchange.extensions.vpdq.vpdq_util import (  # noqa: PLC0415 - only where installed
        hash_file_compact,
        quality_filter,
    )

    kept = quality_filter(hash_file_compact(str(path), 1.0), QUALITY)
    raw = b"".join(bytes.fromhex(hashed) for hashed in dict.fromkeys(each.pdq_hex for each in kept))
    return np.frombuffer(raw, np.uint8).reshape(-1, 32)


def _vpdq_links(query: Any, known: Any) -> bool:
    """Its rule, in NumPy for speed: see ``vpdq_brute_matcher``."""
    if not len(query) or not len(known):
        return False
    bits = np.bitwise_count(query[:, np.newaxis] ^ known[np.newaxis]).sum(axis=2)
    return bool(100 * (bits.min(axis=1) <= RADIUS_BITS).mean() >= SHARE)


def _tmk(path: Path) -> Any:
    from perception.hashers.video.tmk import TMKL1, TMKL2  # noqa: PLC0415 - only where installed

    hashers: tuple[Any, ...] = (TMKL1(), TMKL2())
    try:
        return [hasher.compute(str(path), hash_format="vector") for hasher in hashers]
    except AssertionError:
        return None  # it gives up on some files, and then links nothing


def _tmk_links(query: Any, known: Any) -> bool:
    from perception.hashers.video.tmk import TMKL2  # noqa: PLC0415 - only where installed

    if query is None or known is None:
        return False
    one, other = query[0], known[0]
    first = float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))
    if first < TMK_LEAST:
        return False
    hasher: Any = TMKL2()
    apart = hasher._compute_distance(query[1], known[1])  # noqa: SLF001 - its public way wants text
    return float(1 - np.ravel(apart)[0]) >= TMK_LEAST
