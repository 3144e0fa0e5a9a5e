"""Chromaprint, where its shared library is installed (Debian: libchromaprint1): the peer for sounds.

Its fingerprint is a 32-bit number for every eighth of a second. Two sounds are compared by the share of bits
that differ, at the shift at which that is lowest.
"""

from __future__ import annotations

import ctypes
import ctypes.util
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DEFAULT = 1
_LEAST_FRAMES = 8


class Chromaprint:
    """The library's raw fingerprints."""

    def __init__(self, library: ctypes.CDLL) -> None:
        """Take the opened library."""
        self._library = library
        library.chromaprint_new.restype = ctypes.c_void_p

    def fingerprint(self, sound: NDArray[np.float32], *, rate: int) -> NDArray[np.uint32]:
        """Answer the numbers of a sound."""
        samples = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
        context = ctypes.c_void_p(self._library.chromaprint_new(_DEFAULT))
        try:
            self._library.chromaprint_start(context, rate, 1)
            self._library.chromaprint_feed(context, samples.ctypes.data_as(ctypes.c_void_p), len(samples))
            self._library.chromaprint_finish(context)
            data, size = ctypes.POINTER(ctypes.c_uint32)(), ctypes.c_int()
            self._library.chromaprint_get_raw_fingerprint(context, ctypes.byref(data), ctypes.byref(size))
            found = np.array(data[: size.value], np.uint32)
            self._library.chromaprint_dealloc(data)
            return found
        finally:
            self._library.chromaprint_free(context)


def chromaprint() -> Chromaprint | None:
    """Answer the peer, or ``None`` where it is not installed."""
    name = ctypes.util.find_library("chromaprint")
    return Chromaprint(ctypes.CDLL(name)) if name else None


def error_rate(asked: NDArray[np.uint32], known: NDArray[np.uint32]) -> float:
    """Answer the share of bits that differ at the best shift; 1 where one is too short."""
    if len(asked) < _LEAST_FRAMES or len(known) < len(asked):
        return 1.0
    windows = np.lib.stride_tricks.sliding_window_view(known, len(asked))
    return float(np.bitwise_count(windows ^ asked).mean(axis=1).min()) / 32
