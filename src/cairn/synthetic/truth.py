"""What is true about the demonstration's files, known because they were made so."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cairn.synthetic.files import write_new

if TYPE_CHECKING:
    from pathlib import Path

    from cairn.types import Handling, SeriesStatus, Verdict


class Alteration(StrEnum):
    """How a file of the seizure came about."""

    NONE = "new photograph"
    EXACT_COPY = "exact copy"
    RESIZED = "resized"
    RECOMPRESSED = "recompressed"
    MIRRORED = "mirrored"
    ROTATED_90 = "rotated by 90°"
    ROTATED_180 = "rotated by 180°"
    ROTATED_270 = "rotated by 270°"
    BRIGHTENED = "brightened"
    DARKENED = "darkened"
    DUPLICATE = "second copy in the seizure"
    FLAT = "flat"
    TOO_SMALL = "too small"
    TRUNCATED = "truncated"
    NOT_A_PICTURE = "not a picture"
    EMPTY = "empty"
    CUT_OUT = "cut out of a film and encoded again"
    PUT_INTO = "seconds of a film put into another"
    STILL = "still of a film"


@dataclass(frozen=True, slots=True)
class DemoAuthority:
    """An invented unit at a real country code.

    Attributes:
        code: Short and stable.
        name: As shown.
        country: ISO 3166-1 alpha-2.
        contact: An address that leads nowhere.
    """

    code: str
    name: str
    country: str
    contact: str


@dataclass(frozen=True, slots=True)
class DemoSeries:
    """A series that an authority holds.

    Attributes:
        name: Unique in the story.
        status: How far the work has come.
        handling: Who may learn of it.
        named_to: The one authority that a ``NAMED`` series is opened to; otherwise ``None``.
    """

    name: str
    status: SeriesStatus
    handling: Handling
    named_to: str | None = None

    def is_visible_to(self, *, asker: str, owner: str) -> bool:
        """Answer whether the authority ``asker`` may learn of this series of ``owner``."""
        return self.handling == "alliance" or asker in {owner, self.named_to}


@dataclass(frozen=True, slots=True)
class Holding:
    """Files that one authority has recorded in one case.

    Attributes:
        authority: Whose they are.
        case: The reference of the case.
        series: What they belong to; ``None`` for files that nobody has grouped, or that are irrelevant.
        folder: Where they lie; the folder holds nothing else.
        irrelevant: True for a known-good list.
    """

    authority: DemoAuthority
    case: str
    series: DemoSeries | None
    folder: Path
    irrelevant: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """What a check must say of one file of the seizure.

    Attributes:
        verdict: The answer.
        series_name: The series that it meets, as far as the asker may know; otherwise ``None``.
        alteration: How the file came about.
        hidden_series: The series that it is in truth a copy of, and of which the asker must not learn.
    """

    verdict: Verdict
    series_name: str | None
    alteration: Alteration
    hidden_series: str | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Seconds of a film that a series has; times in seconds."""

    series: str
    from_s: float
    to_s: float


@dataclass(frozen=True, slots=True)
class Film:
    """A film that one authority has recorded, and whose seconds it is.

    Attributes:
        authority: Whose it is.
        case: The reference of the case.
        path: The file.
        stretches: What series of this authority have of it.
    """

    authority: DemoAuthority
    case: str
    path: Path
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A folder of holdings, a seizure, and the truth about both.

    Attributes:
        seed: What it was made from.
        asker: The code of the authority that checks the seizure.
        holdings: What is recorded.
        seizure: The folder to check.
        expected: For every file of the seizure, by its path relative to ``seizure`` with forward slashes.
        films: What is recorded beside the holdings, where films were drawn too.
    """

    seed: int
    asker: str
    holdings: tuple[Holding, ...]
    seizure: Path
    expected: dict[str, Expected]
    films: tuple[Film, ...] = ()

    @property
    def authorities(self) -> tuple[DemoAuthority, ...]:
        """The authorities of the holdings, each once, in their order."""
        return tuple(dict.fromkeys(holding.authority for holding in self.holdings))


def save_truth(story: Story, path: Path) -> None:
    """Write what is expected of the seizure as a new JSON file, outside the seizure.

    Args:
        story: The truth.
        path: Where to.

    Raises:
        ValueError: The path lies in the seizure, where the truth would be checked as a file.
        FileExistsError: Something is already at ``path``; it is left as it is.
    """
    if path.resolve().is_relative_to(story.seizure.resolve()):
        raise ValueError("the truth must lie outside the seizure")
    files = {
        name: {
            "verdict": expected.verdict.value,
            "series": expected.series_name,
            "alteration": expected.alteration.value,
            "hidden_series": expected.hidden_series,
        }
        for name, expected in sorted(story.expected.items())
    }
    content = {"seed": story.seed, "asker": story.asker, "files": files}
    write_new(path, json.dumps(content, indent=1, ensure_ascii=False).encode())
