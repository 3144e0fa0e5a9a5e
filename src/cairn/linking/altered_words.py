"""An altered copy in the words that an investigator can put into a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cairn.linking.altered import Agreement, AlteredCopy, Change

if TYPE_CHECKING:
    from cairn.linking.policy import AlteredPolicy

_UNDER = {
    Change.SIMILARITY: "one move, turn and change of size",
    Change.PERSPECTIVE: "one perspective change",
}


def in_words(link: AlteredCopy, policy: AlteredPolicy) -> str:
    """Answer the link as two sentences: what agrees, and how often as much agrees by chance.

    Args:
        link: The link.
        policy: The policy that made it, which knows what was measured.
    """
    return f"{agreement_in_words(link.agreement)}. {chance_in_words(policy)}."


def agreement_in_words(found: Agreement) -> str:
    """Answer what agrees, without a full stop.

    >>> from cairn.linking.altered import Agreement, Change
    >>> agreement_in_words(Agreement(Change.PERSPECTIVE, False, 41, 60, (), (), (), 0.8, 0.62, 0.7, 0.9, ()))
    '41 of 60 points that look alike agree under one perspective change, spanning 62 % of the known picture'
    """
    mirrored = "mirrored, " if found.is_mirrored else ""
    return (
        f"{found.places} of {found.alike} points that look alike agree under {mirrored}"
        f"{_UNDER[found.change]}, spanning {percent(found.spanned_of_known)} of the known picture"
    )


def chance_in_words(policy: AlteredPolicy) -> str:
    """Answer how often the policy linked pictures that have nothing to do with each other."""
    return (
        f"Of {policy.unrelated_pairs:,} pairs of unrelated pictures, {policy.chance_links or 'none'} "
        f"agreed that well"
    )


def alternatives_in_words(found: Agreement) -> str:
    """Answer every way in which the pictures were compared, the best first."""
    tried = sorted(found.tried, key=lambda way: -way.places)
    return "; ".join(
        f"{'mirrored, ' if way.is_mirrored else ''}{way.change.value}: {way.places}" for way in tried
    )


def percent(share: float) -> str:
    """Answer a share in whole percent; what is more than nothing is never called 0 %."""
    whole = round(100 * share)
    return "less than 1 %" if share > 0 and not whole else f"{whole} %"
