"""Stretches of a video or a sound as people write them, as a membership keeps them, and in seconds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cairn.errors import InputError
from cairn.linking.clip.link import joined
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cairn.linking.clip.spans import Seconds
    from cairn.linking.owned import Owned

MOST_SPANS: Final = 200
"""Stretches of one media in one series; nobody tells more by hand, and every answer carries them."""

MOST_TEXT: Final = 4_000
_MOMENT = r"(?:(?:(\d{1,3}):)?([0-5]?\d):)?(\d{1,6}(?:[.,]\d{1,3})?)"
_SPAN = re.compile(rf"\s*{_MOMENT}\s*[-–]\s*{_MOMENT}\s*")


def read_span(text: str) -> Seconds:
    """Answer a stretch that is written as ``00:03:12-00:04:40``, ``3:12-4:40.5`` or ``192-280``.

    >>> read_span("00:03:12–00:04:40.5")
    (192.0, 280.5)

    Raises:
        InputError: It is none, or ends before it begins (``series.span``).
    """
    found = _SPAN.fullmatch(text) if len(text) <= MOST_TEXT else None
    if found is None:
        raise InputError(
            Sentence(
                "'%(text)s' is no stretch of time: write 00:03:12-00:04:40, or seconds such as 192-280.5.",
                text=text[:100],
            ),
            code="series.span",
        )
    begin, end = _seconds(found.groups()[:3]), _seconds(found.groups()[3:])
    if end <= begin:
        raise InputError(
            Sentence("The stretch '%(text)s' ends before it begins.", text=text), code="series.span"
        )
    return begin, end


def read_spans(texts: Iterable[str]) -> tuple[Seconds, ...]:
    """Answer several stretches, those that touch joined, in the order of time.

    Raises:
        InputError: One is none, there is none, or there are too many (``series.span``).
    """
    found = tuple(joined(map(read_span, texts)))
    if not 0 < len(found) <= MOST_SPANS:
        raise InputError(
            Sentence("Give between 1 and %(most)s stretches of time.", most=str(MOST_SPANS)),
            code="series.span",
        )
    return found


def span_text(span: Seconds) -> str:
    """Answer a stretch as people write it, to the millisecond where that is not 0.

    >>> span_text((192.0, 280.5))
    '00:03:12–00:04:40.5'
    """
    return "–".join(map(_moment, span))


def owned_from(spans_ms: Sequence[Sequence[int]] | None) -> Owned:
    """Answer in seconds what a membership keeps; ``None`` for all of the media."""
    if spans_ms is None:
        return None
    return tuple((begin / 1000, end / 1000) for begin, end in spans_ms)


def kept_as(owned: Owned) -> list[list[int]] | None:
    """Answer the same as a membership keeps it."""
    return None if owned is None else [[round(begin * 1000), round(end * 1000)] for begin, end in owned]


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float((seconds or "0").replace(",", "."))


def _moment(at_s: float) -> str:
    ms = round(at_s * 1000)
    whole = f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}"
    return whole if ms % 1000 == 0 else f"{whole}.{ms % 1000:03}".rstrip("0")
