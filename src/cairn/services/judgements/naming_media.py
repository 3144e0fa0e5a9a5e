"""Media as people name them: by the SHA-256, or by its first digits, among what they may see.

Records have numbers too, but those would tell how much lies in between that the asker may not see.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cairn.errors import InputError
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from cairn.records.media import Media

_LENGTHS = {"sha256": 64, "sha1": 40, "md5": 32}
_STATED_KIND = re.compile("(?:(?:sha1|md5):)?")
FEWEST_DIGITS = 8
"""Among a hundred million media these fit more than one in about one of fifty cases, which is refused."""
SHOWN_DIGITS = 16
"""Enough that among all media of an alliance hardly two share them."""


def shown(sha256: bytes) -> str:
    """Answer the first digits of a media's SHA-256, enough to name it."""
    return sha256.hex()[:SHOWN_DIGITS]


def shown_name(media: Media) -> str:
    """Answer the same of any media; of one that nobody has read, another digest with its kind before it."""
    return media.name[: SHOWN_DIGITS + len(_STATED_KIND.match(media.name)[0])]  # type: ignore[index]  # it always fits


def find_media(name: str, *, among: QuerySet[Media]) -> Media:
    """Answer the media that a person has named.

    Args:
        name: The SHA-256 as hexadecimal digits, or its first eight or more; of content that nobody has read
            another digest, with ``sha1:`` or ``md5:`` before it.
        among: What the person may see; nothing else counts, not even to say that a name is ambiguous.

    Raises:
        InputError: It is no name (``media.invalid``), names nothing that the person may see
            (``media.missing``), or more than one (``media.ambiguous``).
    """
    kind, digits = _parted(name.lower())
    most = _LENGTHS[kind]
    if not re.fullmatch(f"[0-9a-f]{{{FEWEST_DIGITS},{most}}}", digits):
        raise InputError(
            Sentence(
                "'%(name)s' names no media: give its SHA-256, or the first %(fewest_digits)s digits "
                "of it or more.",
                name=name,
                fewest_digits=str(FEWEST_DIGITS),
            ),
            code="media.invalid",
        )
    lowest, highest = (bytes.fromhex(digits.ljust(most, end)) for end in "0f")
    found = list(among.filter(**{f"{kind}__gte": lowest, f"{kind}__lte": highest}).order_by(kind)[:2])
    if not found:
        raise InputError(
            Sentence("There is no media %(name)s, or you may not see it.", name=name), code="media.missing"
        )
    if len(found) > 1:
        raise InputError(
            Sentence("More than one media begins with %(name)s. Give more of its SHA-256.", name=name),
            code="media.ambiguous",
        )
    return found[0]


def _parted(name: str) -> tuple[str, str]:
    """Answer which digest a name is of, and its digits."""
    kind, mark, digits = name.partition(":")
    return (kind, digits) if mark and kind in _LENGTHS else ("sha256", name)
