"""What people said of two media, and how the words of several authorities come together.

A method suggests; people judge. Of each authority the latest word stands. Over authorities, words join like
this: no word is *open*, equal words agree, and a "same" beside a "not the same" is *disputed*, until one of
the two takes its own word back. Joining is commutative, associative and idempotent, so it does not matter who
spoke first, or how often.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


class LinkKind(StrEnum):
    """In which way two media may be the same. A judgement is said of one kind, and of no other."""

    DUPLICATE = "duplicate"
    """The same picture, altered: resized, recompressed, turned, mirrored."""
    SCENE = "scene"
    """Taken in the same place."""
    CAMERA = "camera"
    """Taken with the same camera."""
    CLIP = "clip"
    """Parts of the same recording."""
    AUDIO = "audio"
    """The same sound is heard."""


class Outcome(StrEnum):
    """What is said of a link."""

    SUGGESTED = "suggested"
    """By a method; no person has judged it."""
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNSURE = "unsure"
    """A person has looked, and cannot tell."""


class Agreement(StrEnum):
    """What the standing words of several authorities come to."""

    OPEN = "open"
    """Nobody says that it is so, or that it is not."""
    SAME = "agreed-same"
    DIFFERENT = "agreed-different"
    DISPUTED = "disputed"
    """One authority confirms what another rejects; both words stay."""


@dataclass(frozen=True, slots=True)
class Word:
    """One judgement of one authority.

    Attributes:
        authority: Whose it is, by number.
        outcome: What was said.
        order: Larger for what was said later; no two words have the same.
    """

    authority: int
    outcome: Outcome
    order: int


_CLAIMS = {Outcome.CONFIRMED: Agreement.SAME, Outcome.REJECTED: Agreement.DIFFERENT}


def standing(words: Iterable[Word]) -> dict[int, Outcome]:
    """Answer the latest word of each authority, by its number."""
    latest: dict[int, Word] = {}
    for word in words:
        before = latest.get(word.authority)
        if before is None or before.order < word.order:
            latest[word.authority] = word
    return {authority: word.outcome for authority, word in latest.items()}


def joined(one: Agreement, other: Agreement) -> Agreement:
    """Answer what two agreements come to: open gives way, equals stay, all else is disputed.

    >>> joined(Agreement.OPEN, Agreement.SAME), joined(Agreement.SAME, Agreement.DIFFERENT)
    (<Agreement.SAME: 'agreed-same'>, <Agreement.DISPUTED: 'disputed'>)
    """
    if other in {one, Agreement.OPEN}:
        return one
    return other if one is Agreement.OPEN else Agreement.DISPUTED


def agreement(outcomes: Iterable[Outcome]) -> Agreement:
    """Answer what the standing words of some authorities come to."""
    claims = (_CLAIMS.get(outcome, Agreement.OPEN) for outcome in outcomes)
    return reduce(joined, claims, Agreement.OPEN)


def forbids_grouping(words: Mapping[int, Outcome], *, respected: Collection[int]) -> bool:
    """Answer whether one of the respected authorities says "not the same": then nothing is grouped by itself.

    Args:
        words: The standing word of each authority.
        respected: Whose "not the same" counts for whoever asks.
    """
    return any(words.get(authority) is Outcome.REJECTED for authority in respected)


def carries(words: Mapping[int, Outcome], *, trusted: Collection[int], respected: Collection[int]) -> bool:
    """Answer whether a pair may be grouped by itself.

    It may where one of the trusted authorities confirms it, and none of the respected ones rejects it.

    Args:
        words: The standing word of each authority.
        trusted: Whose "the same" counts for whoever asks.
        respected: Whose "not the same" counts.
    """
    confirmed = any(words.get(authority) is Outcome.CONFIRMED for authority in trusted)
    return confirmed and not forbids_grouping(words, respected=respected)
