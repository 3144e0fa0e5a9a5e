"""The answer of one file, of what was measured and decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.services.answering.answer import FileAnswer
from cairn.types import Pdq, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.records.jobs import CheckItem
    from cairn.records.media import Media
    from cairn.services.answering.matches import Match
    from cairn.types import Picture


def answered(
    item: CheckItem,
    media: Media,
    picture: Picture,
    verdict: Verdict,
    matches: Sequence[Match],
    *,
    copy_of: str | None,
) -> FileAnswer:
    """Answer a file of a content, with what it was decided to be."""
    comparison = picture.comparison
    return FileAnswer(
        address=item.address,
        verdict=verdict,
        size_bytes=media.size_bytes,
        digests=media.digests,
        media_type=picture.media_type,
        width=picture.width,
        height=picture.height,
        quality=comparison.quality if isinstance(comparison, Pdq) else None,
        why_not=None if isinstance(comparison, Pdq) else comparison,
        copy_of=copy_of,
        matches=tuple(matches),
    )


def unreadable(item: CheckItem) -> FileAnswer:
    """Answer a file of which nothing could be read."""
    return FileAnswer(item.address, Verdict.NOT_COMPARABLE, unreadable=item.error_sentence)
