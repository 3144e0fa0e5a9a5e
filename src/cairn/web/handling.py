"""What may be done with what is shown, in the reader's language; files for others say it in English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.records.exports import HandlingCode
from cairn.web.words import word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cairn.services.answering.restrictions import Restrictions


def handling_words(held: Restrictions) -> str:
    """Answer the restrictions as a line that stands on top of what they are about."""
    return " · ".join([held.tlp, *(code_words(code, held.words) for code in held.codes)])


def code_words(code: str, words: Sequence[str] = ()) -> str:
    """Answer a code with what it means; H3 means what its words say."""
    written = "; ".join(words)
    return f"{code}: {written}" if code == HandlingCode.H3 and written else word(HandlingCode(code))
