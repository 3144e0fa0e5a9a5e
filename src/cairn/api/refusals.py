"""The refusals that a call can end in, for its description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cairn.api.shapes import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

_OF_EVERY_CALL = (400, 401, 404, 405, 413, 422, 429, 500, 503)
REFUSALS: Final[Mapping[int, type[Problem]]] = dict.fromkeys(_OF_EVERY_CALL, Problem)
"""Of every call: its form, its key, what it names, its method, its size, its values, its limits, a fault,
and not now."""
ONCE: Final[Mapping[int, type[Problem]]] = {**REFUSALS, 409: Problem}
"""Of a call that is done once: also that another had its name, or that it is being done."""
