"""The kernels, compiled for one fixed signature each, or loaded from the cache; see ``kernel_cache``.

Each releases the interpreter's lock, and has a twin in NumPy (``hamming.scan``, ``bands.search``) that must
answer the same, which the tests check; coverage cannot look into compiled code. Importing this module
imports numba, so it is only imported when it pays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
from numba import types

from cairn.index.kernel_cache import note_complete, use_cache_folder
from cairn.index.kernels.joining import join_bands
from cairn.index.kernels.scanning import scan_all, sum_squares
from cairn.index.kernels.searching import search_bands

if TYPE_CHECKING:
    from collections.abc import Callable

njit: Any = numba.njit
"""numba's own types cannot say that a compiled function is called like the function it was made from."""


def _read_only(dtype: Any, dimensions: int) -> Any:
    """Answer the type of an array that a kernel only reads, such as a memory map."""
    return types.Array(dtype, dimensions, "C", readonly=True)


_CAN_CACHE = use_cache_folder()
_NUMBER = types.int64
_WORDS = _read_only(types.uint64, 2)
_TABLE = _read_only(types.uint32, 2)
_BYTES = _read_only(types.uint8, 2)
_PLAN = (_read_only(types.int64, 2), _read_only(types.uint32, 1))
_OUT = types.Array(types.int64, 2, "C")


def _compiled(kernel: Callable[..., Any], *arguments: Any) -> Callable[..., int]:
    """Compile a kernel for one signature, or load it from the cache."""
    options = {"nogil": True, "cache": _CAN_CACHE, "error_model": "numpy"}
    compiled: Callable[..., int] = njit([types.int64(*arguments)], **options)(kernel)
    return compiled


def _tables(signature: Any) -> tuple[Any, ...]:
    """Answer the types of hashes and their tables, for one width of signatures."""
    return (_WORDS, _TABLE, _read_only(signature, 2), _TABLE)


def _search_for(signature: Any) -> Callable[..., int]:
    """Compile the search for one width of signatures."""
    return _compiled(search_bands, *_tables(signature), _WORDS, *_PLAN, *(_NUMBER,) * 3, _OUT)


def _join_for(signature: Any) -> Callable[..., int]:
    """Compile the self-join for one width of signatures."""
    return _compiled(join_bands, *_tables(signature), *_PLAN, *(_NUMBER,) * 3, _OUT)


search_sixteen, search_thirteen = _search_for(types.uint16), _search_for(types.uint32)
join_sixteen, join_thirteen = _join_for(types.uint16), _join_for(types.uint32)
squares = _compiled(sum_squares, _BYTES, _BYTES, *(_NUMBER,) * 4, _OUT)
scan = _compiled(scan_all, _WORDS, _WORDS, *(_NUMBER,) * 3, _OUT)
if _CAN_CACHE:
    note_complete()
