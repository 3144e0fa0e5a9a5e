"""Stretches of a video or a sound as people write them, as a membership keeps them, and in seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cairn.errors import InputError
from cairn.frames import span_of
from cairn.linking.clip.link import joined
from cairn.sentences import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cairn.linking.clip.spans import Seconds
    from cairn.linking.owned import Owned

MOST_SPANS: Final = 200
"""Stretches of one media in one series; nobody tells more by hand, and every answer carries them."""


def read_span(text: str) -> Seconds:
    """Answer a stretch that is written as ``00:03:12-00:04:40``, ``3:12-4:40.5`` or ``192-280``.

    >>> read_span("00:03:12–00:04:40.5")
    (192.0, 280.5)

    Raises:
        InputError: It is none, has no length, or ends before it begins (``series.span``).
    """
    found = span_of(text)
    if found is None:
        raise InputError(
            Sentence(
                "'%(text)s' is no stretch of time: write 00:03:12-00:04:40, or seconds such as 192-280.5.",
                text=text[:100],
            ),
            code="series.span",
        )
    if found[1] == found[0]:
        raise InputError(
            Sentence(
                "The stretch '%(text)s' has no length: it ends where it begins. Give a little more, such as "
                "192-193.",
                text=text,
            ),
            code="series.span",
        )
    if found[1] < found[0]:
        raise InputError(
            Sentence("The stretch '%(text)s' ends before it begins.", text=text), code="series.span"
        )
    return found


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


def owned_from(spans_ms: Sequence[Sequence[int]] | None) -> Owned:
    """Answer in seconds what a membership keeps; ``None`` for all of the media."""
    if spans_ms is None:
        return None
    return tuple((begin / 1000, end / 1000) for begin, end in spans_ms)


def kept_as(owned: Owned) -> list[list[int]] | None:
    """Answer the same as a membership keeps it."""
    return None if owned is None else [[round(begin * 1000), round(end * 1000)] for begin, end in owned]
