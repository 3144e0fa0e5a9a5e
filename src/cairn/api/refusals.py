"""The refusals that a call can end in, for its description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cairn.api.shapes import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

REFUSALS: Final[Mapping[int, type[Problem]]] = dict.fromkeys(
    (400, 401, 404, 413, 422, 429, 500, 503), Problem
)
"""Of every call: its form, its key, what it names, its size, its values, its limits, a fault, and not now."""
