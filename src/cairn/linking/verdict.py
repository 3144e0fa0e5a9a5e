"""From what the asker may know of a file's content to the one word that the investigator reads first."""

from __future__ import annotations

from dataclasses import dataclass

from cairn.types import SeriesStatus, Verdict


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the asker may know of one recorded content.

    Attributes:
        is_recorded: Somebody visible has a sighting of it.
        series: The status of every visible series that it is in.
        in_part: It is in a visible series with some of its seconds alone.
        treated_irrelevant: For every visible categorisation, whether its code says "of no interest".
    """

    is_recorded: bool = False
    series: tuple[SeriesStatus, ...] = ()
    treated_irrelevant: tuple[bool, ...] = ()
    in_part: bool = False


def decide(knowledge: Knowledge, *, has_neighbours: bool, is_comparable: bool) -> Verdict:
    """Answer the verdict of one file.

    The order is that of the consequences: a settled victim first, then what is recorded, and "of no
    interest" only where nobody disagrees and no series claims the content. What is settled is not looked at
    again, so a video of which only some seconds are settled is not.

    Args:
        knowledge: What is recorded of exactly this content, by its digests.
        has_neighbours: Recorded pictures lie within the policy's radius.
        is_comparable: The file has a fingerprint that can be compared.
    """
    if any(status.is_settled for status in knowledge.series):
        return Verdict.IDENTIFIED
    if knowledge.series or knowledge.in_part:
        return Verdict.KNOWN
    if knowledge.treated_irrelevant and all(knowledge.treated_irrelevant):
        return Verdict.IRRELEVANT
    if knowledge.is_recorded or knowledge.treated_irrelevant:
        return Verdict.KNOWN
    if has_neighbours:
        return Verdict.SIMILAR
    return Verdict.NEW if is_comparable else Verdict.NOT_COMPARABLE
