"""The proof that the demonstration's answer is the truth: the generator knows what it drew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cairn.synthetic import Story


@dataclass(frozen=True, slots=True)
class Difference:
    """A file whose answer is not what the generator knows to be true."""

    name: str
    expected: str
    answered: str


def differences(story: Story, verdicts: Mapping[str, str]) -> tuple[Difference, ...]:
    """Answer every file whose verdict differs from the truth, or that one of the two does not have.

    Args:
        story: The truth.
        verdicts: The verdict of every file, by its path relative to the seizure.
    """
    truth = {name: str(expected.verdict) for name, expected in story.expected.items()}
    names = sorted(truth.keys() | verdicts.keys())
    rows = (
        Difference(name, truth.get(name, "no such file"), verdicts.get(name, "missing")) for name in names
    )
    return tuple(row for row in rows if row.expected != row.answered)
