"""A model is tried on one drawn picture, before anybody relies on it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from cairn.errors import ConfigurationError
from cairn.fingerprints.learnt.description import read_description
from cairn.fingerprints.learnt.model import open_model
from cairn.types import Preview

if TYPE_CHECKING:
    from pathlib import Path

_WIDTH, _HEIGHT = 512, 384
_ROUNDS: Final = 3


@dataclass(frozen=True, slots=True)
class Tried:
    """A model that can be used here.

    Attributes:
        policy: Its name and version.
        mark: What stands for its file and its settings.
        sha256: Of its file.
        licence: Under which it is used.
        source: Where it came from.
        link: What likeness means.
        threshold: The cosine from which on there is a link.
        measured: On what that was measured.
        size: Numbers a vector.
        busy_ms: Processor time of one picture.
    """

    policy: str
    mark: str
    sha256: str
    licence: str
    source: str
    link: str
    threshold: float
    measured: str
    size: int
    busy_ms: float


def try_model(place: Path) -> Tried:
    """Answer what a model is and what it costs.

    Raises:
        ConfigurationError: It cannot be used, or says something else of the same picture each time
            (``learnt.unsteady``).
    """
    description = read_description(place)
    model = open_model(description)
    drawn = np.random.default_rng(1).integers(0, 256, (_HEIGHT // 16, _WIDTH // 16, 3), np.uint8)
    pixels = drawn.repeat(16, axis=0).repeat(16, axis=1).tobytes()
    preview = Preview(_WIDTH, _HEIGHT, 1, pixels, _WIDTH, _HEIGHT)
    first = model.describe([preview])
    started = time.process_time()
    steady = all(np.allclose(model.describe([preview]), first, atol=1e-5) for _ in range(_ROUNDS))
    busy_ms = 1000 * (time.process_time() - started) / _ROUNDS
    if not steady:
        raise ConfigurationError(
            "The model says something else of the same picture each time.", code="learnt.unsteady"
        )
    return Tried(
        policy=description.policy,
        mark=description.mark,
        sha256=description.sha256,
        licence=description.licence,
        source=description.source,
        link=description.link.value,
        threshold=description.threshold,
        measured=description.measured,
        size=model.size,
        busy_ms=busy_ms,
    )
