"""Frames of a video as tiles of a page: masked until somebody reveals one, and nothing of it plays.

The sealed name of a frame holds which strip it is of, so that the first picture that a browser asks for has
all of them made, and the file is read once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cairn.fingerprints.sheet import MOST_STILLS
from cairn.frames import clock
from cairn.services.showing.stills import Strip
from cairn.web.review.tokens import token_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

_MS: Final = 1000
FEWEST_SHOTS: Final = 4
"""Fewer shots tell less of a video than frames that are spread evenly."""
_CLOSEST_S: Final = 0.5
"""Frames of one stretch lie no closer: what is shown then looks the same."""


@dataclass(frozen=True, slots=True)
class Still:
    """A frame as a page shows it, under a name that only this session can use.

    Attributes:
        token: That name.
        at: When it is shown, as people write it.
    """

    token: str
    at: str


def stills(request: HttpRequest, sha256: str, moments_s: Sequence[float]) -> tuple[Still, ...]:
    """Answer the frames of a video that are shown at these moments; of very many, some spread evenly."""
    moments = thinned(sorted({round(_MS * each) for each in moments_s}))
    strip = ",".join(map(str, moments))
    return tuple(
        Still(token_for(request, sha256, extra=f"{number}:{strip}"), clock(at / _MS))
        for number, at in enumerate(moments)
    )


def strip_of(sha256: bytes, extra: str) -> tuple[Strip, int]:
    """Answer the strip that a sealed name is of, and which frame of it."""
    number, _, moments = extra.partition(":")
    return Strip(sha256, tuple(map(int, moments.split(",")))), int(number)


def moment_of(sha256: bytes, extra: str) -> int:
    """Answer the moment of the frame that a sealed name is of."""
    strip, number = strip_of(sha256, extra)
    return strip.moments_ms[number]


def whole(length_s: float, shots: Sequence[float]) -> list[float]:
    """Answer moments that show all of a video: where its shots begin, or of few shots spread evenly."""
    return list(shots) if len(shots) >= FEWEST_SHOTS else spread(0.0, length_s)


def spread(from_s: float, to_s: float, most: int = MOST_STILLS) -> list[float]:
    """Answer moments in the middle of equal parts of a stretch."""
    count = max(1, min(most, int((to_s - from_s) / _CLOSEST_S)))
    return [from_s + (to_s - from_s) * (number + 0.5) / count for number in range(count)]


def thinned(moments: Sequence[int]) -> list[int]:
    """Answer some of very many moments, the first and the last among them."""
    if len(moments) <= MOST_STILLS:
        return list(moments)
    return [moments[at * (len(moments) - 1) // (MOST_STILLS - 1)] for at in range(MOST_STILLS)]
