"""The answer of a look-up: only hashes of which something is known, and the series that they meet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.services.answering.answer import ListMet, SeriesMet
    from cairn.services.answering.coverage import Coverage
    from cairn.services.answering.matches import Listed, Match, VideoAnswer
    from cairn.services.fingerprinting.following import Heard
    from cairn.services.looking_up.hashes import HashKind
    from cairn.types import Verdict


@dataclass(frozen=True, slots=True)
class Hit:
    """A hash of which something is known.

    Attributes:
        kind: Which kind of hash.
        position: Its place among those of its kind, from 0.
        verdict: The one word.
        matches: What it meets, nearest first; ``MOST_MATCHES`` at the most.
        more: Whether it meets more than these.
        listed: What hash lists say of it, each list once.
    """

    kind: HashKind
    position: int
    verdict: Verdict
    matches: tuple[Match, ...]
    more: bool
    listed: tuple[Listed, ...] = ()


@dataclass(frozen=True, slots=True)
class LookupAnswer:
    """What is known of a batch of hashes.

    Attributes:
        asked: How many hashes there were.
        hits: Those of which something is known, by kind and position.
        series: The series that they meet.
        counts: How many hashes have each verdict.
        policy: Which PDQ distance counts as similar, by name.
        coverage: What the hashes were compared with.
        contents: The records' own number of every media that was told, by its number in this answer: for
            this node's own use, never to be told.
        lists: The hash lists that they meet, and how many of the hashes each.
        video: What was seen of a file that was followed, and which seconds of it are known.
        heard: What was heard of one.
        beyond: Matches past the most of a hit that are named in the parts of the video alone.
    """

    asked: int
    hits: tuple[Hit, ...]
    series: tuple[SeriesMet, ...]
    counts: Mapping[Verdict, int]
    policy: str
    coverage: Coverage
    contents: Mapping[int, int]
    lists: tuple[ListMet, ...] = ()
    video: VideoAnswer | None = None
    heard: Heard | None = None
    beyond: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What a reporter is told of a batch: which of its hashes match, and nothing of what they match.

    Attributes:
        asked: How many hashes there were.
        matches: By kind the positions of those that match, from 0, sorted.
        policy: The rules by which something counts as a match, by name.
    """

    asked: int
    matches: Mapping[HashKind, tuple[int, ...]]
    policy: str
