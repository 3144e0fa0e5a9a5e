"""Two pictures for a page that compares them: their names in this session, and how one lies to the other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cairn.web.review.strip import stills
from cairn.web.review.tokens import token_for

if TYPE_CHECKING:
    from django.http import HttpRequest

    from cairn.types import Orientation

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class TwoPictures:
    """What ``pieces/two_pictures.html`` shows.

    Attributes:
        first: The name of the first in this session.
        second: That of the second.
        turned: How the first is turned to lie as the second does.
        case: The looker's own case; without one the pictures stay masked.
    """

    first: str
    second: str
    turned: Orientation
    case: str


def two_pictures(
    request: HttpRequest,
    first: str,
    second: str,
    *,
    turned: Orientation,
    case: str,
    moments_s: tuple[float | None, float | None] = (None, None),
) -> TwoPictures | None:
    """Answer the two pictures, or ``None`` where one of them was never read, so that nobody has its picture.

    Args:
        request: Of the session.
        first: The name of a media, its SHA-256 where that is known.
        second: As first.
        turned: As the evidence says it of the stored pixels.
        case: The looker's own case, or ``""``.
        moments_s: Which frame of each is shown, where it is a video.
    """
    if not (_SHA256.fullmatch(first) and _SHA256.fullmatch(second)):
        return None
    one, other = _name(request, first, moments_s[0]), _name(request, second, moments_s[1])
    return TwoPictures(one, other, turned, case)


def _name(request: HttpRequest, sha256: str, at_s: float | None) -> str:
    return token_for(request, sha256) if at_s is None else stills(request, sha256, [at_s])[0].token
