"""Media as people name them: by the SHA-256, or by its first digits, among what they may see.

Records have numbers too, but those would tell how much lies in between that the asker may not see.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cairn.errors import InputError

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.media import Media

_DIGITS = 64
FEWEST_DIGITS = 8
"""Among a hundred million media these fit more than one in about one of fifty cases, which is refused."""
SHOWN_DIGITS = 16
"""Enough that among all media of an alliance hardly two share them."""


def shown(sha256: bytes) -> str:
    """Answer the first digits of a media's SHA-256, enough to name it."""
    return sha256.hex()[:SHOWN_DIGITS]


def find_media(name: str, *, among: QuerySet[Media]) -> Media:
    """Answer the media that a person has named.

    Args:
        name: The SHA-256 as hexadecimal digits, or its first eight or more.
        among: What the person may see; nothing else counts, not even to say that a name is ambiguous.

    Raises:
        InputError: It is no name (``media.invalid``), names nothing that the person may see
            (``media.missing``), or more than one (``media.ambiguous``).
    """
    digits = name.lower()
    if not re.fullmatch(f"[0-9a-f]{{{FEWEST_DIGITS},{_DIGITS}}}", digits):
        raise InputError(
            f"'{name}' names no media: give its SHA-256, or the first {FEWEST_DIGITS} digits of it or more.",
            code="media.invalid",
        )
    lowest, highest = (bytes.fromhex(digits.ljust(_DIGITS, end)) for end in "0f")
    found = list(among.filter(sha256__gte=lowest, sha256__lte=highest).order_by("sha256")[:2])
    if not found:
        raise InputError(f"There is no media {name}, or you may not see it.", code="media.missing")
    if len(found) > 1:
        raise InputError(
            f"More than one media begins with {name}. Give more of its SHA-256.", code="media.ambiguous"
        )
    return found[0]
